"""Turn WordNet's database files (wndb(5WN) format) and the Moby thesaurus into the compact table that
`restore.thesaurus` reads.

WordNet tells relations apart; Moby (Grady Ward, public domain) knows far more of the loose and wrong-sense synonyms
that spinners use. Two of its words are as related as the sets of words around them overlap (cosine).
"""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from wordfreq import word_frequency

from restore.collocations import Collocations
from restore.errors import InputError
from restore.formats.files import write_atomically
from restore.surface import POS, readings

_FILES = {"noun": "data.noun", "verb": "data.verb", "adjective": "data.adj", "adverb": "data.adv"}
_POINTERS = {"&": "~", "@": "^", "@i": "^", "~": "v", "~i": "v"}
_WEIGHTS = {"=": 1.0, "~": 0.5, "^": 0.4, "v": 0.25, "|": 0.1}
#: of a Moby relation with overlap 1, and how much more one that both words list
_MOBY_WEIGHT, _MUTUAL = 3.0, 1.5
#: how much frequent words are preferred: a power of their share of clean prose
_PREFERENCE = 0.2
_MOST = 25
#: words that are rarer than this share of the web are left out even as what spinners put
_RAREST_SPUN = 3e-8
#: rarer words than this (natural logarithm of the share of clean prose) are no likely originals
_RAREST = math.log(3e-7)


_POS_NAMES = {upos: name for name, upos in POS.items()}


class Synset(NamedTuple):
    """Words of one sense, and pointers (relation, offset of the other synset)."""

    words: tuple[str, ...]
    pointers: tuple[tuple[str, int], ...]


def train(wordnet: Path, moby: Path, out: Path) -> dict[str, int]:
    """Write related words for every word that clean prose uses (.tsv.gz).

    `wordnet` is a folder with data.noun etc.; a line of `moby` is a word and what Moby lists for it, between commas.
    """
    frequencies = Collocations.load()
    overlap = _Overlap(moby, frequencies)
    lines = []
    for pos, name in _FILES.items():
        try:
            synsets = dict(_parse((wordnet / name).read_text(encoding="utf-8")))
        except OSError as error:
            hint = "install Debian's wordnet-base and name /usr/share/wordnet"
            raise InputError(f"{wordnet / name}: {error.strerror}", hint) from error
        related = _related(synsets)
        for word in sorted({*related, *overlap.words(pos)}):
            if word_frequency(word.replace("_", " "), "en") < _RAREST_SPUN:
                continue
            items = _strongest(related.get(word, {}), overlap.of(word, pos), frequencies)
            if items:
                lines.append(f"{word}\t{pos}\t{' '.join(items)}\n")
    # mtime=0: the same data give the same bytes
    write_atomically(out, gzip.compress("".join(lines).encode(), mtime=0))
    return {"words": len(lines)}


def _parse(text: str) -> Iterator[tuple[int, Synset]]:
    for line in text.splitlines():
        if line.startswith("  "):
            continue  # the licence at the head of the file
        fields = line.partition(" | ")[0].split()
        count = int(fields[3], 16)
        words = tuple(fields[4 + 2 * i].partition("(")[0] for i in range(count))
        pointers = fields[4 + 2 * count + 1 :]
        found = []
        for i in range(0, 4 * int(fields[4 + 2 * count]), 4):
            symbol, offset, _, ends = pointers[i : i + 4]
            if symbol in _POINTERS and ends == "0000":  # a relation of the whole sense
                found.append((_POINTERS[symbol], int(offset)))
        yield int(fields[0]), Synset(tuple(w for w in words if w.islower()), tuple(found))


def _related(synsets: dict[int, Synset]) -> dict[str, dict[tuple[str, str], float]]:
    """word -> (relation, other word) -> weight, summed over senses; WordNet lists frequent senses first."""
    table: dict[str, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    for synset in synsets.values():
        groups = [("=", synset)]
        for relation, offset in synset.pointers:
            groups.append((relation, synsets[offset]))
            if relation == "^":
                sisters = [synsets[o] for r, o in synsets[offset].pointers if r == "v"]
                groups += [("|", s) for s in sisters if len(sisters) <= 40]
        for relation, other in groups:
            for word in synset.words:
                for related in other.words:
                    if related != word:
                        key = (relation, related)
                        table[word][key] = max(table[word][key], _WEIGHTS[relation])
    return table


class _Overlap:
    """The pairs of the Moby thesaurus with how much they have in common."""

    def __init__(self, file: Path, frequencies: Collocations) -> None:
        self._listed: dict[str, set[str]] = {}
        self._around: dict[str, set[str]] = defaultdict(set)
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            head, *words = line.split(",")
            self._listed[head] = set(words)
            self._around[head].update(words)
            for word in words:
                self._around[word].add(head)
        self._known: dict[str, set[str]] = {pos: set() for pos in POS}
        for word in self._around:
            if word.isalpha() and word.islower():
                for r in readings(word):
                    if r.lemma == word and r.pos in _POS_NAMES:
                        self._known[_POS_NAMES[r.pos]].add(word)

    def words(self, pos: str) -> set[str]:
        """The known words that can be this part of speech, in base form."""
        return self._known[pos]

    def of(self, word: str, pos: str) -> dict[str, float]:
        """Related words of the same part of speech -> weight."""
        around = self._around.get(word, set())
        weights = {}
        for other in around & self.words(pos):
            if other != word:
                theirs = self._around[other]
                cosine = len(around & theirs) / math.sqrt(len(around) * len(theirs))
                mutual = other in self._listed.get(word, ()) and word in self._listed.get(other, ())
                if cosine > 0:
                    weights[other] = _MOBY_WEIGHT * cosine * (_MUTUAL if mutual else 1.0)
        return weights


def _strongest(
    related: Mapping[tuple[str, str], float], moby: Mapping[str, float], frequencies: Collocations
) -> list[str]:
    """The likeliest originals in order: close in meaning, and frequent, as what authors write is."""
    weights: dict[str, float] = dict(moby)
    relations: dict[str, tuple[float, str]] = {}
    for (relation, word), weight in related.items():
        relations[word] = max(relations.get(word, (0.0, "")), (weight, relation))
    for word, (weight, _) in relations.items():
        weights[word] = weights.get(word, 0.0) + weight
    scores = {
        word: weight * math.exp(_PREFERENCE * frequency)
        for word, weight in weights.items()
        if (frequency := _frequency(word, frequencies)) > _RAREST
    }
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
    return [f"{relations.get(word, (0.0, '*'))[1]}{word}" for word, _ in ranked]


def _frequency(word: str, frequencies: Collocations) -> float:
    """A phrase is about as rare as its words together."""
    return sum(frequencies.frequency(w) for w in word.split("_")) + 6.0 * word.count("_")

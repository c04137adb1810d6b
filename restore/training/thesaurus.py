"""Turn WordNet's database files (wndb(5WN) format) into the compact table that `restore.thesaurus` reads."""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from restore.collocations import Collocations
from restore.errors import InputError
from restore.formats.files import write_atomically

_FILES = {"noun": "data.noun", "verb": "data.verb", "adjective": "data.adj", "adverb": "data.adv"}
_POINTERS = {"&": "~", "@": "^", "@i": "^", "~": "v", "~i": "v"}
_WEIGHTS = {"=": 1.0, "~": 0.5, "^": 0.4, "v": 0.25, "|": 0.1}
_MOST = 10
#: rarer words than this (natural logarithm of the share of clean prose) are no likely originals
_RAREST = math.log(3e-7)


class Synset(NamedTuple):
    """Words of one sense, and pointers (relation, offset of the other synset)."""

    words: tuple[str, ...]
    pointers: tuple[tuple[str, int], ...]


def train(wordnet: Path, out: Path) -> dict[str, int]:
    """Write related words for every word of WordNet that clean prose uses (.tsv.gz). `wordnet` holds data.noun etc."""
    frequencies = Collocations.load()
    lines = []
    for pos, name in _FILES.items():
        try:
            synsets = dict(_parse((wordnet / name).read_text(encoding="utf-8")))
        except OSError as error:
            hint = "install Debian's wordnet-base and name /usr/share/wordnet"
            raise InputError(f"{wordnet / name}: {error.strerror}", hint) from error
        for word, related in sorted(_related(synsets).items()):
            items = _strongest(related, frequencies)
            if items and _frequency(word, frequencies) > _RAREST:
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


def _strongest(related: dict[tuple[str, str], float], frequencies: Collocations) -> list[str]:
    """The likeliest originals with their shares: close in meaning, and frequent, as what authors write is."""
    best: dict[str, tuple[float, str]] = {}
    for (relation, word), weight in related.items():
        frequency = _frequency(word, frequencies)
        if frequency > _RAREST:
            score = weight * math.exp(0.4 * frequency)
            best[word] = max(best.get(word, (0.0, "")), (score, relation))
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:_MOST]
    total = sum(score for _, (score, _) in ranked)
    return [f"{relation}{word}:{score / total:.2g}" for word, (score, relation) in ranked]


def _frequency(word: str, frequencies: Collocations) -> float:
    """A phrase is about as rare as its words together."""
    return sum(frequencies.frequency(w) for w in word.split("_")) + 6.0 * word.count("_")

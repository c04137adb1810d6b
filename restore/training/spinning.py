"""Spin clean sentences as a spinner would: the noise that the restorer learns to undo.

The substitution lexicon, the glossary and the learned table are turned round (original -> what spinners put for
it), with some thesaurus relations that none of them has, so that the restorer does not lean on known pairs alone
(Wu et al., "Rethinking Masked Language Modeling for Chinese Spelling Correction", ACL 2023, section 4).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import NamedTuple

from restore.context import reading_at, touchable
from restore.datamodels import Sentence
from restore.entries import Entry
from restore.lexicon import FUNCTION_WORDS, WRITTEN, parse_written, read_learned
from restore.lexicon import LEARNED as LEARNED_TABLE
from restore.matching import Match, PhraseTable, joined
from restore.resources import Resources
from restore.restorer import aligned
from restore.surface import POS, POS_NAMES, Reading, article_for, inflect, readings, words_of

_GLOSSARY_WEIGHT, _LEARNED_WEIGHT = 2.0, 4.0
_WRITTEN_WEIGHT = {1: 1.0, 2: 2.5, 3: 5.0}


@dataclass(frozen=True)
class Noise:
    """How sentences are spun."""

    #: share of the sentences that are left untouched
    untouched: float = 0.2
    #: of the others, the least and the most of a sentence's rewritable words that are rewritten
    least: float = 0.05
    most: float = 0.95
    #: share of the rewritings that come from the thesaurus
    thesaurus: float = 0.15
    #: how often a/an is made to agree with what now follows
    agreeing: float = 0.7


class SpunSentence(NamedTuple):
    """A spun sentence, word by word."""

    #: the words as they stand, lower case
    words: tuple[str, ...]
    #: for each word what stood there: None if it stands as written, DELETED if nothing did
    originals: tuple[str | None, ...]


class Rewritings(NamedTuple):
    """What may be put for an original, with running sums of the weights to draw by."""

    pos: str
    spun: tuple[str, ...]
    sums: tuple[float, ...]

    def draw(self, random: Random) -> str:
        """One of them, in proportion to its weight."""
        return random.choices(self.spun, cum_weights=self.sums)[0]


class Spinner:
    """Rewrites sentences; the same seed gives the same text."""

    def __init__(self, resources: Resources, noise: Noise = Noise()) -> None:
        self._noise = noise
        self._thesaurus = resources.thesaurus
        inverse = _inverse(_pairs(resources.glossary.entries))
        self._table: PhraseTable[tuple[Rewritings, ...], Rewritings] = PhraseTable(inverse, lambda _, groups: groups)

    def spin(self, sentence: Sentence, random: Random) -> SpunSentence:
        """The sentence with some of its words and phrases rewritten, or untouched."""
        noise = self._noise
        rate = 0.0 if random.random() < noise.untouched else random.uniform(noise.least, noise.most)
        matches = self._matches(sentence) if rate else {}
        words: list[str] = []
        originals: list[str | None] = []
        place = 0
        while place < len(sentence.tokens):
            found = matches.get(place, ())
            chosen = self._rewritten(sentence, place, found, random) if random.random() < rate else None
            if chosen is None:
                words.append(sentence.tokens[place].norm)
                originals.append(None)
                place += 1
                continue
            last, spun = chosen
            stood = [t.norm for t in sentence.tokens[place:last]]
            if words and words[-1] in ("a", "an") and random.random() < noise.agreeing:
                words[-1] = article_for(spun[0])
            words += spun
            originals += aligned(stood, spun)
            place = last
        return SpunSentence(tuple(words), tuple(originals))

    def _matches(self, sentence: Sentence) -> dict[int, list[Match[Rewritings]]]:
        by_start: dict[int, list[Match[Rewritings]]] = defaultdict(list)
        for m in self._table.matches(sentence.tokens):
            if touchable(sentence, m.first, m.last):
                by_start[m.first].append(m)
        return by_start

    def _rewritten(
        self, sentence: Sentence, place: int, found: Sequence[Match[Rewritings]], random: Random
    ) -> tuple[int, tuple[str, ...]] | None:
        """Where the rewritten span ends, and what now stands there."""
        word = sentence.tokens[place]
        if word.protection or not word.norm[0].isalpha():
            return None
        if random.random() < self._noise.thesaurus:
            return self._by_thesaurus(sentence, place, random)
        if not found:
            return None
        longest = [m for m in found if m.last == max(f.last for f in found)]
        m = random.choice(longest if random.random() < 0.7 else list(found))
        reading = _reading(sentence, m)
        if reading is None and m.inflected >= 0:
            return None
        spun = m.value.draw(random)
        return _changed(sentence, place, m.last, _inflected(spun, reading) if reading else spun)

    def _by_thesaurus(self, sentence: Sentence, place: int, random: Random) -> tuple[int, tuple[str, ...]] | None:
        word = sentence.tokens[place].norm
        reading = reading_at(sentence, place)
        if reading is None or word in FUNCTION_WORDS:
            return None
        related = self._thesaurus.related(reading.lemma, POS_NAMES[reading.pos])
        if not related:
            return None
        spun = random.choices([r.word for r in related], [r.probability for r in related])[0]
        return _changed(sentence, place, place + 1, _inflected(spun, reading))


def _changed(sentence: Sentence, first: int, last: int, text: str) -> tuple[int, tuple[str, ...]] | None:
    spun = words_of(text.lower())
    return (last, spun) if spun and spun != tuple(t.norm for t in sentence.tokens[first:last]) else None


def _inflected(spun: str, reading: Reading) -> str:
    """A rewriting in the form that the original stands in; one that is listed in a certain form stays in it."""
    own = readings(spun)
    if own and not any(r.lemma == spun for r in own):
        return spun
    return inflect(spun, reading.pos, reading.tag)


def _reading(sentence: Sentence, m: Match[Rewritings]) -> Reading | None:
    pos = POS.get(m.value.pos, "")
    if not pos:
        return None
    if m.last - m.first == 1:
        return reading_at(sentence, m.first, "", {pos})
    return reading_at(sentence, m.inflected, "", {pos}) if m.inflected >= 0 else None


def _pairs(entries: Iterable[Entry]) -> Iterator[tuple[str, str, str, float]]:
    """(original, part of speech, spun, weight) of everything that is known of spinning."""
    for file in sorted(WRITTEN.glob("*.tsv")):
        for rewriting in parse_written(file):
            for spun, weight in rewriting.spun:
                yield rewriting.original, rewriting.pos, spun, _WRITTEN_WEIGHT[weight]
    for e in entries:
        if not e.keeps:
            for spun in e.spun:
                yield e.original[0], e.pos, spun, _GLOSSARY_WEIGHT
    for p in read_learned(LEARNED_TABLE):
        yield p.original, "", p.spun, _LEARNED_WEIGHT * math.exp(p.forward)


def _inverse(pairs: Iterable[tuple[str, str, str, float]]) -> dict[str, tuple[Rewritings, ...]]:
    """The rewritings of each original, a group for each part of speech."""
    weights: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    for original, pos, spun, weight in pairs:
        phrase = joined(original)
        if phrase not in FUNCTION_WORDS and phrase != joined(spun):
            weights[phrase][pos][spun] += weight
    return {
        phrase: tuple(Rewritings(pos, tuple(spun), tuple(accumulate(spun.values()))) for pos, spun in groups.items())
        for phrase, groups in weights.items()
    }

"""What the restorer says, having read the sentence: whether the words of a span stand, and what it expects there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from restore.scorers.changes import LEAST, Change
from restore.scorers.evidence import Evidence, Scores

_BOUND = 8.0
#: the scale of what is over the least ln P
_SCALE = 4.0


def garbled(evidence: Evidence) -> Scores:
    """Mean log-odds that the words which the option changes do not stand as written, within +-8."""

    def score(changes: Sequence[Change]) -> float:
        return min(max(-_mean([c.stands for c in changes]), -_BOUND), _BOUND)

    return _scored(evidence, score)


def standing_word(evidence: Evidence) -> Scores:
    """How much surer the surest of the words that the option changes stands than they do on average, from 0 to 8: a
    phrase of which a word surely stands is not garbled as a whole."""

    def score(changes: Sequence[Change]) -> float:
        odds = [c.stands for c in changes]
        return min(max(odds) - _mean(odds), _BOUND)

    return _scored(evidence, score)


def expected(evidence: Evidence) -> Scores:
    """How much the sentence expects the option: mean ln P(word | what stands there is wrong) over the words that it
    puts in, from 0 (not at all) to 3."""

    def score(changes: Sequence[Change]) -> float:
        chances = [c.chance for c in changes if c.word]
        return (_mean(chances) - LEAST) / _SCALE if chances else 0.0

    return _scored(evidence, score)


def unexpected_word(evidence: Evidence) -> Scores:
    """How much less the sentence expects the least expected of these words than all on average, from 0 to 3."""

    def score(changes: Sequence[Change]) -> float:
        chances = [c.chance for c in changes if c.word]
        return (_mean(chances) - min(chances)) / _SCALE if chances else 0.0

    return _scored(evidence, score)


def deleted(evidence: Evidence) -> Scores:
    """The same of the words that the option leaves out: mean ln P(nothing stood there), from -3 to 0."""

    def score(changes: Sequence[Change]) -> float:
        chances = [c.chance for c in changes if not c.word]
        return _mean(chances) / _SCALE if chances else 0.0

    return _scored(evidence, score)


def _scored(evidence: Evidence, score: Callable[[Sequence[Change]], float]) -> Scores:
    return [[score(changes) if changes else 0.0 for changes in row] for row in evidence.changes]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)

"""What the restorer says, having read the sentence: whether the words of a span stand, and what it expects there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from restore.datamodels import Option, Slot
from restore.restorer import Reading, Restorer, aligned
from restore.scorers.evidence import Evidence, Scores
from restore.surface import words_of

_BOUND = 8.0
#: ln P under which an option is as unexpected as any, and the scale of what is over it
_LEAST, _SCALE = -12.0, 4.0


def garbled(evidence: Evidence) -> Scores:
    """Mean log-odds that the words which the option changes do not stand as written, within +-8."""

    def score(changes: Changes, reading: Reading, restorer: Restorer) -> float:
        odds = [-reading.stands[place] for place, _ in changes]
        return min(max(sum(odds) / len(odds), -_BOUND), _BOUND)

    return _scored(evidence, score)


def standing_word(evidence: Evidence) -> Scores:
    """How much surer the surest of the words that the option changes stands than they do on average, from 0 to 8: a
    phrase of which a word surely stands is not garbled as a whole."""

    def score(changes: Changes, reading: Reading, restorer: Restorer) -> float:
        odds = [reading.stands[place] for place, _ in changes]
        return min(max(odds) - sum(odds) / len(odds), _BOUND)

    return _scored(evidence, score)


def expected(evidence: Evidence) -> Scores:
    """How much the sentence expects the option: mean ln P(word | what stands there is wrong) over the words that it
    puts in, from 0 (not at all) to 3."""

    def score(changes: Changes, reading: Reading, restorer: Restorer) -> float:
        chances = _chances(changes, reading, restorer)
        return (sum(chances) / len(chances) - _LEAST) / _SCALE if chances else 0.0

    return _scored(evidence, score)


def unexpected_word(evidence: Evidence) -> Scores:
    """How much less the sentence expects the least expected of these words than all on average, from 0 to 3."""

    def score(changes: Changes, reading: Reading, restorer: Restorer) -> float:
        chances = _chances(changes, reading, restorer)
        return (sum(chances) / len(chances) - min(chances)) / _SCALE if chances else 0.0

    return _scored(evidence, score)


def deleted(evidence: Evidence) -> Scores:
    """The same of the words that the option leaves out: mean ln P(nothing stood there), from -3 to 0."""

    def score(changes: Changes, reading: Reading, restorer: Restorer) -> float:
        chances = [max(restorer.log_probability(reading, place, word), _LEAST) for place, word in changes if not word]
        return sum(chances) / len(chances) / _SCALE if chances else 0.0

    return _scored(evidence, score)


#: places of a sentence, and the words that an option puts there
Changes = Sequence[tuple[int, str]]


def _chances(changes: Changes, reading: Reading, restorer: Restorer) -> list[float]:
    """ln P of every word that is put in, given that what stands there is wrong."""
    return [max(restorer.log_probability(reading, place, word), _LEAST) for place, word in changes if word]


def _scored(evidence: Evidence, score: Callable[[Changes, Reading, Restorer], float]) -> Scores:
    restorer = evidence.resources.restorer
    if restorer is None:
        raise ValueError("the restorer's scorers need a restorer")

    def of(slot: Slot, option: Option) -> float:
        reading, places = evidence.reading(slot)
        changes = [(places[i], word) for i, word in _changes(slot, option)]
        return score(changes, reading, restorer) if changes else 0.0

    return evidence.by_option(of)


def _changes(slot: Slot, option: Option) -> Changes:
    words = aligned(words_of(option.text.lower()), slot.words)
    return [(slot.first + i, word) for i, word in enumerate(words) if word is not None]

"""How well an option stands between its neighbours, by the collocation model."""

from __future__ import annotations

from collections.abc import Sequence

from restore.collocations import Collocations, model_word
from restore.datamodels import Slot
from restore.scorers.evidence import Evidence, Scores, neighbours
from restore.surface import article_for, words_of

_BOUND = 12.0
#: mean log-probability of a word of clean prose after its neighbour
_USUAL = -5.5


def gain(evidence: Evidence) -> Scores:
    """ln P(sentence with the option) - ln P(sentence as it is), within +-12, over what changes."""
    model = evidence.resources.collocations
    rows = []
    for slot in evidence.slots:
        left, right = neighbours(slot)
        now = _chance(model, left, slot.words, right)
        rows.append(
            [_bounded(_chance(model, _agreeing(left, o.text), words_of(o.text), right) - now) for o in slot.options]
        )
    return rows


def frequency_gain(evidence: Evidence) -> Scores:
    """ln of how much more frequent the option's rarest word is than the span's, within +-12: what authors write is
    frequent, what a spinner takes from a dictionary often is not."""
    frequency = evidence.resources.collocations.frequency

    def rarest(words: Sequence[str]) -> float:
        return min(frequency(model_word(w)) for w in words)

    return evidence.by_option(lambda slot, o: _bounded(rarest(words_of(o.text.lower())) - rarest(slot.words)))


def misfit(evidence: Evidence) -> Scores:
    """How much less likely the span is where it stands than words usually are; the same for all options."""

    def score(slot: Slot) -> float:
        left, right = neighbours(slot)
        return _USUAL - _chance(evidence.resources.collocations, left, slot.words, right) / (len(slot.words) + 1)

    return evidence.by_slot(score)


def _chance(model: Collocations, left: str, words: Sequence[str], right: str) -> float:
    return model.sequence((left, *map(model_word, words), right))


def _agreeing(left: str, text: str) -> str:
    """The neighbour as it will read: a/an is mended later."""
    return article_for(text) if left in ("a", "an") else left


def _bounded(value: float) -> float:
    return min(max(value, -_BOUND), _BOUND)

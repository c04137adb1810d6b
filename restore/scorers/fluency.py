"""How well an option stands between its neighbours, by the collocation model."""

from __future__ import annotations

from collections.abc import Sequence

from restore.candidates.context import Context
from restore.collocations import BOUNDARY, Collocations, model_word
from restore.datamodels import Slot
from restore.resources import Resources
from restore.surface import article_for, words_of

_BOUND = 12.0
#: mean log-probability of a word of clean prose after its neighbour
_USUAL = -5.5


def gain(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """ln P(sentence with the option) - ln P(sentence as it is), within +-12, over what changes."""
    model = resources.collocations
    rows = []
    for slot in slots:
        left, right = _neighbours(slot)
        now = _chance(model, left, slot.words, right)
        rows.append(
            [_bounded(_chance(model, _agreeing(left, o.text), words_of(o.text), right) - now) for o in slot.options]
        )
    return rows


def misfit(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """How much less likely the span is where it stands than words usually are; the same for all options."""
    rows = []
    for slot in slots:
        left, right = _neighbours(slot)
        mean = _chance(resources.collocations, left, slot.words, right) / (len(slot.words) + 1)
        rows.append([_USUAL - mean] * len(slot.options))
    return rows


def _neighbours(slot: Slot) -> tuple[str, str]:
    tokens = slot.sentence.tokens
    left = tokens[slot.first - 1].norm if slot.first else BOUNDARY
    right = tokens[slot.last].norm if slot.last < len(tokens) else BOUNDARY
    return model_word(left), model_word(right)


def _chance(model: Collocations, left: str, words: Sequence[str], right: str) -> float:
    return model.sequence((left, *map(model_word, words), right))


def _agreeing(left: str, text: str) -> str:
    """The neighbour as it will read: a/an is mended later."""
    return article_for(text) if left in ("a", "an") else left


def _bounded(value: float) -> float:
    return min(max(value, -_BOUND), _BOUND)

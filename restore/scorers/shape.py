"""Plain facts about spans and options."""

from __future__ import annotations

from collections.abc import Sequence

from restore.candidates.context import Context
from restore.datamodels import Slot
from restore.resources import Resources
from restore.surface import words_of


def bias(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """1: its weight says how rarely a span is garbled at all."""
    return [[1.0] * len(slot.options) for slot in slots]


def more_words(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """How many more words the option has than the span (each costs fluency that it should not)."""
    return [[float(len(words_of(o.text)) - len(slot.words)) for o in slot.options] for slot in slots]


def phrase(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """1 if the span has several words: less likely to stand in honest prose by chance."""
    return [[float(len(slot.words) > 1)] * len(slot.options) for slot in slots]

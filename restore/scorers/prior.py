"""What the sources themselves say, before any look at the context."""

from __future__ import annotations

import math
from collections.abc import Sequence

from restore.candidates.context import Context
from restore.datamodels import Option, Slot
from restore.resources import Resources
from restore.surface import words_of

#: probabilities under this say nothing
_FLOOR = 0.01
#: bounds of the log-odds that a word was produced by a spinner
_MOST_ODDS = 6.0
_NO_ODDS = -3.0


def _log_prior(slots: Sequence[Slot], source: str) -> list[list[float]]:
    return [[_evidence(o, source) for o in slot.options] for slot in slots]


def _evidence(option: Option, source: str) -> float:
    c = option.evidence.get(source)
    return math.log(max(c.prior, _FLOOR) / _FLOOR) / math.log(1 / _FLOOR) if c else 0.0


def glossary(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """0 if no entry speaks for the option, up to 1."""
    return _log_prior(slots, "glossary")


def written(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """0 (not in the written lexicon) to 1 (the only original that it lists): scaled ln P(original | spun)."""
    return _log_prior(slots, "written")


def learned(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """The same for the table learned from known spun phrases."""
    return _log_prior(slots, "learned")


def thesaurus(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """The same for thesaurus relations."""
    return _log_prior(slots, "thesaurus")


def forward(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """0 to 1: how usual a rewriting of this original the span is."""
    return [[max(0.0, 1 + max(_forward(o), -4.6) / 4.6) for o in slot.options] for slot in slots]


def _forward(option: Option) -> float:
    return max((c.forward for c in option.evidence.values() if c.forward is not None), default=-math.inf)


def spun_odds(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """Noisy-channel odds that a spinner produced the span: ln sum P(original) P(span | original) - ln P(span).

    A rare word that spinners put for a frequent one is suspicious wherever it stands.
    """
    return [[_slot_odds(slot, resources)] * len(slot.options) for slot in slots]


def _slot_odds(slot: Slot, resources: Resources) -> float:
    def chance(words: tuple[str, ...]) -> float:
        first, *_ = words
        return resources.collocations.frequency(first) + resources.collocations.sequence(words)

    total = 0.0
    for o in slot.options:
        if (usual := _forward(o)) > -math.inf:
            total += math.exp(chance(words_of(o.text)) + usual)
    if not total:
        return _NO_ODDS
    return min(max(math.log(total) - chance(slot.words), _NO_ODDS), _MOST_ODDS)

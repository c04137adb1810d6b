"""From the model's probability to a confidence that means what it says: 0.9 is right nine times in ten.

Platt scaling (Platt 1999), a logistic curve over the log-odds of the probability, with a few more signs of how far the
model is to be believed: above all whether the words beside the span are in doubt, for a phrase that is half restored
is not restored. The weights of the signs are fitted on passages that the model did not see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from restore.datamodels import RankedSlot

_EDGE = 1e-6
#: from this probability on a span is taken to be garbled
_GARBLED = 0.7


class Chosen(NamedTuple):
    """A slot that is shown, and those that are shown directly before and behind it."""

    slot: RankedSlot
    beside: tuple[RankedSlot, ...]


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), finite at the edges."""
    p = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(p / (1 - p))


def _feature(name: str) -> Callable[[Chosen], float]:
    """What a feature says of the first option."""
    return lambda chosen: chosen.slot.features[0].get(name, 0.0)


def _doubt_beside(chosen: Chosen) -> float:
    """How likely the neighbours are garbled and their first options wrong."""
    return sum(r.garbled - r.probabilities[0] for r in chosen.beside)


#: what the confidence is computed from; the weights of a profile name those that they use
SIGNS: dict[str, Callable[[Chosen], float]] = {
    "log_odds": lambda chosen: log_odds(chosen.slot.probabilities[0]),
    "doubt_beside": _doubt_beside,
    "written": _feature("written"),
    "forward": _feature("forward"),
    "garbled": _feature("garbled"),
}
OFFSET = "offset"


def calibrate(shown: Sequence[RankedSlot], weights: Mapping[str, float]) -> list[RankedSlot]:
    """The slots that are shown, in order and free of overlaps, with the confidence of their first options set."""
    return [replace(chosen.slot, confidence=confidence(signs(chosen), weights)) for chosen in with_neighbours(shown)]


def with_neighbours(shown: Sequence[RankedSlot]) -> Iterable[Chosen]:
    """Each slot with those that touch it."""
    for i, r in enumerate(shown):
        around = (*shown[max(0, i - 1) : i], *shown[i + 1 : i + 2])
        yield Chosen(r, tuple(n for n in around if _touch(n, r)))


def _touch(a: RankedSlot, b: RankedSlot) -> bool:
    return a.slot.sentence.start == b.slot.sentence.start and (
        a.slot.last == b.slot.first or b.slot.last == a.slot.first
    )


def signs(chosen: Chosen) -> dict[str, float]:
    """All signs by name."""
    return {name: sign(chosen) for name, sign in SIGNS.items()}


def confidence(found: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The probability that the first option is right, strictly between 0 and 1."""
    total = weights[OFFSET] + sum(weights.get(name, 0.0) * value for name, value in found.items())
    return 1.0 / (1.0 + math.exp(-total))


def applicable(shown: Sequence[RankedSlot], threshold: float) -> list[bool]:
    """Which of the slots a batch run may apply: those with at least this confidence outside quotations.

    A run of garbled words is restored as a whole or left to a person: half restored it reads no better. What a person
    has written a glossary entry for is right by itself.
    """
    sure = [r.confidence >= threshold and not r.slot.quoted and _backed(r) for r in shown]
    left: set[int] = set()
    for run in _runs(shown):
        if not all(sure[i] for i in run):
            left.update(run)
    return [ok and (i not in left or r.in_glossary) for i, (ok, r) in enumerate(zip(sure, shown, strict=True))]


def _backed(r: RankedSlot) -> bool:
    """Whether more than word lists speaks for it: a person who wrote a glossary entry, or the restorer."""
    return r.in_glossary or "garbled" in r.features[0]


def _runs(shown: Sequence[RankedSlot]) -> Iterator[list[int]]:
    """Indices of garbled slots that follow each other without a word between them."""
    run: list[int] = []
    for i, r in enumerate(shown):
        if r.garbled < _GARBLED:
            continue
        if run and not _touch(shown[run[-1]], r):
            yield run
            run = []
        run.append(i)
    if run:
        yield run

"""Of slots that overlap, keep the better one; nothing that is left overlaps."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from restore.datamodels import RankedSlot


def resolve_overlaps(ranked: Sequence[RankedSlot]) -> list[RankedSlot]:
    """A greedy choice: glossary first, then by confidence a word, then the longer span, then the first."""
    taken: list[tuple[int, int]] = []
    kept = []
    for r in sorted(ranked, key=_merit):
        i = bisect_left(taken, (r.slot.start, r.slot.end))
        clear_left = i == 0 or taken[i - 1][1] <= r.slot.start
        clear_right = i == len(taken) or taken[i][0] >= r.slot.end
        if clear_left and clear_right:
            insort(taken, (r.slot.start, r.slot.end))
            kept.append(r)
    return sorted(kept, key=lambda r: r.slot.start)


def _merit(r: RankedSlot) -> tuple[bool, float, int, int]:
    # a phrase is right with its probability, its words one by one with the product of theirs: so compare by word
    by_word = r.confidence ** (1 / len(r.slot.words))
    return ("glossary" not in r.slot.options[0].evidence, -by_word, r.slot.start - r.slot.end, r.slot.start)

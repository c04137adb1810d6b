"""How garbled the text around a span is: a spinner rewrites an article, not a word.

Every other slot testifies with a weight: a glossary hit fully, a lexicon match by how much more often spinners
than authors write it. The figure is the logarithm of the weighted share of words against a usual share.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from restore.candidates.context import Context
from restore.datamodels import Slot
from restore.resources import Resources
from restore.scorers.prior import spun_odds

_USUAL_SHARE = 0.02
#: words of usual prose to imagine beside the text, so that one hit in a short text proves little
_IMAGINED = 40.0
_BOUND = 2.5


class _Testimony:
    """Weighted garbled words by sentence, from the slots at hand."""

    def __init__(self, slots: Sequence[Slot], context: Context, resources: Resources) -> None:
        self._by_word: dict[int, list[float]] = {}
        for slot, (odds, *_) in zip(slots, spun_odds(slots, context, resources), strict=True):
            row = self._by_word.setdefault(slot.sentence.start, [0.0] * len(slot.sentence.tokens))
            weight = _weight(slot, odds)
            for i in range(slot.first, slot.last):
                row[i] = max(row[i], weight)
        self._sums = {start: (sum(row), float(len(row))) for start, row in self._by_word.items()}
        self.total = self._summed(self._sums)

    def own(self, slot: Slot) -> float:
        """What the span's own words testify, which must not count for itself."""
        return sum(self._by_word[slot.sentence.start][slot.first : slot.last])

    def around(self, sentences: Sequence[int]) -> tuple[float, float]:
        """Testimony and words of the sentences that start at these offsets."""
        return self._summed(sentences)

    def _summed(self, starts: Iterable[int]) -> tuple[float, float]:
        found = [self._sums[s] for s in starts if s in self._sums]
        return sum(f[0] for f in found), sum(f[1] for f in found)


def article(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """The figure over all sentences at hand."""
    testimony = _Testimony(slots, context, resources)
    return [[_figure(*testimony.total, testimony.own(slot))] * len(slot.options) for slot in slots]


def nearby(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """The figure over the sentence and its two neighbours."""
    testimony = _Testimony(slots, context, resources)
    rows = []
    for slot in slots:
        before, after = context.at(slot.sentence).neighbours
        starts = [s.start for s in (*before, slot.sentence, *after)]
        rows.append([_figure(*testimony.around(starts), testimony.own(slot))] * len(slot.options))
    return rows


def _weight(slot: Slot, odds: float) -> float:
    if any("glossary" in o.evidence for o in slot.options):
        return 1.0
    return 0.5 / (1.0 + math.exp(2.0 - odds))


def _figure(weight: float, words: float, own: float) -> float:
    share = (weight - own + _USUAL_SHARE * _IMAGINED) / (words + _IMAGINED)
    return min(max(math.log(max(share, 1e-9) / _USUAL_SHARE), -_BOUND), _BOUND)

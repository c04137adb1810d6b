"""How garbled the text around a span is: a spinner rewrites an article, not a word.

The figure is the logarithm of the weighted share of garbled words against a usual share.
"""

from __future__ import annotations

import math

from restore.datamodels import Slot
from restore.scorers.evidence import Evidence, Scores

_USUAL_SHARE = 0.02
#: words of usual prose to imagine beside the text, so that one hit in a short text proves little
_IMAGINED = 40.0
_BOUND = 2.5


def article(evidence: Evidence) -> Scores:
    """The figure over all sentences at hand, the span's own testimony left out."""
    testimony = evidence.testimony
    return evidence.by_slot(lambda slot: _figure(*testimony.total, testimony.own(slot)))


def nearby(evidence: Evidence) -> Scores:
    """The figure over the sentence and its two neighbours, the span's own testimony left out."""
    testimony = evidence.testimony

    def around(slot: Slot) -> float:
        before, after = evidence.context.at(slot.sentence).neighbours
        starts = [s.start for s in (*before, slot.sentence, *after)]
        return _figure(*testimony.around(starts), testimony.own(slot))

    return evidence.by_slot(around)


def _figure(weight: float, words: float, own: float) -> float:
    share = (weight - own + _USUAL_SHARE * _IMAGINED) / (words + _IMAGINED)
    return min(max(math.log(max(share, 1e-9) / _USUAL_SHARE), -_BOUND), _BOUND)

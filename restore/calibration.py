"""From the model's probability to a confidence that means what it says: 0.9 is right nine times in ten.

Platt scaling (Platt 1999): a logistic curve over the log-odds of the probability, whose two numbers are fitted
on passages that the weights did not see.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from restore.datamodels import RankedSlot
from restore.weights import Platt

_EDGE = 1e-6


def calibrate(ranked: Sequence[RankedSlot], platt: Platt) -> list[RankedSlot]:
    """The slots with the confidence of their first option set."""
    return [replace(r, confidence=confidence(r.probabilities[0], platt)) for r in ranked]


def confidence(probability: float, platt: Platt) -> float:
    """The calibrated probability, strictly between 0 and 1 and rising with the model's own."""
    return 1.0 / (1.0 + math.exp(-(platt.slope * log_odds(probability) + platt.offset)))


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), finite at the edges."""
    p = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(p / (1 - p))

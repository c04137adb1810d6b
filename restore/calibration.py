"""From the model's probability to a confidence that means what it says: 0.9 is right nine times in ten.

A piecewise linear map through the knots of an isotonic regression (Zadrozny and Elkan 2002), in the weights file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from restore.datamodels import RankedSlot

Knots = Sequence[tuple[float, float]]


def calibrate(ranked: Sequence[RankedSlot], knots: Knots) -> list[RankedSlot]:
    """The slots with the confidence of their first option set."""
    return [replace(r, confidence=interpolate(r.probabilities[0], knots)) for r in ranked]


def interpolate(value: float, knots: Knots) -> float:
    """The map's value; outside the knots, and without any, the value itself is kept within the last ones."""
    if not knots:
        return value
    if value <= knots[0][0]:
        return knots[0][1] * (value / knots[0][0] if knots[0][0] else 1.0)
    for (x0, y0), (x1, y1) in zip(knots, knots[1:], strict=False):
        if value <= x1:
            return y0 + (y1 - y0) * (value - x0) / (x1 - x0) if x1 > x0 else y1
    return knots[-1][1]

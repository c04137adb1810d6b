"""How fast an editor decides, and so how long the rest will take."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

#: so many of the last steps count
_STEPS = 40
#: with fewer there is no pace yet
_FEWEST = 12
#: seconds from which on a gap is a break, and does not count
_BREAK = 120.0
#: a step that decides about more than so many is no sign of how fast the others are decided
_AT_ONCE = 20


class Pace:
    """The times between the last steps, without breaks."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds from any start."""
        self._clock = clock
        self._last = clock()
        self._steps: deque[tuple[float, int]] = deque(maxlen=_STEPS)

    def decided(self, number: int) -> None:
        """A step has just decided about so many suggestions."""
        now = self._clock()
        if now - self._last < _BREAK and number <= _AT_ONCE:
            self._steps.append((now - self._last, number))
        self._last = now

    def minutes_for(self, left: int) -> float | None:
        """Minutes for what is left, or None before there is a pace."""
        if len(self._steps) < _FEWEST:
            return None
        seconds = sum(gap for gap, _ in self._steps)
        decided = sum(number for _, number in self._steps)
        return left * seconds / decided / 60

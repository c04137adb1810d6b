"""Styled text broken into lines. Only the breaks are worked out for all of a text; styles are looked up for the lines
that are drawn."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len

#: texts that need no look at each character: Latin letters, dashes and quotation marks, and the signs of the review
_NARROW = re.compile(r"[ -\u02ff‐-›←-↓▶✎✓]*")
#: the variation selector that asks for an emoji
_AS_PICTURE = "\ufe0f"


class Piece(NamedTuple):
    """Some text of one style; `id` names the suggestion that it stands for."""

    text: str
    style: str = ""
    id: str = ""


class Lines:
    """Pieces broken into lines of at most so many cells."""

    def __init__(self, pieces: Iterable[Piece], width: int) -> None:
        self._pieces = [p for p in pieces if p.text]
        self._starts = [0, *accumulate(len(p.text) for p in self._pieces)]
        breaks = list(line_breaks("".join(p.text for p in self._pieces), width))
        self._breaks = [*breaks, self._starts[-1]]

    def __len__(self) -> int:
        return len(self._breaks) - 1

    def line(self, number: int) -> Iterator[Piece]:
        """The pieces of a line, from 0; none behind the last."""
        if number >= len(self):
            return
        start, end = self._breaks[number : number + 2]
        at = bisect_right(self._starts, start) - 1
        while at < len(self._pieces) and self._starts[at] < end:
            piece, offset = self._pieces[at], self._starts[at]
            yield piece._replace(text=piece.text[max(0, start - offset) : end - offset])
            at += 1

    def line_of(self, id: str) -> int | None:
        """The line in which the pieces of a suggestion begin."""
        at = next((i for i, p in enumerate(self._pieces) if p.id == id), None)
        return None if at is None else bisect_right(self._breaks, self._starts[at], hi=len(self)) - 1


def line_breaks(text: str, width: int) -> Iterator[int]:
    """Where lines begin: before words, and inside those that are longer than a line; the first is 0.

    A line may end in white space that does not fit any more.
    """
    if _NARROW.fullmatch(text):
        return _breaks(text, width)
    cells = [i for i in range(len(text)) for _ in range(_cells(text, i))]  # every cell with the character in it
    # a character of two cells may fall on a break: room for its other half
    return (cells[b] if b else 0 for b in _breaks("".join(text[i] for i in cells), max(1, width - 1)))


def _cells(text: str, at: int) -> int:
    """Columns that a character takes; with a selector behind it that makes it a picture, two."""
    return 2 if text[at + 1 : at + 2] == _AS_PICTURE else cell_len(text[at])


def _breaks(cells: str, width: int) -> Iterator[int]:
    start = 0
    yield start
    while len(cells) - start > width:
        space = cells.rfind(" ", start + 1, start + width + 1)
        start = start + width if space < 0 else space + 1
        if start < len(cells):
            yield start

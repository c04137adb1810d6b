"""The article on the screen: a word diff of what was decided and what is proposed, or old and new side by side.

Only the lines in sight are drawn, and only the paragraphs in which something has changed are broken into lines again;
so a key takes as long in a book as in a note.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from restore.datamodels import Decision, Suggestion
from restore.review.layout import Lines, Piece
from restore.review.session import Session
from restore.review.view import state_of
from restore.wording import on_one_line, printable

#: signs of what was decided, so that colour is never the only one
SIGNS = {"undecided": "", "accepted": "✓", "edited": "✎", "rejected": "="}
HERE = "▶"
#: confidence from which a proposal helps to read the text around; less likely ones would garble it more
_LIKELY = 0.5
#: lines above and below the current suggestion that stay in sight
_MARGIN = 3
_GUTTER = " │ "


def diff_pieces(d: Decision, is_current: bool) -> Iterator[Piece]:
    """A suggestion in the word diff: the current one in full, the others as short as can be told apart."""
    s, state = d.suggestion, state_of(d)
    before = on_one_line(s.before)
    if is_current:
        after = on_one_line(s.after if state == "undecided" else d.text)
        yield Piece(HERE + SIGNS[state], "current", s.id)
        yield Piece(f"[-{before}-]", "here-old", s.id)
        yield Piece(f"{{+{after}+}}", "here-new", s.id)
    elif state == "undecided" and s.confidence < _LIKELY:
        yield from (Piece("‹", "mark", s.id), Piece(before, "open", s.id), Piece("›", "mark", s.id))
    elif state == "undecided":
        yield from (Piece("‹", "mark", s.id), Piece(before, "old", s.id), Piece("→", "mark", s.id))
        yield from (Piece(on_one_line(s.after), "new", s.id), Piece("›", "mark", s.id))
    elif state == "rejected":
        yield Piece(SIGNS[state] + before, "rejected", s.id)
    else:
        yield Piece(SIGNS[state] + on_one_line(d.text), "accepted", s.id)


def old_pieces(d: Decision, is_current: bool) -> Iterator[Piece]:
    """A suggestion in the article as it was; struck through where it will not stay."""
    s = d.suggestion
    style = {"undecided": "open", "rejected": "rejected"}.get(state_of(d), "old")
    yield Piece((HERE if is_current else "") + on_one_line(s.before), "current" if is_current else style, s.id)


def new_pieces(d: Decision, is_current: bool) -> Iterator[Piece]:
    """A suggestion in the article as it will be; what is undecided stands as it was."""
    s, state = d.suggestion, state_of(d)
    text = d.text if state in ("accepted", "edited") else s.before
    style = {"undecided": "open", "rejected": "rejected"}.get(state, "accepted")
    shown = (HERE if is_current else "") + SIGNS[state] + on_one_line(text)
    yield Piece(shown, "current" if is_current else style, s.id)


Column = Callable[[Decision, bool], Iterator[Piece]]
#: what stands side by side in each view
VIEWS: dict[str, tuple[Column, ...]] = {"diff": (diff_pieces,), "sides": (old_pieces, new_pieces)}


class Paragraph:
    """One line of the file, with the suggestions that begin in it."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.suggestions: list[Suggestion] = []
        #: where its own text begins: behind a suggestion that runs on from the line before
        self.own_start = start
        #: each column broken into lines; empty where that has to be done again
        self.columns: list[Lines] = []

    @property
    def height(self) -> int:
        """Lines on the screen."""
        return max(len(lines) for lines in self.columns)


class ArticleView(ScrollView, can_focus=False):
    """The article of a session."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"article--{name}" for name in "old new mark current here-old here-new accepted rejected open".split()
    }
    DEFAULT_CSS = """
    ArticleView {
        height: 1fr; width: 1fr; padding: 0 1; scrollbar-size-vertical: 1;
        & .article--old { color: $text-error; text-style: strike; }
        & .article--new { color: $text-success; text-style: bold; }
        & .article--mark { text-style: dim; }
        & .article--current { color: $text-accent; text-style: bold reverse; }
        & .article--here-old { color: $text-error; background: $primary-muted; text-style: strike; }
        & .article--here-new { color: $text-success; background: $primary-muted; text-style: bold; }
        & .article--accepted { color: $text-success; }
        & .article--rejected { color: $text-warning; }
        & .article--open { text-style: underline; }
    }
    """

    class Clicked(Message):
        """A suggestion was clicked on."""

        def __init__(self, id: str) -> None:
            super().__init__()
            self.id = id

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._views = VIEWS["diff"]
        self._paragraphs = list(_paragraphs(session.document.text))
        self._tops: list[int] = []
        self._current: Suggestion | None = None
        self._in_view: set[str] = set()

    # what changes

    def show(self, view: str) -> None:
        """Another of the VIEWS."""
        self._views = VIEWS[view]
        self.reflow()

    def reflow(self) -> None:
        """Draw everything anew: suggestions came in, or the width changed."""
        self._assign()
        self._draw(self._paragraphs)

    def update_suggestions(self, changed: Sequence[Suggestion]) -> None:
        """Draw anew what was decided, and where the editor is now."""
        touched = [*changed, *(s for s in (self._current, self._session.current) if s is not None)]
        self._draw({id(p): p for p in map(self._paragraph_of, touched)}.values())

    def _draw(self, paragraphs: Iterable[Paragraph]) -> None:
        self._current, self._in_view = self._session.current, {s.id for s in self._session.view}
        self._place_beginnings()
        for p in paragraphs:
            p.columns = [Lines(self._pieces(p, column), self._column_width) for column in self._views]
        self._tops = [0, *accumulate(p.height for p in self._paragraphs)]
        self.virtual_size = Size(self._width, self._tops[-1])
        self._scroll_to_current()
        self.refresh()

    def _place_beginnings(self) -> None:
        """Where each paragraph's own text begins: a marked suggestion may run on into it."""
        last_end = 0
        for p in self._paragraphs:
            p.own_start = max(p.start, last_end)
            last_end = max([last_end, *(s.end for s in p.suggestions[-1:] if self._is_marked(s))])

    def _assign(self) -> None:
        for p in self._paragraphs:
            p.suggestions = []
        for s in self._session.suggestions:
            self._paragraph_of(s).suggestions.append(s)

    def _paragraph_of(self, s: Suggestion) -> Paragraph:
        return self._paragraphs[self._place_of(s)]

    def _place_of(self, s: Suggestion) -> int:
        return bisect_right(self._paragraphs, s.start, key=lambda p: p.start) - 1

    def _is_marked(self, s: Suggestion) -> bool:
        """Whether a suggestion stands out; what the filter leaves out is plain text until it is decided."""
        return s.id in self._in_view or s is self._current or not self._session.is_open(s)

    def _pieces(self, p: Paragraph, column: Column) -> Iterator[Piece]:
        position, text = p.own_start, self._session.document.text
        for s in p.suggestions:
            if not self._is_marked(s):
                continue
            yield Piece(_shown(text[position : s.start]))
            yield from column(self._session.decision(s), s is self._current)
            position = s.end
        yield Piece(_shown(text[position : p.end]))

    # what is drawn

    @property
    def _width(self) -> int:
        return max(1, self.scrollable_content_region.width)

    @property
    def _column_width(self) -> int:
        number = len(self._views)
        return max(1, (self._width - len(_GUTTER) * (number - 1)) // number)

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight."""
        number, base = y + round(self.scroll_offset.y), self.rich_style
        if not self._tops or number >= self._tops[-1]:
            return Strip.blank(self._width, base)
        at = bisect_right(self._tops, number) - 1
        paragraph, number = self._paragraphs[at], number - self._tops[at]
        columns = [self._strip(lines.line(number), base) for lines in paragraph.columns]
        gutter = self._strip([Piece(_GUTTER, "mark")], base).crop(0, len(_GUTTER))
        joined = Strip.join(x for c in columns for x in (gutter, c))
        return joined.crop(len(_GUTTER)).adjust_cell_length(self._width, base)

    def _strip(self, pieces: Iterable[Piece], base: Style) -> Strip:
        strip = Strip([Segment(p.text, self._style(p, base)) for p in pieces])
        return strip.adjust_cell_length(self._column_width, base)

    def _style(self, piece: Piece, base: Style) -> Style:
        style = base
        if piece.style:
            style += self.get_component_rich_style(f"article--{piece.style}", partial=True)
        return style + Style(meta={"suggestion": piece.id}) if piece.id else style

    # moving

    def _scroll_to_current(self) -> None:
        place = self._line_of_current()
        if place is None:
            return
        height, top = self.scrollable_content_region.height, round(self.scroll_offset.y)
        margin = min(_MARGIN, max(0, (height - 1) // 2))
        if not top + margin <= place < top + height - margin:
            self.scroll_to(y=max(0, place - height // 2), animate=False)

    def _line_of_current(self) -> int | None:
        """The line that the current suggestion begins in."""
        if self._current is None:
            return None
        place = self._place_of(self._current)
        return self._tops[place] + (self._paragraphs[place].columns[0].line_of(self._current.id) or 0)

    def on_resize(self) -> None:
        """Break all lines anew, if they have become longer or shorter."""
        if not self._tops or self.virtual_size.width != self._width:
            self.reflow()
        else:
            self._scroll_to_current()

    def on_click(self, event: events.Click) -> None:
        """Go to the suggestion that was clicked on."""
        if id := event.style.meta.get("suggestion"):
            self.post_message(self.Clicked(id))


def _shown(text: str) -> str:
    return printable(text.replace("\t", "    "))


def _paragraphs(text: str) -> Iterator[Paragraph]:
    start = 0
    for found in re.finditer(r"\r\n?|\n|$(?![\r\n])", text):
        yield Paragraph(start, found.start())
        start = found.end()

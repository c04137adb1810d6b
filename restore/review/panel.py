"""What is in front of the editor: the replacement, its alternatives, its reasons; and how far the review is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static

from restore.datamodels import Decision, Suggestion
from restore.review.article_view import SIGNS
from restore.review.keys import FOOT, KEYS
from restore.review.session import Session
from restore.review.view import Filter, described, state_of
from restore.wording import on_one_line, per_cent

#: alternatives that keys can take
TAKEN_BY_KEY = 9
#: from this share on it is worth saying how likely an alternative is, and where it comes from
_WORTH_SAYING = 0.005
_GAP = "   "


class Panel(Static):
    """The current suggestion."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"panel--{name}" for name in ("old", "new", "key", "aside", "state")}
    DEFAULT_CSS = """
    Panel {
        width: 1fr; height: auto;
        & .panel--old { color: $text-error; text-style: strike; }
        & .panel--new { color: $text-success; text-style: bold; }
        & .panel--key { color: $text-accent; text-style: bold; }
        & .panel--aside { text-style: dim; }
        & .panel--state { text-style: bold; }
    }
    """

    class Taken(Message):
        """An alternative was clicked on."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        #: alternatives one a line, or one after the other
        self.in_lines = False

    def show(self, waiting: bool) -> None:
        """Show what is in front of the editor; `waiting`: more suggestions are still to come."""
        s = self._session.current
        self.update(self._nothing(waiting) if s is None else Text("\n").join(self._lines(s)))

    def _nothing(self, waiting: bool) -> Text:
        if waiting:
            return Text("Reading the article; suggestions will appear here.")
        why = "passes the filter" if self._session.suggestions else "reads like spun text"
        return Text(f"Nothing {why}.")

    def _lines(self, s: Suggestion) -> Iterator[Text]:
        d = self._session.decision(s)
        yield self._heading(d)
        yield self._status(d)
        yield from self._alternatives(d) if self.in_lines else self._flowing(self._alternatives(d))
        for reason in s.reasons:
            yield Text(f"· {on_one_line(reason)}", self._style("aside"))

    def _heading(self, d: Decision) -> Text:
        text = Text.assemble((on_one_line(d.suggestion.before), self._style("old")), " → ")
        after = d.suggestion.after if d.verdict == "undecided" else d.text
        return text.append(on_one_line(after) or "(nothing)", self._style("new"))

    def _status(self, d: Decision) -> Text:
        s, state = d.suggestion, state_of(d)
        parts = [f"{SIGNS[state]} {state}".strip(), f"{per_cent(s.confidence)} sure"]
        if state == "undecided" and self._session.is_postponed(s):
            parts[0] = "put off"
        if s.quoted:
            parts.append("in a quotation")
        if (alike := len(self._session.alike(s))) > 1:
            parts.append(f"{alike} places alike (A, X)")
        return Text(" · ").join([Text(parts[0], self._style("state")), *map(Text, parts[1:])])

    def _alternatives(self, d: Decision) -> Iterator[Text]:
        for number, c in enumerate(d.suggestion.candidates[:TAKEN_BY_KEY], 1):
            click = Style(meta={"take": number})
            text = Text.assemble((str(number), self._style("key") + click), " ", (on_one_line(c.text), click))
            if c.score >= _WORTH_SAYING:
                text.append(f" {per_cent(c.score)} {c.source}", self._style("aside") + click)
            yield text

    def _flowing(self, alternatives: Iterable[Text]) -> Iterator[Text]:
        """One after the other, none of them broken in two."""
        line = Text()
        for alternative in alternatives:
            if line and line.cell_len + len(_GAP) + alternative.cell_len > self.size.width:
                yield line
                line = Text()
            line = line.append(_GAP if line else "").append_text(alternative)
        yield line

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"panel--{name}", partial=True)

    def on_click(self, event: events.Click) -> None:
        """Take the alternative that was clicked on."""
        if number := event.style.meta.get("take"):
            self.post_message(self.Taken(number))


class StatusLine(Static):
    """What was just done, and how far the review is; what matters least is left out where there is no room."""

    DEFAULT_CSS = "StatusLine { height: 1; width: 1fr; padding: 0 1; background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []

    def show(self, name: str, session: Session, reading: str) -> None:
        """Show the numbers; `reading` says how far the suggestions are, "" once they are complete."""
        tally, minutes = session.tally(), session.minutes_left()
        left = f", {_minutes(minutes)} left" if minutes is not None and tally.left else ""
        more = " so far" if reading else ""
        self._parts = [f"{tally.decided} of {tally.total}{more}{left}", reading, _view(session), on_one_line(name)]
        self.tell("")

    def tell(self, message: str) -> None:
        """Say something until the next key."""
        width = max(1, self.size.width - 2)
        parts = [p for p in (*self._parts[:1], message, *self._parts[1:]) if p]
        while len(parts) > 1 + bool(message) and len(" · ".join(parts)) > width:
            parts.pop()
        text = Text(no_wrap=True, overflow="ellipsis")
        for i, part in enumerate(parts):
            text.append(" · " if i else "").append(part, "bold" if part == message else "")
        self.update(text)


def _minutes(minutes: float) -> str:
    return "under a minute" if minutes < 1 else f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _view(session: Session) -> str:
    parts = [] if session.order == "text" else [f"by {session.order}"]
    if session.filter != Filter():
        parts.append(f"{len(session.view)} shown ({described(session.filter)})")
    return ", ".join(parts)


class KeyLine(Static):
    """The keys needed most, at the foot of the screen; a click is as good as a key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keys--key"}
    DEFAULT_CSS = """
    KeyLine {
        height: 1; width: 1fr; padding: 0 1; background: $panel;
        & .keys--key { color: $text-accent; text-style: bold; }
    }
    """

    def on_mount(self) -> None:
        """It stays the same."""
        style = self.get_component_rich_style("keys--key", partial=True)
        labels = sorted((k for k in KEYS if k.label), key=lambda k: FOOT.index(k.action))
        clicks = [Style(meta={"action": k.action}) for k in labels]
        texts = [
            Text.assemble((k.shown.split()[0], style + click), (f" {k.label}", click))
            for k, click in zip(labels, clicks, strict=True)
        ]
        line = Text("  ").join(texts)
        line.no_wrap, line.overflow = True, "ellipsis"
        self.update(line)

    async def on_click(self, event: events.Click) -> None:
        """Do what the key does."""
        if action := event.style.meta.get("action"):
            await self.screen.run_action(action)

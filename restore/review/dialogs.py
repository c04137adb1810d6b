"""The dialogs of the review. Those that ask return what was chosen, or None; escape closes each of them unharmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Label, OptionList, Select, Static

from restore.base_pairs import BasePair
from restore.datamodels import Suggestion
from restore.errors import RestoreError
from restore.review.keys import KEYS
from restore.review.plain import SHORT_REACH, PlainText
from restore.review.session import Alike, Session
from restore.review.view import STATES, Filter
from restore.wording import counted, on_one_line, printable

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    """A box over the review, with a title and a line that says what the keys do."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background; }
    Dialog > Vertical {
        width: 90%; max-width: 100; height: auto; max-height: 90%;
        background: $surface; border: round $primary; padding: 0 1;
    }
    Dialog .title { text-style: bold; width: 1fr; }
    Dialog .hint { color: $text-muted; width: 1fr; }
    Dialog .problem { color: $text-error; width: 1fr; display: none; }
    Dialog Select { height: auto; }
    Dialog.-tiny > Vertical { width: 100%; max-height: 100%; border: none; padding: 0; }
    Dialog.-tiny .hint { display: none; }
    Dialog OptionList { height: auto; max-height: 60vh; border: none; }
    Dialog VerticalScroll { height: auto; max-height: 70vh; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "close", show=False)]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (9, "-roomy")]  # noqa: RUF012  the base class has no ClassVar
    title_text = ""
    hint = "enter: do it   escape: leave it"

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical():
            yield Label(Text(self.title_text), classes="title")
            yield from self.body()
            yield Label("", classes="problem")
            yield Label(Text(self.hint), classes="hint")

    def body(self) -> ComposeResult:
        """What is between title and hint."""
        yield from ()

    def complain(self, problem: str) -> None:
        """Say what is wrong and stay open."""
        label = self.query_one(".problem", Label)
        label.update(Text(problem))
        label.display = True

    def focus_first(self) -> None:
        """Have the first field take the keys at once: the next ones may be on their way."""
        for field in self.query("Input, OptionList").results(Widget):
            self.set_focus(field)
            break

    def action_close(self) -> None:
        """Close without a choice."""
        self.dismiss(None)


class Message(Dialog[None]):
    """Something to read; any of the closing keys ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,q,question_mark,w", "close", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]
    hint = "escape: close   ↑ ↓: scroll"

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self.title_text = title
        self._lines = lines

    def body(self) -> ComposeResult:
        """The lines."""
        with VerticalScroll(can_focus=False):
            yield Static(Text("\n".join(map(printable, self._lines))))

    def action_scroll(self, by: int) -> None:
        """Scroll what is longer than the box."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def help_screen() -> Message:
    """What the keys do, and what the signs in the article mean."""
    width = max(len(k.shown) for k in KEYS)
    lines = [f"{k.shown:<{width}}  {k.help}" for k in KEYS]
    signs = [
        "▶[-old-]{+new+}  in front of you",
        "‹old→new› ‹old›  undecided; without 'new' where that is not likely",
        "✓new  ✎new       accepted, edited",
        "=old             rejected: stays as it was",
        "old              passed over by the filter",
    ]
    mouse = "A click on a suggestion goes there, one on an alternative takes it."
    return Message("Keys", [*lines, "", *signs, "", mouse])


class AlikeDialog(Dialog[list[Alike]]):
    """Every place that would be accepted together; each can be left out."""

    hint = "space: leave out or take in   enter: accept those ticked (✓)   escape: none"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", priority=True, show=False),
        Binding("space", "tick", priority=True, show=False),
    ]

    def __init__(self, places: Sequence[Alike], plain: PlainText) -> None:
        super().__init__()
        self._places, self._plain = places, plain
        #: where another original comes first the tick is left to the editor
        self.ticked = {i for i, a in enumerate(places) if a.first}
        before, after = on_one_line(places[0].suggestion.before), on_one_line(places[0].text)
        self.title_text = f"{counted(len(places), 'place')}: '{before}' → '{after}'"

    def body(self) -> ComposeResult:
        """The places in context."""
        yield OptionList(*map(self._shown, range(len(self._places))), compact=True, markup=False)

    def _shown(self, place: int) -> Text:
        a = self._places[place]
        shown = Text("✓ " if place in self.ticked else "  ")
        shown.append(printable(self._plain.in_context(a.suggestion, a.text, SHORT_REACH)))
        shown.append("   (in a quotation)" if a.suggestion.quoted else "")
        return shown if a.first else shown.append(f"   (suggested here: {on_one_line(a.suggestion.after)})")

    def action_tick(self) -> None:
        """Leave a place out, or take it in."""
        options = self.query_one(OptionList)
        if (place := options.highlighted) is not None:
            self.ticked ^= {place}
            options.replace_option_prompt_at_index(place, self._shown(place))

    def on_option_list_option_selected(self) -> None:
        """A click is as good as the space bar."""
        self.action_tick()

    def action_done(self) -> None:
        """Accept what is ticked."""
        self.dismiss([self._places[i] for i in sorted(self.ticked)])


class ThresholdDialog(Dialog[list[Suggestion]]):
    """From which confidence on to do something; says with how many, and returns just those."""

    def __init__(
        self, title: str, confidence: float, pick: Callable[[float], list[Suggestion]], aside: str = ""
    ) -> None:
        """`pick` gives the suggestions that a confidence stands for."""
        super().__init__()
        self.title_text, self._first, self._pick, self._aside = title, confidence, pick, aside
        self._picked: list[Suggestion] = []

    def body(self) -> ComposeResult:
        """A number, and what it means."""
        yield Input(f"{self._first * 100:.0f}", restrict=r"[0-9.]*", max_length=5, compact=True)
        yield Label("", id="count")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say how many it would be."""
        share = _share(event.value)
        self._picked = [] if share is None else self._pick(share)
        words = "" if share is None else f"{counted(len(self._picked), 'suggestion')}{self._aside}"
        self.query_one("#count", Label).update(Text(words))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do it with those that were counted."""
        if _share(event.value) is None:
            self.complain("a number from 0 to 100")
        else:
            self.dismiss(self._picked)


def _share(per_cent: str) -> float | None:
    """A number of per cent as a share, or None for what is none."""
    try:
        share = float(per_cent) / 100
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None


class FilterDialog(Dialog[Filter]):
    """Which suggestions to show."""

    title_text = "Show only"
    hint = "enter: show   ctrl+r: show all   tab: next field   escape: as before"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+r", "clear", priority=True, show=False)]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def body(self) -> ComposeResult:
        """The fields."""
        f = self._session.filter
        yield Input(f.phrase, placeholder="any phrase", id="phrase", compact=True)
        yield Select([(s, s) for s in STATES], value=f.state, allow_blank=False, id="state", compact=True)
        names = sorted({*self._session.sources(), *([f.source] if f.source else [])})  # it may have no more suggestions
        sources = [("from any source", ""), *((f"from {s}", s) for s in names)]
        yield Select(sources, value=f.source, allow_blank=False, id="source", compact=True)
        for name, value in (("least", f.least), ("most", f.most)):
            yield Label(Text(f"at {name} so sure, in per cent"))
            yield Input(f"{value * 100:g}", id=name, restrict=r"[0-9.]*", max_length=5, compact=True)

    def on_input_submitted(self) -> None:
        """Show what passes."""
        least, most = (_share(self.query_one(f"#{n}", Input).value) for n in ("least", "most"))
        if least is None or most is None or least > most:
            self.complain("confidences go from 0 to 100, the lower one first")
            return
        state, source = (self.query_one(f"#{n}", Select).value for n in ("state", "source"))
        self.dismiss(Filter(state, source, least, most, self.query_one("#phrase", Input).value))  # type: ignore[arg-type]

    def action_clear(self) -> None:
        """Show all."""
        self.dismiss(Filter())


class PairDialog(Dialog[None]):
    """A replacement in dictionary form, to be corrected before it goes into the glossary."""

    title_text = "Add to your glossary"
    hint = "enter: add and accept   tab: other field   escape: leave it"

    def __init__(self, pair: BasePair, text: str, add: Callable[[BasePair, str], None]) -> None:
        """`add` takes the pair and what goes in here; it raises RestoreError if the glossary does not take the pair."""
        super().__init__()
        self._pair, self._text, self._add = pair, text, add

    def body(self) -> ComposeResult:
        """Both phrases, and what goes in here."""
        yield Label(Text("spun (in base form)"))
        yield Input(self._pair.phrase, id="spun", compact=True)
        yield Label(Text("stands for"))
        yield Input(self._pair.original, id="original", compact=True)
        yield Label(Text("in this place"))
        yield Input(self._text, id="here", compact=True)

    def on_input_submitted(self) -> None:
        """Add it, or say why not."""
        spun, original, here = (self.query_one(f"#{n}", Input).value.strip() for n in ("spun", "original", "here"))
        try:
            self._add(self._pair._replace(phrase=spun, original=original), here)
        except RestoreError as error:
            self.complain(str(error))
        else:
            self.dismiss(None)


class FileDialog(Dialog[str]):
    """Another file to write to, after the first could not be written."""

    title_text = "Not written"
    hint = "enter: write there   escape: go on with the review; nothing is lost"

    def __init__(self, problem: str, name: str) -> None:
        super().__init__()
        self._problem, self._name = problem, name

    def body(self) -> ComposeResult:
        """What is wrong, and a name."""
        yield Label(Text(self._problem))
        yield Input(self._name, compact=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Try that."""
        self.dismiss(event.value.strip() or None)

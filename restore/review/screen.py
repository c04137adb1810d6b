"""The review on a full screen (Textual). It shows the session and turns keys into calls of it; it decides nothing."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.screen import Screen

from restore.base_pairs import BasePair
from restore.datamodels import Decision, Suggestion
from restore.errors import InputError, RestoreError
from restore.review.article_view import ArticleView
from restore.review.ask_line import AskLine
from restore.review.dialogs import (
    AlikeDialog,
    Dialog,
    FileDialog,
    FilterDialog,
    Message,
    PairDialog,
    ThresholdDialog,
    help_screen,
)
from restore.review.history import Step
from restore.review.keys import KEYS
from restore.review.opening import Review
from restore.review.own_glossary import entry_for, exception_for, pair_for
from restore.review.panel import KeyLine, Panel, StatusLine
from restore.review.plain import PlainText
from restore.review.session import Alike, decided, never_again, rejected
from restore.review.view import ORDERS, Filter
from restore.wording import counted, on_one_line

#: seconds between looks for suggestions that came in
_POLL = 0.1
#: confidences that the dialogs for accepting and rejecting many begin with
_SURE, _UNSURE = 0.95, 0.1
T = TypeVar("T")
THEMES = {"dark": "textual-dark", "light": "textual-light", "terminal": "ansi-dark"}


def _bindings() -> list[BindingType]:
    found: list[BindingType] = []
    for k in KEYS:
        if k.action == "take":
            found += [Binding(n, f"take({n})", show=False) for n in k.keys.split(",")]
        else:
            found.append(Binding(k.keys, k.action, k.help, show=False))
    return found


class ReviewScreen(Screen[None]):
    """The article, the suggestion in front of the editor, and the keys."""

    BINDINGS: ClassVar[list[BindingType]] = _bindings()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  the base class has no ClassVar
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (9, "-short"), (16, "-tall")]  # noqa: RUF012
    DEFAULT_CSS = """
    ReviewScreen {
        layout: vertical;
        #work { height: 1fr; layout: vertical; }
        #panel { height: 9; border-top: solid $primary; padding: 0 1; scrollbar-size-vertical: 1; }
        &.-short #panel { height: 4; }
        &.-tiny #panel { height: 2; border: none; }
        &.-tiny KeyLine, &.-tiny StatusLine { display: none; }
        &.-wide.-tall #work { layout: horizontal; }
        &.-wide.-tall #panel { width: 46; height: 1fr; border-top: none; border-left: solid $primary; }
    }
    """

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review, self.session = review, review.session
        self._line = AskLine()
        self._plain = PlainText(self.session)
        self._side_by_side = False
        self._searched = ""

    def compose(self) -> ComposeResult:
        """From top to bottom; in a wide window the panel stands at the right."""
        yield StatusLine()
        with Container(id="work"):
            yield ArticleView(self.session)
            with VerticalScroll(id="panel", can_focus=False):
                yield Panel(self.session)
        yield self._line
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin, and look out for more suggestions."""
        self.show_all()
        gc.freeze()  # what is loaded stays: a collection that walked through it all would hold up a key
        self.call_after_refresh(self.review.feed.start)  # what is there is shown first
        self._polling = self.set_interval(_POLL, self.take_in)
        if notices := self.review.notices():
            told = partial(self.review.journal.tell, notices)
            self.app.push_screen(Message("From an earlier review", notices), lambda _: told())

    def on_resize(self) -> None:
        """The panel has another shape in a wide window."""
        self.call_after_refresh(self._show_panel)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No key is a command while something is typed."""
        return not self._line.is_open

    def tell(self, message: str) -> None:
        """A word about what was done, until the next key."""
        self.query_one(StatusLine).tell(message)

    async def open_dialog(self, dialog: Dialog[T], then: Callable[[T | None], None] | None = None) -> None:
        """Open a dialog, and let no key through before it can take it."""
        await self.app.push_screen(dialog, then)
        dialog.focus_first()

    # showing

    def show_all(self) -> None:
        """Show everything anew."""
        self.query_one(ArticleView).reflow()
        self._show_panel()

    def show_changes(self, changed: Sequence[Suggestion] = ()) -> None:
        """Show what was decided, and where the editor is now."""
        self.query_one(ArticleView).update_suggestions(changed)
        self._show_panel()

    def _show_panel(self) -> None:
        feed, panel = self.review.feed, self.query_one(Panel)
        panel.in_lines = self.has_class("-wide") and self.has_class("-tall")
        panel.show(waiting=not feed.complete)
        reading = "" if feed.complete else "still reading, more will come"
        self.query_one(StatusLine).show(str(self.review.article), self.session, reading)

    def take_in(self) -> None:
        """Take in the suggestions that were found since."""
        feed = self.review.feed
        if feed.complete:
            self._polling.stop()
        batches = feed.poll()
        for batch in batches:
            self.session.take_in(batch.suggestions, batch.start, batch.end)
        if batches:
            self.show_all()
        elif feed.complete:
            self._show_panel()
        if feed.complete and feed.problem:
            self.app.push_screen(Message("Only a part of the suggestions could be made", [feed.problem]))
            feed.problem = ""

    # deciding

    def attempt(self, act: Callable[[], object], changed: Sequence[Suggestion] = ()) -> bool:
        """Do something that is kept on disk; if that fails it has not happened, and the editor is told why."""
        try:
            act()
        except RestoreError as error:
            self.app.push_screen(Message("This was not done", [str(error)]))
            return False
        self.show_changes(changed)
        return True

    def _decide(self, verdicts: Sequence[Decision], done: str = "") -> None:
        changed = [d.suggestion for d in verdicts]
        if verdicts and self.attempt(partial(self.session.decide, verdicts), changed) and done:
            self.tell(f"{done}; u takes that back")

    def action_accept(self) -> None:
        """Put in what is suggested."""
        if (s := self.session.current) is not None:
            self._decide([decided(s)])

    def action_reject(self) -> None:
        """Leave it as it stands."""
        if (s := self.session.current) is not None:
            self._decide([rejected(s)])

    def action_take(self, number: int) -> None:
        """Take an alternative."""
        s = self.session.current
        if s is not None and number <= len(s.candidates):
            self._decide([decided(s, s.candidates[number - 1].text)])

    def action_edit(self) -> None:
        """Write something else."""
        if (s := self.session.current) is not None:
            d = self.session.decision(s)
            now = d.text if d.verdict != "undecided" else s.after
            question = f"'{on_one_line(s.before)}' becomes:"
            self._line.ask(question, now, lambda text: self._decide([decided(s, text)]))

    def action_later(self) -> None:
        """Pass it over for now."""
        self.session.postpone()
        self.show_changes()

    def action_undo(self) -> None:
        """Take the last step back."""
        self._through_history(self.session.undo, "nothing to undo")

    def action_redo(self) -> None:
        """Do it again."""
        self._through_history(self.session.redo, "nothing to redo")

    def _through_history(self, move: Callable[[], Step | None], nothing: str) -> None:
        try:
            step = move()
        except RestoreError as error:
            self.app.push_screen(Message("This was not done", [str(error)]))
            return
        if step is None:
            self.tell(nothing)
        else:
            self.show_changes([c.after.suggestion for c in step.changes])

    # deciding about many

    async def action_accept_alike(self) -> None:
        """Show every place like this, and accept those that stay ticked."""
        s = self.session.current
        places = [] if s is None else self.session.alike(s)
        if places:
            await self.open_dialog(AlikeDialog(places, self._plain), self._accept_places)
        else:
            self.tell("no undecided place like this")

    def _accept_places(self, places: list[Alike] | None) -> None:
        verdicts = [decided(a.suggestion, a.text) for a in places or ()]
        self._decide(verdicts, f"accepted in {counted(len(verdicts), 'place')}")

    def action_reject_alike(self) -> None:
        """Reject every place like this."""
        if (s := self.session.current) is not None:
            self._reject([a.suggestion for a in self.session.alike(s)], "place")

    def _reject(self, suggestions: Sequence[Suggestion], what: str) -> None:
        done = f"rejected {'in ' if what == 'place' else ''}{counted(len(suggestions), what)}"
        self._decide([rejected(s) for s in suggestions], done)

    async def action_accept_sure(self) -> None:
        """Accept everything at or over a confidence."""
        title = "Accept everything that is at least so sure (per cent)"
        aside = "; what stands in quotations is left out"
        await self.open_dialog(ThresholdDialog(title, _SURE, self.session.at_least, aside), self._accept_sure)

    def _accept_sure(self, sure: list[Suggestion] | None) -> None:
        self._decide([decided(s) for s in sure or ()], f"accepted {counted(len(sure or ()), 'suggestion')}")

    async def action_reject_unsure(self) -> None:
        """Reject everything at or under a confidence."""
        title = "Reject everything that is at most so sure (per cent)"
        await self.open_dialog(ThresholdDialog(title, _UNSURE, self.session.at_most), self._reject_unsure)

    def _reject_unsure(self, unsure: list[Suggestion] | None) -> None:
        self._reject(unsure or (), "suggestion")

    def _for_glossary(self) -> tuple[Suggestion, Path] | None:
        """What an entry would be about, and the glossary that it would go to; None, and a word, if there is none."""
        s, file = self.session.current, self.review.glossary
        if s is None or file is None:
            self.tell("there is no glossary of your own; name one with --glossary")
            return None
        return s, file

    def action_never(self) -> None:
        """Write an exception to the editor's glossary, and reject the phrase everywhere."""
        if (found := self._for_glossary()) is None:
            return
        s, file = found
        verdicts = never_again(self.session, s)
        done = partial(self.session.decide, verdicts, exception_for(s, file))
        if self.attempt(done, [d.suggestion for d in verdicts]):
            places = counted(len(verdicts), "place")
            self.tell(f"'{on_one_line(s.before)}' is an exception in {file}; rejected in {places}; u takes that back")

    async def action_add(self) -> None:
        """Add the replacement to the editor's glossary, and accept it."""
        if (found := self._for_glossary()) is None:
            return
        s, file = found
        text = self.session.text_for(s)
        await self.open_dialog(PairDialog(pair_for(s, text), text, partial(self._add, s, file)))

    def _add(self, s: Suggestion, file: Path, pair: BasePair, text: str) -> None:
        addition = entry_for(self.session.document, s, pair, file)
        self.session.decide([decided(s, text)], addition)
        self.show_changes([s])
        fires = "" if "example:" in addition.entry else " (it does not find the place that it was made for)"
        self.tell(f"'{pair.phrase}' → '{pair.original}' added to {file}{fires}; u takes that back")

    # moving

    def action_go(self, by: int) -> None:
        """Next or previous undecided."""
        self._move(partial(self.session.go, by))

    def action_go_through(self, by: int) -> None:
        """Next or previous, decided or not."""
        self._move(partial(self.session.go_through, by))

    def action_first(self) -> None:
        """First in view."""
        self._move(partial(self.session.go_to_end, False))

    def action_last(self) -> None:
        """Last in view."""
        self._move(partial(self.session.go_to_end, True))

    def _move(self, move: Callable[[], object]) -> None:
        """Move; where that lets held back suggestions in, all is shown anew."""
        before = self.session.suggestions
        move()
        if self.session.suggestions is before:
            self.show_changes()
        else:
            self.show_all()

    def action_scroll(self, by: int) -> None:
        """Look around without leaving the suggestion."""
        view = self.query_one(ArticleView)
        view.scroll_relative(y=by * max(1, view.size.height - 2), animate=False)

    def action_search(self) -> None:
        """Search the suggestions."""
        self._line.ask("Search:", "", self._search)

    def _search(self, phrase: str) -> None:
        self._searched = phrase or self._searched
        if not self._searched:
            return
        found = False

        def look() -> None:
            nonlocal found
            found = self.session.find(self._searched)

        self._move(look)
        if not found:
            self.tell(f"no suggestion in view mentions '{self._searched}'")

    # the view

    async def action_filter(self) -> None:
        """Show only some."""
        await self.open_dialog(FilterDialog(self.session), self._filter)

    def _filter(self, wanted: Filter | None) -> None:
        if wanted is not None:
            self.session.show(wanted)
            self.show_all()
            if not self.session.view:
                self.tell("nothing passes this filter; f and ctrl+r show all again")

    def action_order(self) -> None:
        """The next order."""
        names = list(ORDERS)
        following = names[(names.index(self.session.order) + 1) % len(names)]
        self._move(partial(self.session.show, order=following))

    def action_sides(self) -> None:
        """Old and new side by side, or the word diff."""
        self._side_by_side = not self._side_by_side
        self.query_one(ArticleView).show("sides" if self._side_by_side else "diff")

    def action_theme(self) -> None:
        """The next theme."""
        names = list(THEMES.values())
        at = names.index(self.app.theme) if self.app.theme in names else -1
        self.app.theme = names[(at + 1) % len(names)]
        self.call_after_refresh(self.show_all)

    async def action_help(self) -> None:
        """What the keys do."""
        await self.open_dialog(help_screen())

    # the end

    def action_write(self) -> None:
        """Write the outcome."""
        self._write(None)

    def _write(self, name: str | None) -> None:
        try:
            outcome = self.review.writer.write(Path(name) if name else None)
        except InputError as error:
            another = name or str(self.review.writer.target)
            self.app.push_screen(FileDialog(str(error), another), self._write_elsewhere)
        except RestoreError as error:
            self.app.push_screen(Message("Not written", [str(error)]))
        else:
            more = [] if self.review.feed.complete else ["The article is still being read: more suggestions will come."]
            self.app.push_screen(Message("Written", [*outcome.lines(), *more]))

    def _write_elsewhere(self, name: str | None) -> None:
        if name:
            self._write(name)

    def action_quit(self) -> None:
        """End; every decision is on disk already."""
        self.app.exit()

    def on_article_view_clicked(self, event: ArticleView.Clicked) -> None:
        """Go to the suggestion that was clicked on."""
        self._move(partial(self.session.go_to_id, event.id))

    def on_panel_taken(self, event: Panel.Taken) -> None:
        """Take the alternative that was clicked on."""
        self.action_take(event.number)

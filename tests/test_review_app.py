"""The review on the screen: every key pressed on the real seed, and its screens as text in three sizes.

The suggestions are the real ones, made without a model; the worker process that would bring them is replaced by a feed
that has them at once, or in batches that the test hands over.
"""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import pytest
import yaml
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input, Label, OptionList, Static

import restore.review.opening as opening
from restore.datamodels import Document, Suggestion
from restore.formats.files import read
from restore.pipeline import suggest_document
from restore.resources import Resources, Settings
from restore.review.app import ReviewApp
from restore.review.article_view import ArticleView
from restore.review.dialogs import AlikeDialog, FileDialog, FilterDialog, Message, PairDialog, ThresholdDialog
from restore.review.feed import Batch, Feed
from restore.review.keys import KEYS
from restore.review.layout import Lines, Piece
from restore.review.opening import Review, Wanted
from restore.review.panel import Panel
from restore.review.screen import ReviewScreen
from restore.review.view import Filter, state_of
from restore.surface import lemmas
from tests.reviewing import TEXT, suggest, suggest_all

SIZE = (100, 32)
Script = Callable[["Screen"], Awaitable[None]]


@pytest.fixture(scope="session")
def found(without_model: Resources) -> list[Suggestion]:
    """The suggestions for the seed."""
    seed = Path(__file__).parent.parent / "seeds" / "003_5634fe5ae3712ea9.txt"
    return suggest_document(read(str(seed)).documents[0], without_model)


class Ready(Feed):
    """A feed that has everything at once, or hands over what `batches` holds when it is polled."""

    everything: Sequence[Suggestion] = ()
    batches: list[Batch] | None = None

    def first(self) -> list[Suggestion]:
        self.complete = self.batches is None
        return list(self.everything)

    def start(self) -> None:
        pass

    def poll(self, wait: bool = False) -> list[Batch]:
        given, self.batches = self.batches or [], []
        return given


@pytest.fixture
def review(tmp_path: Path, long_seed: Path, found: list[Suggestion], monkeypatch: pytest.MonkeyPatch) -> Iterator[Review]:
    monkeypatch.chdir(tmp_path)
    shutil.copy(long_seed, "article.txt")
    monkeypatch.setattr(opening, "Feed", Ready)
    monkeypatch.setattr(Ready, "everything", found)
    opened = Review("article.txt", Settings(model=None), wanted=Wanted(glossary=tmp_path / "own.yaml"))
    yield opened
    opened.close()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Review]:
    """A short text with suggestions made by hand, which stay the same whatever the lexicon learns."""
    monkeypatch.chdir(tmp_path)
    Path("article.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(opening, "Feed", Ready)
    monkeypatch.setattr(Ready, "everything", suggest_all(Document(TEXT, "article.txt")))
    opened = Review("article.txt", Settings(model=None))
    yield opened
    opened.close()


class Screen:
    """The screen under test: presses keys, and says what is there."""

    def __init__(self, app: ReviewApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        self.review = app._review
        self.session = self.review.session

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        names = {" ": "space", "/": "slash", ".": "full_stop"}
        await self.press(*(names.get(c, c) for c in text))

    @property
    def current(self) -> Suggestion:
        assert self.session.current is not None
        return self.session.current

    def state(self, s: Suggestion) -> str:
        return state_of(self.session.decision(s))

    def text(self) -> str:
        """The screen, line by line."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    @property
    def message(self) -> str:
        """What the dialog on top says."""
        dialog = self.app.screen
        assert isinstance(dialog, Message | FileDialog)
        lines = [str(w.content) for w in dialog.query(Static) if isinstance(w, Static)]
        return dialog.title_text + "\n" + "\n".join(lines)


def play(review: Review, script: Script, size: tuple[int, int] = SIZE, **options: str) -> None:
    """Run a script on the screen of a review."""

    async def run() -> None:
        app = ReviewApp(review, **options)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await script(Screen(app, pilot))

    asyncio.run(run())


# one suggestion


@pytest.mark.parametrize("key", ["a", "y", "enter"])
def test_accept(review: Review, key: str) -> None:
    async def script(screen: Screen) -> None:
        first = screen.current
        await screen.press(key)
        assert screen.session.decision(first).text == first.after
        assert screen.state(first) == "accepted"
        assert screen.current == screen.session.suggestions[1]
        assert "1 of " in screen.text().splitlines()[0]
        assert f"✓{first.after}" in screen.text()

    play(review, script)


@pytest.mark.parametrize("key", ["x", "n"])
def test_reject(review: Review, key: str) -> None:
    async def script(screen: Screen) -> None:
        first = screen.current
        await screen.press(key)
        assert screen.state(first) == "rejected"
        assert f"={first.before}" in screen.text()

    play(review, script)


def test_take_an_alternative(review: Review) -> None:
    async def script(screen: Screen) -> None:
        first, second = screen.session.suggestions[:2]
        await screen.press("2")
        assert screen.session.decision(first).text == first.candidates[1].text
        assert screen.state(first) == "accepted"  # it was offered
        await screen.press("9")  # there are not so many
        assert screen.state(second) == "undecided"

    play(review, script)


def test_edit_in_place(review: Review) -> None:
    async def script(screen: Screen) -> None:
        first = screen.current
        await screen.press("e")
        field = screen.app.screen.query_one(Input)
        assert field.has_focus
        assert field.value == first.after
        await screen.press("f1", "up", "pagedown")  # no key is a command now
        assert isinstance(screen.app.screen, ReviewScreen)
        assert screen.current == first
        await screen.press("escape")
        assert not field.has_focus
        assert screen.state(first) == "undecided"
        await screen.press("e", "ctrl+u")
        await screen.type("ax nay.")  # letters that are keys elsewhere
        await screen.press("enter")
        assert screen.session.decision(first).text == "ax nay."
        assert screen.state(first) == "edited"
        assert "✎ax nay." in screen.text()
        await screen.press("a")  # the keys are the screen's again
        assert screen.session.tally().decided == 2

    play(review, script)


def test_later_comes_again(review: Review) -> None:
    async def script(screen: Screen) -> None:
        screen.session.show(Filter(phrase="militia"))
        first, second, *others = screen.session.view
        await screen.press("space")
        assert screen.current == second
        await screen.press(*"a" * (1 + len(others)))
        assert screen.current == first
        assert screen.state(first) == "undecided"
        await screen.press("space", "u")  # passing over can be taken back as well
        assert screen.current == first

    play(review, script)


@pytest.mark.parametrize("key", ["u", "ctrl+z"])
def test_undo_returns_to_the_item(review: Review, key: str) -> None:
    async def script(screen: Screen) -> None:
        first, second = screen.session.suggestions[:2]
        await screen.press("a", "x", "G", key)
        assert screen.current == second
        assert [screen.state(s) for s in (first, second)] == ["accepted", "undecided"]
        await screen.press(key, key)  # the last one finds nothing to undo
        assert screen.session.tally().decided == 0
        await screen.press("ctrl+y", "ctrl+y", "ctrl+y")
        assert [screen.state(s) for s in (first, second)] == ["accepted", "rejected"]

    play(review, script)


# moving


@pytest.mark.parametrize(("forth", "back"), [("j", "k"), ("down", "up"), ("right", "left")])
def test_next_and_previous_undecided(review: Review, forth: str, back: str) -> None:
    async def script(screen: Screen) -> None:
        s = screen.session.suggestions
        await screen.press("a", forth)
        assert screen.current == s[2]
        await screen.press(back, back)
        assert screen.current == s[-1]  # round the end, past what is decided

    play(review, script)


def test_through_all_and_to_the_ends(review: Review) -> None:
    async def script(screen: Screen) -> None:
        s = screen.session.suggestions
        await screen.press("a", "K")
        assert screen.current == s[0]
        await screen.press("J", "J")
        assert screen.current == s[2]
        for last, first in (("G", "g"), ("end", "home")):
            await screen.press(last)
            assert screen.current == s[-1]
            await screen.press(first)
            assert screen.current == s[0]

    play(review, script)


def test_the_current_suggestion_is_in_view(review: Review) -> None:
    async def script(screen: Screen) -> None:
        for key in ("G", "k", "k", "g", "j"):
            await screen.press(key)
            assert f"▶[-{screen.current.before.split()[0]}" in screen.text()
        await screen.press("pagedown")
        assert "▶" not in screen.text()
        await screen.press("pageup")
        assert "▶" in screen.text()

    play(review, script)


def test_search(review: Review) -> None:
    async def script(screen: Screen) -> None:
        wanted = [s for s in screen.session.suggestions if "militia" in " ".join(c.text for c in s.candidates)]
        assert len(wanted) > 1
        await screen.press("slash")
        await screen.type("militia")
        await screen.press("enter")
        assert screen.current == wanted[0]
        await screen.press("slash", "enter")
        assert screen.current == wanted[1]
        await screen.press("slash", "q", "q", "q", "enter")
        assert screen.current == wanted[1]

    play(review, script)


def test_order(review: Review) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("o", "g")
        assert screen.current.confidence == min(s.confidence for s in screen.session.suggestions)
        assert "by confidence" in screen.text()
        await screen.press("o", "g")
        assert len(screen.session.alike(screen.current)) > 2
        await screen.press("o", "g")
        assert screen.current == screen.session.suggestions[0]

    play(review, script)


def test_filter(review: Review) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("f")
        assert isinstance(screen.app.screen, FilterDialog)
        await screen.type("militia")
        await screen.press("enter")
        assert screen.session.filter == Filter(phrase="militia")
        assert 0 < len(screen.session.view) < 10
        assert screen.current in screen.session.view
        await screen.press("f", "escape")
        assert screen.session.filter == Filter(phrase="militia")
        await screen.press("f", "ctrl+r")
        assert screen.session.filter == Filter()
        await screen.press("f", "tab", "tab", "tab", "ctrl+u", "5", "0", "enter")
        assert screen.session.filter == Filter(least=0.5)
        await screen.press("f", "tab", "enter", "down", "enter", "tab", "tab", "enter")
        assert screen.session.filter == Filter("undecided", least=0.5)

    play(review, script)


# many at once


def most_repeated(screen: Screen) -> list[Suggestion]:
    """Go to a phrase that is suggested in several places in the same way."""
    best = max(screen.session.suggestions, key=lambda s: sum(a.first for a in screen.session.alike(s)))
    screen.session.go_to(best)
    return [a.suggestion for a in screen.session.alike(best)]


def test_accept_all_alike_but_those_left_out(review: Review) -> None:
    async def script(screen: Screen) -> None:
        places = most_repeated(screen)
        await screen.press("A")
        dialog = screen.app.screen
        assert isinstance(dialog, AlikeDialog)
        assert dialog.query_one(OptionList).option_count == len(places) > 2
        first_ticked = len(dialog.ticked)
        assert screen.text().count("✓ ") == first_ticked
        await screen.press("down", "space", "enter")
        accepted = [s for s in places if screen.state(s) == "accepted"]
        assert len(accepted) == first_ticked - 1
        assert places[1] not in accepted
        await screen.press("u")
        assert screen.session.tally().decided == 0
        await screen.press("A", "escape")
        assert screen.session.tally().decided == 0

    play(review, script)


def test_reject_all_alike(review: Review) -> None:
    async def script(screen: Screen) -> None:
        places = most_repeated(screen)
        await screen.press("X")
        assert {screen.state(s) for s in places} == {"rejected"}
        assert screen.session.tally().rejected == len(places)
        await screen.press("u")
        assert screen.session.tally().decided == 0

    play(review, script)


def test_never_again_is_an_exception_in_the_glossary(review: Review) -> None:
    async def script(screen: Screen) -> None:
        places = most_repeated(screen)
        await screen.press("exclamation_mark")
        assert {screen.state(s) for s in places} == {"rejected"}
        glossary = yaml.safe_load(Path("own.yaml").read_text())
        assert [lemmas(places[0].before.lower())[-1]] == [e["keep"] for e in glossary["kept"]]
        await screen.press("u")
        assert not yaml.safe_load(Path("own.yaml").read_text())
        assert screen.session.tally().decided == 0

    play(review, script)


def test_add_to_the_glossary(review: Review) -> None:
    async def script(screen: Screen) -> None:
        first = screen.current
        await screen.press("plus", "escape")
        assert not Path("own.yaml").exists()
        await screen.press("plus")
        assert isinstance(screen.app.screen, PairDialog)
        await screen.press("tab", "ctrl+u")
        await screen.type("a week")
        await screen.press("enter")
        (entry,) = yaml.safe_load(Path("own.yaml").read_text())["own"]
        assert entry["original"] == "a week"
        assert screen.state(first) == "accepted"
        await screen.press("u", "plus", "ctrl+u", "enter")  # an entry without a phrase is refused, and says why
        assert isinstance(screen.app.screen, PairDialog)
        assert screen.app.screen.query_one(".problem", Label).display

    play(review, script)


def test_without_a_glossary_of_ones_own_nothing_is_added(review: Review) -> None:
    review.glossary = None

    async def script(screen: Screen) -> None:
        await screen.press("exclamation_mark", "plus")
        assert isinstance(screen.app.screen, ReviewScreen)
        assert screen.session.tally().decided == 0

    play(review, script)


def test_accept_from_a_confidence_on(review: Review) -> None:
    async def script(screen: Screen) -> None:
        sure = screen.session.at_least(0.9)
        assert len(sure) > 50
        await screen.press("t")
        dialog = screen.app.screen
        assert isinstance(dialog, ThresholdDialog)
        await screen.press("ctrl+u", "9", "0")
        assert f"{len(sure)} suggestions; what stands in quotations is left out" in screen.text()
        await screen.press("enter")
        assert all(screen.state(s) == "accepted" for s in sure)
        assert screen.session.tally().decided == len(sure)
        await screen.press("u", "t", "escape")
        assert screen.session.tally().decided == 0

    play(review, script)


def test_reject_up_to_a_confidence(review: Review) -> None:
    async def script(screen: Screen) -> None:
        unsure = screen.session.at_most(0.1)
        assert len(unsure) > 20
        await screen.press("T", "enter")
        assert {screen.state(s) for s in unsure} == {"rejected"}
        assert screen.session.tally().decided == len(unsure)
        await screen.press("u", "T", "escape")
        assert screen.session.tally().decided == 0

    play(review, script)


def test_what_was_chosen_here_is_chosen_in_all_places_alike(review: Review) -> None:
    async def script(screen: Screen) -> None:
        places = most_repeated(screen)
        chosen = places[0].candidates[1].text
        wanted = [a.suggestion for a in screen.session.alike(places[0], chosen)]
        await screen.press("2")
        screen.session.go_to(places[0])
        await screen.press("A", "space", "enter")  # ticks are for what comes first there
        assert screen.session.decision(wanted[1]).text.casefold() == chosen.casefold()

    play(review, script)


# the view


def test_what_the_filter_leaves_out_is_plain_text(review: Review) -> None:
    async def script(screen: Screen) -> None:
        marks = screen.text().count("‹")
        screen.session.show(Filter(least=0.9))
        screen.app.screen.show_all()  # type: ignore[attr-defined]
        assert 0 < screen.text().count("‹") < marks

    play(review, script)


def test_keys_typed_fast_are_never_commands(review: Review) -> None:
    """As they come in a burst over a slow line: every key waits for the dialog before it."""

    async def script(screen: Screen) -> None:
        for _ in range(5):
            await screen.pilot.press("f", "ctrl+r", "slash", *"axnaxn", "escape", "e", "ctrl+u", *"xaxa", "escape")
            await screen.pilot.press("t", "ctrl+u", "5", "0", "escape", "plus", "ctrl+u", "a", "x", "escape")
        await screen.pilot.pause()
        assert screen.session.tally().decided == 0
        assert isinstance(screen.app.screen, ReviewScreen)

    play(review, script)


def test_side_by_side(review: Review) -> None:
    async def script(screen: Screen) -> None:
        first = screen.current
        await screen.press("a", "d")
        lines = screen.text().splitlines()
        assert first.before in lines[1].split("│")[0]
        assert f"✓{first.after}" in lines[1].split("│")[1]
        await screen.press("d")
        assert "│" not in screen.text().splitlines()[1]

    play(review, script)


def test_help_names_every_key(review: Review) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("question_mark")
        assert all(k.help in screen.message and k.shown in screen.message for k in KEYS)
        await screen.press("down", "pagedown", "up", "pageup", "escape")
        assert isinstance(screen.app.screen, ReviewScreen)

    play(review, script)


def test_themes(review: Review) -> None:
    async def script(screen: Screen) -> None:
        seen = []
        for _ in range(4):
            seen.append(screen.app.theme)
            await screen.press("ctrl+t")
        assert seen[0] == seen[3] == "textual-light"
        assert len(set(seen)) == 3

    play(review, script, theme="light")


def test_mouse(review: Review) -> None:
    async def script(screen: Screen) -> None:
        first = screen.current
        lines = screen.text().splitlines()
        row = next(i for i, line in enumerate(lines) if line.startswith(" 1 "))
        await screen.pilot.click(offset=(lines[row].index("   2 ") + 6, row))
        await screen.pilot.pause()
        assert screen.session.decision(first).text == first.candidates[1].text
        wanted = screen.session.suggestions[6]
        row = next(i for i, line in enumerate(lines) if f"‹{wanted.before}" in line)
        column = screen.text().splitlines()[row].index(f"‹{wanted.before}")
        await screen.pilot.click(offset=(column + 2, row))
        await screen.pilot.pause()
        assert screen.current == wanted
        last = screen.text().splitlines()[-1]
        await screen.pilot.click(offset=(last.index("x reject") + 3, SIZE[1] - 1))
        await screen.pilot.pause()
        assert screen.state(wanted) == "rejected"

    play(review, script)


# writing, ending


def test_write(review: Review) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("a", "x", "w")
        assert "article.restored.txt (1 edit)" in screen.message
        assert "2 of " in screen.message
        await screen.press("escape", "a", "w", "escape")  # what the review has written it may write again
        old, new = Path("article.txt").read_text(), Path("article.restored.txt").read_text()
        first, _, third = screen.session.suggestions[:3]
        wanted = old[: first.start] + first.after + old[first.end : third.start] + third.after + old[third.end :]
        assert new == wanted
        assert Path("article.restored.txt.decisions.jsonl").exists()

    play(review, script)


def test_what_the_review_has_not_written_is_not_overwritten(review: Review) -> None:
    Path("article.restored.txt").write_text("somebody's")

    async def script(screen: Screen) -> None:
        await screen.press("a", "w")
        assert isinstance(screen.app.screen, FileDialog)
        assert "has not written it" in screen.text()
        await screen.press("ctrl+u")
        await screen.type("mine.txt")
        await screen.press("enter")
        assert "mine.txt (1 edit)" in screen.message
        assert Path("article.restored.txt").read_text() == "somebody's"

    play(review, script)


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
def test_quit_asks_nothing(review: Review, key: str) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("a", key)
        assert screen.app._exit
        assert screen.app.return_code == 0

    play(review, script)
    assert len(review.journal.path.read_text().splitlines()) == 1


# what may go wrong


def test_a_full_disk_loses_nothing(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def script(screen: Screen) -> None:
        first = screen.current
        await screen.press("a")
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            for keys in (["a"], ["x"], ["u"], ["t", "enter"], ["T", "enter"], ["X"], ["exclamation_mark"]):
                await screen.press(*keys)
                assert "No space left" in screen.message
                await screen.press("escape")
                assert screen.session.tally().decided == 1
            await screen.press("w")
            assert "No space left" in screen.message
            await screen.press("escape")
        await screen.press("x")
        assert screen.session.tally().decided == 2
        assert screen.state(first) == "accepted"

    play(review, script)
    assert not Path("own.yaml").exists() or not Path("own.yaml").read_text().strip()
    assert len(review.journal.path.read_text().splitlines()) == 2


def test_a_tiny_window_takes_every_key(review: Review) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("a")
        await screen.pilot.resize_terminal(20, 5)
        await screen.pilot.pause()
        assert "▶" in screen.text()
        for k in KEYS:
            for key in k.keys.split(","):
                if k.action != "quit":
                    await screen.press(key)
                    await screen.press("escape")
        await screen.press("f", "escape", "A", "escape")
        assert isinstance(screen.app.screen, ReviewScreen)
        await screen.pilot.resize_terminal(*SIZE)
        await screen.pilot.pause()
        assert "a accept" in screen.text()
        assert screen.session.tally().decided > 1

    play(review, script)


def test_suggestions_that_come_in_move_nothing(
    review: Review, found: list[Suggestion], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = review.session
    late = [s for s in found if s.start > 300]
    session.take_in([s for s in found if s.start <= 300])
    review.feed.complete = False

    async def script(screen: Screen) -> None:
        assert f"0 of {len(session.suggestions)} so far · still reading" in screen.text().splitlines()[0]
        await screen.press("a", "x", "j")
        here, before = screen.current, session.decisions()[:2]
        review.feed.batches = [Batch(300, 10**6, tuple(late))]  # type: ignore[attr-defined]
        await screen.pilot.pause(0.3)
        assert len(session.suggestions) == len(found)
        assert screen.current == here
        assert session.decisions()[:2] == before
        review.feed.complete, review.feed.problem = True, "the worker has ended early"
        await screen.pilot.pause(0.3)
        assert "ended early" in screen.message
        assert "reading" not in screen.text().splitlines()[0]

    play(review, script)


def test_what_was_lost_is_listed(review: Review) -> None:
    review.journal.damaged.append("article.txt.journal.jsonl:3: not JSON")

    async def script(screen: Screen) -> None:
        assert "journal.jsonl:3: not JSON" in screen.message

    play(review, script)


def test_an_article_without_suggestions(review: Review) -> None:
    review.session.take_in([])
    review.session.current = None
    review.session.take_in([])

    async def script(screen: Screen) -> None:
        assert "Nothing reads like spun text." in screen.text()
        for k in KEYS:
            if k.action not in ("quit", "write"):
                await screen.press(k.keys.split(",")[0])
                await screen.press("escape")
        assert screen.session.tally().total == 0

    play(review, script)


def test_control_characters_do_not_reach_the_terminal(
    tmp_path: Path, found: list[Suggestion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opening, "Feed", Ready)
    monkeypatch.setattr(Ready, "everything", [])
    Path("article.txt").write_text("An \x1b[31mangry\x1b[0m text\x07.\n\tIndented.\r\n")
    opened = Review("article.txt", Settings(model=None))

    async def script(screen: Screen) -> None:
        assert "An ␛[31mangry␛[0m text␇." in screen.text()
        assert "    Indented." in screen.text()

    try:
        play(opened, script)
    finally:
        opened.close()


def test_what_is_told_is_no_markup(review: Review) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("slash", "left_square_bracket", "slash", "b", "right_square_bracket", "enter")
        assert "mentions '[/b]'" in screen.text().splitlines()[0]
        await screen.press("j")
        assert "mentions" not in screen.text()

    play(review, script)


def test_a_deletion_is_shown_as_one(small: Review) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("e", "ctrl+u", "enter", "K")
        assert "[-Blips-]{++}" in screen.text()
        assert "Blips → (nothing)" in screen.text()

    play(small, script)


def test_the_filter_survives_its_source(small: Review) -> None:
    small.session.show(Filter(source="nowhere"))

    async def script(screen: Screen) -> None:
        await screen.press("f")
        assert isinstance(screen.app.screen, FilterDialog)
        assert "from nowhere" in screen.text()
        await screen.press("tab", "tab", "tab", "ctrl+u", "9", "0", "tab", "ctrl+u", "1", "0", "enter")
        assert "the lower one first" in screen.text()

    play(small, script)


def test_just_those_are_accepted_that_were_counted(small: Review) -> None:
    early, late = small.session.suggestions[:1], small.session.suggestions[1:]
    small.session.take_in(early)

    async def script(screen: Screen) -> None:
        await screen.press("t", "ctrl+u", "1", "0")
        assert "1 suggestion;" in screen.text()
        screen.session.take_in(late, early[0].end)
        await screen.press("enter")
        assert screen.session.tally().decided == 1

    play(small, script)


def test_the_order_that_was_asked_for_is_where_it_begins(
    tmp_path: Path, small: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.close()
    opened = Review("article.txt", Settings(model=None), wanted=Wanted(order="confidence"))
    assert opened.session.current is not None
    assert opened.session.current.before == "moored"  # the least sure
    opened.close()


# how it looks


def test_a_phrase_that_runs_over_a_line_break(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "One local\narmies fired.\r\nThen\rall was still.\n"
    document = Document(text, "article.txt")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opening, "Feed", Ready)
    monkeypatch.setattr(Ready, "everything", [suggest(document, "local\narmies", "militias"), suggest(document, "still", "quiet")])
    Path("article.txt").write_bytes(text.encode())
    opened = Review("article.txt", Settings(model=None))

    async def script(screen: Screen) -> None:
        lines = screen.text().splitlines()
        assert lines[1:3] == [" One ▶[-local armies-]{+militias+}", "  fired."]
        assert lines[3:5] == [" Then", " all was ‹still→quiet›."]
        screen.session.show(Filter(phrase="still"))
        screen.app.screen.show_all()  # type: ignore[attr-defined]
        assert screen.text().splitlines()[1:3] == [" One local", " armies fired."]

    try:
        play(opened, script)
    finally:
        opened.close()


@pytest.mark.parametrize("text", ["漢" * 30 + "é" * 30, "❤️ " * 20, "a" * 45, "wide 漢字 and narrow — “so” " * 4])
def test_no_line_is_wider_than_the_screen(text: str) -> None:
    lines = Lines([Piece(text)], 20)
    shown = ["".join(p.text for p in lines.line(i)) for i in range(len(lines))]
    assert "".join(shown) == text
    assert all(cell_len(line.rstrip()) <= 20 for line in shown)


@pytest.mark.parametrize("size", [(60, 24), (100, 32), (140, 40)], ids=["narrow", "usual", "wide"])
def test_screen(small: Review, size: tuple[int, int], snapshot: object) -> None:
    """The whole screen as text, colours left out: so it also shows that they are never the only sign."""

    async def script(screen: Screen) -> None:
        await screen.press("a", "x", "e", "ctrl+u", "o", "u", "r", "s", "enter", "space", "2")
        assert screen.text() == snapshot
        await screen.press("d")
        assert screen.text() == snapshot(name="side by side")  # type: ignore[operator]

    play(small, script, size)


def test_every_component_has_a_style(review: Review) -> None:
    async def script(screen: Screen) -> None:
        view, panel = screen.app.screen.query_one(ArticleView), screen.app.screen.query_one(Panel)
        for widget in (view, panel):
            for name in widget.COMPONENT_CLASSES:
                assert widget.get_component_rich_style(name, partial=True)

    play(review, script)

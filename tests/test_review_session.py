"""The review without a screen: moves, filters, orders, many at once, suggestions that come in late."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from restore.datamodels import Alternative, Document, Suggestion, suggestion_id
from restore.decisions import read_decisions, write_decisions
from restore.errors import InputError
from restore.pipeline import apply_decisions
from restore.review import pace as pace_module
from restore.review.journal import Journal
from restore.review.own_glossary import exception_for
from restore.review.pace import Pace
from restore.review.session import Session, decided, never_again
from restore.review.view import Filter, state_of
from tests.reviewing import TEXT, at, decided_in, open_session, suggest, suggest_all, undo_all

DOCUMENT = Document(TEXT, "article.txt")
Act = Callable[[Session], object]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "article.txt.journal.jsonl"


@pytest.fixture
def session(journal: Path) -> Session:
    return open_session(journal)


def words(suggestions: list[Suggestion]) -> list[str]:
    return [s.before for s in suggestions]


def by_words(session: Session, before: str) -> Suggestion:
    return next(s for s in session.suggestions if s.before == before)


class TestMoves:
    def test_it_begins_at_the_first_and_goes_on_to_the_next(self, session: Session) -> None:
        assert at(session) == "Blips"
        session.accept()
        session.reject()
        session.accept("jet")
        assert at(session) == "blip"
        assert decided_in(session) == {
            "Blips": ("accept", "Drones"), "local armies": ("reject", "militias"), "blip": ("edit", "jet"),
        }  # fmt: skip

    def test_round_the_end(self, session: Session) -> None:
        session.go(-1)
        assert at(session) == "air terminal"
        session.accept()
        assert at(session) == "Blips"

    def test_decided_ones_are_passed_by_unless_asked_for(self, session: Session) -> None:
        session.accept()
        session.go(-1)
        assert at(session) == "air terminal"
        session.go_through(1)
        assert at(session) == "Blips"
        session.go_through(1)
        assert at(session) == "local armies"

    def test_when_all_are_decided_every_move_works(self, session: Session) -> None:
        for _ in range(7):
            session.accept()
        assert at(session) == "air terminal"
        session.go(1)
        assert at(session) == "Blips"
        session.go_to_end(last=True)
        assert at(session) == "air terminal"
        session.go_to_end(last=False)
        assert at(session) == "Blips"

    def test_find(self, session: Session) -> None:
        assert session.find("JET")
        assert at(session) == "blip"
        assert session.find("AIRPORT")
        assert at(session) == "air terminal"
        assert not session.find("zeppelin")
        assert at(session) == "air terminal"
        session.accept("zeppelin")
        assert session.find("zeppelin")
        assert at(session) == "air terminal"

    def test_nothing_to_do(self, journal: Path) -> None:
        session = open_session(journal, suggestions=[])
        for act in (session.accept, session.reject, session.postpone, session.undo, session.redo):
            act()
        session.go(1)
        session.go_through(-1)
        session.go_to_end(last=True)
        session.decide([])
        assert session.current is None
        assert str(session.tally()) == "0 of 0 decided: 0 accepted, 0 edited, 0 rejected; 0 left"
        assert not journal.exists()


class TestPostponing:
    def test_it_comes_again_when_the_others_are_decided(self, session: Session) -> None:
        session.postpone()
        assert session.is_postponed(session.suggestions[0])
        for _ in range(6):
            assert at(session) != "Blips"
            session.accept()
        assert at(session) == "Blips"
        assert session.tally().left == 1

    def test_undo_takes_it_back_and_redo_does_it_again(self, session: Session) -> None:
        session.postpone()
        session.undo()
        assert (at(session), session.is_postponed(session.suggestions[0])) == ("Blips", False)
        session.redo()
        assert session.is_postponed(session.suggestions[0])

    def test_the_last_one_stays(self, journal: Path) -> None:
        session = open_session(journal, suggestions=[suggest(DOCUMENT, "moored", "docked")])
        session.postpone()
        assert at(session) == "moored"

    def test_what_was_undone_can_still_be_redone(self, session: Session) -> None:
        session.accept()
        session.undo()
        session.go(1)
        session.postpone()
        session.redo()
        assert decided_in(session) == {"Blips": ("accept", "Drones")}


class TestViews:
    @pytest.mark.parametrize(
        ("wanted", "shown"),
        [
            (Filter(), ["Blips", "local armies", "blip", "blip", "moored", "rambled on", "air terminal"]),
            (Filter("undecided"), ["blip", "moored", "rambled on", "air terminal"]),
            (Filter("decided"), ["Blips", "local armies", "blip"]),
            (Filter("accepted"), ["Blips"]),
            (Filter("rejected"), ["local armies"]),
            (Filter("edited"), ["blip"]),
            (Filter(source="lexicon"), ["rambled on"]),
            (Filter(least=0.4, most=0.8), ["local armies", "blip", "rambled on"]),
            (Filter(phrase="DRONE"), ["Blips", "blip", "blip"]),
            (Filter(phrase="zeppelin"), ["blip"]),
            (Filter("undecided", source="glossary", most=0.95), ["blip"]),
            (Filter(phrase="nowhere"), []),
        ],
    )
    def test_filters(self, session: Session, wanted: Filter, shown: list[str]) -> None:
        session.accept()
        session.reject()
        session.accept("zeppelin")
        session.show(wanted)
        assert words(list(session.view)) == shown

    def test_an_alternative_is_accepted_only_own_words_are_an_edit(self, session: Session) -> None:
        s = session.suggestions[0]
        given = [state_of(decided(s, text)) for text in (None, "Drones", "Jets", "Blips", "Boats", "")]
        assert given == ["accepted", "accepted", "accepted", "rejected", "edited", "edited"]

    def test_the_current_one_stays_if_it_is_still_in_view(self, session: Session) -> None:
        session.go(1)
        session.show(Filter(source="glossary"))
        assert at(session) == "local armies"
        session.show(Filter(source="lexicon"))
        assert at(session) == "rambled on"
        session.show(Filter(phrase="nowhere"))
        assert at(session) == ""  # nothing is decided unseen

    def test_moves_keep_to_the_view(self, session: Session) -> None:
        session.show(Filter(phrase="drone"))
        session.accept()
        session.accept()
        assert (at(session), session.current) == ("blip", session.suggestions[3])
        session.accept()
        assert session.current == session.suggestions[3]  # nothing else is in view

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            ("text", ["Blips", "local armies", "blip", "blip", "moored", "rambled on", "air terminal"]),
            ("confidence", ["moored", "rambled on", "blip", "local armies", "Blips", "blip", "air terminal"]),
            ("repetition", ["blip", "blip", "air terminal", "Blips", "local armies", "moored", "rambled on"]),
        ],
    )
    def test_orders(self, session: Session, order: str, expected: list[str]) -> None:
        session.show(order=order)
        assert words(list(session.view)) == expected
        session.go_to_end(last=False)
        met = []
        for _ in expected:
            met.append(at(session))
            session.accept()
        assert met == expected

    def test_sources(self, session: Session) -> None:
        assert session.sources() == ["glossary", "lexicon", "thesaurus"]


class TestManyAtOnce:
    def test_alike_in_the_case_of_each_place(self, journal: Path) -> None:
        upper = suggest(DOCUMENT, "Blips", "Drones", "Jets")
        lower = replace(suggest(DOCUMENT, "blip", "jets", "drones"), before="blips")  # as if it stood there so
        session = open_session(journal, suggestions=[upper, lower])
        assert [(a.text, a.first) for a in session.alike(upper)] == [("Drones", True), ("drones", False)]
        assert [(a.text, a.first) for a in session.alike(upper, "JETS")] == [("Jets", False), ("jets", True)]
        assert session.alike(upper, "Boats") == []

    def test_decided_ones_are_left_out(self, session: Session) -> None:
        first, second = session.suggestions[2:4]
        session.decide([decided(first)])
        assert [a.suggestion for a in session.alike(first)] == [second]
        assert session.same_phrase(first) == [second]

    def test_the_same_phrase_whatever_is_offered(self, session: Session) -> None:
        assert words(session.same_phrase(by_words(session, "blip"))) == ["blip", "blip"]

    def test_at_least_this_sure_and_not_in_a_quotation(self, session: Session) -> None:
        assert words(session.at_least(0.8)) == ["Blips", "local armies", "air terminal"]
        session.accept()
        assert words(session.at_least(0.8)) == ["local armies", "air terminal"]

    def test_one_step_undone_at_once_where_it_was_taken(self, session: Session, journal: Path) -> None:
        session.go_to(session.suggestions[3])
        session.decide([decided(a.suggestion, a.text) for a in session.alike(session.suggestions[3])])
        assert at(session) == "moored"
        assert session.tally().accepted == 2
        for again in (open_session(journal), session):
            assert at(again) == "moored"
            step = again.undo()
            assert step is not None
            assert len(step.changes) == 2
            assert again.current == again.suggestions[3]
            assert again.tally().decided == 0
            again.redo()

    def test_a_step_of_many_gives_back_what_was_decided_before(self, session: Session) -> None:
        first, second = session.suggestions[2:4]
        session.decide([decided(first, "zeppelin")])
        session.decide([decided(s) for s in (first, second)])
        session.undo()
        assert decided_in(session) == {"blip": ("edit", "zeppelin")}

    def test_what_is_not_suggested_any_more_is_passed_over(self, session: Session, journal: Path) -> None:
        old = session.suggestions[4:]  # a dialog shows them, and meanwhile:
        better = suggest(DOCUMENT, "was moored there", "lay there")
        session.take_in([better], better.start, old[1].start)
        session.decide(list(map(decided, old)))
        for again in (session, open_session(journal)):
            assert list(decided_in(again)) == ["rambled on", "air terminal"]
        assert apply_decisions(DOCUMENT, session.decisions()).edits


class TestUndo:
    def test_without_end_and_back_to_the_item(self, session: Session) -> None:
        acts: list[Act] = [Session.accept, Session.reject, Session.postpone, lambda s: s.accept("jet"), Session.accept]
        seen = []
        for act in acts:
            seen.append((at(session), decided_in(session)))
            act(session)
        end = decided_in(session)
        for place, before in reversed(seen):
            session.undo()
            assert (at(session), decided_in(session)) == (place, before)
        assert session.undo() is None
        for place, _ in seen:
            session.redo()
            assert at(session) == place
        assert session.redo() is None
        assert decided_in(session) == end

    def test_a_new_decision_ends_redo(self, session: Session) -> None:
        session.accept()
        session.undo()
        session.reject()
        assert session.redo() is None
        assert decided_in(session) == {"Blips": ("reject", "Drones")}

    def test_a_changed_mind(self, session: Session, journal: Path) -> None:
        session.accept()
        session.go_to(session.suggestions[0])
        session.accept("Boats")
        session.undo()
        for again in (session, open_session(journal)):
            assert decided_in(again) == {"Blips": ("accept", "Drones")}
            assert at(again) == "Blips"
            again.redo()
            assert decided_in(again) == {"Blips": ("edit", "Boats")}
            again.undo()


class TestReopening:
    def test_it_goes_on_where_it_was_left(self, session: Session, journal: Path) -> None:
        session.go_to(session.suggestions[4])
        session.accept()
        again = open_session(journal)
        assert at(again) == at(session) == "rambled on"
        assert decided_in(again) == decided_in(session)

    def test_after_undo_at_what_was_undone(self, session: Session, journal: Path) -> None:
        session.accept()
        session.go_to(session.suggestions[4])
        session.accept()
        session.undo()
        assert at(open_session(journal)) == "moored"

    def test_what_comes_late_is_waited_for(self, journal: Path) -> None:
        early, late = suggest(DOCUMENT, "Blips", "Drones"), suggest(DOCUMENT, "moored", "docked")
        open_session(journal, suggestions=[early]).accept()
        again = open_session(journal, suggestions=[early])
        assert at(again) == "Blips"
        again.take_in([late], late.start)
        assert at(again) == "moored"

    def test_undo_and_redo_after_it(self, session: Session, journal: Path) -> None:
        session.accept()
        session.reject()
        session.undo()
        again = open_session(journal)
        again.redo()
        assert list(decided_in(again)) == ["Blips", "local armies"]
        undo_all(again)
        last = open_session(journal)
        assert decided_in(last) == {}
        last.redo()
        assert list(decided_in(last)) == ["Blips"]

    def test_steps_of_several_sittings_stay_apart(self, journal: Path) -> None:
        for _ in range(3):
            open_session(journal).accept()
        again = open_session(journal)
        assert again.undo()
        assert list(decided_in(again)) == ["Blips", "local armies"]

    def test_words_are_those_decided_about(self, journal: Path) -> None:
        """Decided, undone, suggested with other words, decided again: what is replayed is what was put in."""
        first, other = suggest(DOCUMENT, "Blips", "Drones"), suggest(DOCUMENT, "moored", "docked")
        session = open_session(journal, suggestions=[first, other])
        session.accept()
        session.undo()
        session.go_to(other)
        session.accept()
        session.take_in([suggest(DOCUMENT, "Blips", "Jets"), other])
        session.go_to(session.suggestions[0])
        session.go_to(other)  # so that the new words are taken over
        session.take_in([suggest(DOCUMENT, "Blips", "Jets"), other])
        session.go_to(session.suggestions[0])
        assert session.current is not None
        assert session.current.after == "Jets"
        session.accept()
        path = journal.with_name("decisions.jsonl")
        path.write_bytes(write_decisions(open_session(journal, suggestions=[]).decisions()))
        assert [d.text for d in read_decisions(str(path))] == ["Jets", "docked"]


class TestTakingIn:
    def test_in_place_of_what_was_there(self, session: Session) -> None:
        session.go_to(session.suggestions[-1])
        start, end = TEXT.index("The local"), TEXT.index("“Another")
        new = [suggest(DOCUMENT, "local", "village"), suggest(DOCUMENT, "old", "ancient")]
        session.take_in(new, start, end)
        assert words(session.suggestions) == ["Blips", "local", "old", "blip", "moored", "rambled on", "air terminal"]

    def test_what_was_decided_stays(self, session: Session) -> None:
        session.accept()
        session.reject()
        session.undo()
        before = session.suggestions[:2]
        session.take_in([suggest(DOCUMENT, "Blips were", "x"), suggest(DOCUMENT, "armies", "y")])
        assert session.suggestions == before  # decided, and undone but in front of the editor

    def test_what_is_in_front_of_the_editor_stays_until_left(self, session: Session) -> None:
        current = session.current
        other = [suggest(DOCUMENT, "Blips were", "Drones were"), suggest(DOCUMENT, "moored", "docked")]
        session.take_in(other)
        assert session.current is current
        assert words(session.suggestions) == ["Blips", "moored"]
        session.go(1)
        assert at(session) == "moored"
        assert words(session.suggestions) == ["Blips were", "moored"]
        session.go(-1)
        assert at(session) == "Blips were"

    def test_better_words_for_the_same_span_wait_too(self, session: Session) -> None:
        session.take_in([suggest(DOCUMENT, "Blips", "Boats"), suggest(DOCUMENT, "moored", "docked")])
        assert session.current is not None
        assert session.current.after == "Drones"
        session.accept()
        session.go_through(-1)
        assert (session.current.before, session.current.after) == ("Blips", "Drones")

    def test_the_first_that_come_are_in_front(self, journal: Path) -> None:
        session = open_session(journal, suggestions=[])
        session.take_in([suggest(DOCUMENT, "moored", "docked")], 100, 300)
        assert at(session) == "moored"
        session.take_in([suggest(DOCUMENT, "Blips", "Drones")], 0, 50)
        assert at(session) == "moored"


def test_minutes_left(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace_module, "_FEWEST", 5)
    now = [0.0]
    session = Session(DOCUMENT, Journal(journal), clock=lambda: now[0])
    session.take_in(suggest_all(DOCUMENT))
    for seconds in (6, 6, 600, 6, 6, 6):  # one break
        assert session.minutes_left() is None
        now[0] += seconds
        session.accept()
    assert session.tally().left == 1
    assert session.minutes_left() == pytest.approx(0.1)


def test_pace_counts_what_a_step_decides() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    for _ in range(15):
        now[0] += 10
        pace.decided(5)
    pace.decided(500)  # everything of some confidence at once: no sign of how fast the others are decided
    assert pace.minutes_for(30) == pytest.approx(1.0)


#: a text of forty words: spans of it, which never overlap within one batch
SPUN = " ".join(f"w{i}" for i in range(40))


@st.composite
def batches(draw: st.DrawFn) -> tuple[int, int, list[tuple[int, int, str]]]:
    first, last = sorted(draw(st.tuples(st.integers(0, 39), st.integers(1, 40))))
    cuts = sorted(draw(st.sets(st.integers(first, last), max_size=8)))
    texts = st.sampled_from(["x", "y"])
    return first, last, [(a, b, draw(texts)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


class Reviewing(RuleBasedStateMachine):
    """Any sequence of what an editor does and of suggestions that come in."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "journal")
        self.document = Document(SPUN, "a.txt")
        self.starts = [SPUN.index(f"w{i}") for i in range(40)] + [len(SPUN) + 1]

    def teardown(self) -> None:
        self.session.journal.close()
        self.folder.cleanup()

    @initialize()
    def open(self) -> None:
        self.session = Session(self.document, Journal(self.path), clock=lambda: 0.0)

    def made(self, first: int, last: int, after: str) -> Suggestion:
        start, end = self.starts[first], self.starts[last] - 1
        before = SPUN[start:end]
        id = suggestion_id(self.document, start, end, before)
        return Suggestion("a.txt", id, start, end, before, 0.5, False, (Alternative(after, 0.5, "s"),))

    @rule(batch=batches())
    def take_in(self, batch: tuple[int, int, list[tuple[int, int, str]]]) -> None:
        first, last, spans = batch
        current = self.session.current
        waits = current is None or self.session.decision(current).verdict != "undecided"
        fixed = {d.suggestion.id: d for d in self.session.decisions() if d.verdict != "undecided"}
        self.session.take_in([self.made(*s) for s in spans], self.starts[first], self.starts[last])
        assert fixed.items() <= {d.suggestion.id: d for d in self.session.decisions()}.items()
        assert waits or self.session.current == current

    @precondition(lambda self: self.session.suggestions)
    @rule(data=st.data(), text=st.sampled_from([None, "z", ""]))
    def decide(self, data: st.DataObject, text: str | None) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.session.suggestions), max_size=3, unique_by=lambda s: s.id))
        self.session.decide([decided(s, text) for s in chosen])

    @rule(act=st.sampled_from(["accept", "reject", "postpone", "undo", "redo"]))
    def act(self, act: str) -> None:
        getattr(self.session, act)()

    @rule(by=st.sampled_from([-1, 1]), any_=st.booleans())
    def move(self, by: int, any_: bool) -> None:
        (self.session.go_through if any_ else self.session.go)(by)

    @rule(state=st.sampled_from(["all", "undecided", "decided"]), order=st.sampled_from(["text", "repetition"]))
    def show(self, state: Any, order: str) -> None:
        self.session.show(Filter(state), order)

    @rule()
    def reopen(self) -> None:
        """As after a kill: nothing is closed in order."""
        offered = list(self.session.suggestions)
        before = self.outcome(self.session)
        self.session = Session(self.document, Journal(self.path), clock=lambda: 0.0)
        self.session.take_in(offered)
        assert self.outcome(self.session) == before

    @invariant()
    def suggestions_never_overlap_and_fit_the_text(self) -> None:
        end = -1
        for s in self.session.suggestions:
            assert s.start > end
            assert SPUN[s.start : s.end] == s.before
            end = s.end
        apply_decisions(self.document, self.session.decisions())

    @invariant()
    def the_current_one_is_among_them(self) -> None:
        assert self.session.current is None or self.session.current.id in {s.id for s in self.session.suggestions}

    @invariant()
    def a_journal_tells_the_same(self) -> None:
        copy = self.path.with_name("copy")  # a look at it writes
        copy.write_bytes(self.path.read_bytes() if self.path.exists() else b"")
        again = Session(self.document, Journal(copy), clock=lambda: 0.0)
        assert self.outcome(again) == self.outcome(self.session)
        assert again.lost == []
        undo_all(again)
        assert decided_in(again) == {}
        again.journal.close()

    @staticmethod
    def outcome(session: Session) -> dict[str, tuple[str, str]]:
        return {d.suggestion.id: (d.verdict, d.text) for d in session.decisions() if d.verdict != "undecided"}


TestReviewing = Reviewing.TestCase
TestReviewing.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_what_is_decided_is_not_put_off_any_more(journal: Path) -> None:
    session = open_session(journal)
    first = session.suggestions[0]
    session.postpone()
    session.go_to(first)
    session.accept()
    assert not session.is_postponed(first)
    session.go_to(first)
    session.postpone()
    assert not session.is_postponed(first)


def test_all_decided_so_far_and_more_comes_in(journal: Path) -> None:
    document = Document(TEXT, "article.txt")
    session = open_session(journal, suggestions=[suggest(document, "Blips", "Drones")])
    session.accept()
    session.take_in(suggest_all(document))
    assert at(session) == "local armies"


def test_what_comes_in_keeps_to_the_filter(journal: Path) -> None:
    document = Document(TEXT, "article.txt")
    session = open_session(journal, suggestions=[suggest(document, "Blips", "Drones")])
    session.accept()
    session.show(Filter(phrase="nowhere"))
    session.take_in(suggest_all(document))
    assert session.current is None


def test_a_text_that_the_article_cannot_hold_is_refused(tmp_path: Path) -> None:
    document = Document(TEXT, "article.txt", encoding="cp1252")
    session = Session(document, Journal(tmp_path / "journal.jsonl"))
    session.take_in([suggest(document, "Blips", "Drones")])
    with pytest.raises(InputError, match="no way to write"):
        session.accept("漢")
    assert session.tally().decided == 0


def test_an_exception_that_stands_already_is_no_obstacle(journal: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    session = open_session(journal)
    s = session.suggestions[2]
    addition = exception_for(s, own)
    session.decide(never_again(session, s), addition)
    content = own.read_bytes()
    other = open_session(tmp_path / "other.jsonl")
    other.decide(never_again(other, s), exception_for(s, own))
    assert own.read_bytes() == content
    assert other.tally().rejected == 2
    other.undo()
    assert own.read_bytes() == content  # the other review has put it there

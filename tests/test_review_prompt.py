"""The plain mode of `restore review`: lines in, lines out. No model, and a worker process in few tests only."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from restore.cli import main
from restore.datamodels import Alternative, Decision, Document, Suggestion, suggestion_id
from restore.formats.files import Source, read
from restore.resources import Settings
from restore.review.feed import Batch
from restore.review.journal import Journal
from restore.review.letters import BY_KEY, LETTERS
from restore.review.opening import Review, Wanted
from restore.review.outcome import Writer
from restore.review.prompt import run_prompt
from restore.review.session import Session
from restore.review.typed import changed_filter, confidence, numbers
from restore.review.view import Filter, described, state_of

TEXT = (
    "The rambles flew over Kabul. Two rambles hit the air terminal.\n\n"
    "“The pioneers met,” he said. More rambles came, with pioneers in them.\n"
)
DRONES = [("drones", 0.9, "glossary"), ("walks", 0.06, "lexicon"), ("hikes", 0.001, "thesaurus")]
LEADERS = [("leaders", 0.6, "lexicon"), ("settlers", 0.3, "thesaurus")]


def suggestion(document: Document, before: str, nth: int, sure: float, offers: Sequence[tuple[str, float, str]],
               quoted: bool = False) -> Suggestion:  # fmt: skip
    start = -1
    for _ in range(nth):
        start = document.text.index(before, start + 1)
    end = start + len(before)
    return Suggestion(document.id, suggestion_id(document, start, end, before), start, end, before, sure, False,
                      tuple(Alternative(*o) for o in offers), (f"stands for '{offers[0][0]}'",), quoted)  # fmt: skip


def all_of(document: Document) -> list[Suggestion]:
    """rambles 0.95, rambles 0.80, air terminal 0.99, pioneers (quoted) 0.97, rambles 0.70, pioneers 0.60."""
    return [
        suggestion(document, "rambles", 1, 0.95, DRONES),
        suggestion(document, "rambles", 2, 0.80, DRONES),
        suggestion(document, "air terminal", 1, 0.99, [("airport", 0.99, "glossary")]),
        suggestion(document, "pioneers", 1, 0.97, LEADERS, quoted=True),
        suggestion(document, "rambles", 3, 0.70, [DRONES[1], DRONES[0]]),
        suggestion(document, "pioneers", 2, 0.60, LEADERS),
    ]


class StubFeed:
    """Gives the batches that it was given, one lot each time that it is asked; all, if asked to wait."""

    def __init__(self, *lots: list[Batch], problem: str = "") -> None:
        self._lots, self._problem = list(lots), problem
        self.problem = ""
        self.complete = not lots and not problem
        self.waited = 0

    def start(self) -> None:
        pass

    def poll(self, wait: bool = False) -> list[Batch]:
        self.waited += wait
        found: list[Batch] = []
        for _ in range(len(self._lots) if wait else 1):
            found += self._lots.pop(0) if self._lots else []
        if not self._lots and not self.complete:
            self.complete, self.problem = True, self._problem
        return found


@dataclass
class StubReview:
    """A review whose suggestions are made by hand; all else is real."""

    folder: Path
    feed: StubFeed = field(default_factory=StubFeed)
    glossary: Path | None = None
    text: str = TEXT

    def __post_init__(self) -> None:
        self.article = self.folder / "article.txt"
        self.article.write_text(self.text, encoding="utf-8")
        self.open()

    def open(self) -> None:
        self.source: Source = read(str(self.article))
        self.document = self.source.documents[0]
        self.journal = Journal(self.folder / "article.txt.journal.jsonl")
        self.session = Session(self.document, self.journal)
        self.writer = Writer(self.article, self.source, self.session, None, False)
        if self.feed.complete:
            self.session.take_in(all_of(self.document))

    def notices(self) -> list[str]:
        return ["an older decision was lost"]


class Typing(io.StringIO):
    """A person at a terminal."""

    def isatty(self) -> bool:
        return True


def answer(review: StubReview, *lines: str, live: bool = False) -> str:
    """What is printed when these lines are typed, and then nothing more."""
    text = "".join(f"{line}\n" for line in lines)
    said = io.StringIO()
    run_prompt(review, Typing(text) if live else io.StringIO(text), said)  # type: ignore[arg-type]
    return said.getvalue()


def states(review: StubReview) -> str:
    """What became of the suggestions: a(ccepted), e(dited), r(ejected), or "." """
    return "".join(state_of(d)[0] if d.verdict != "undecided" else "." for d in review.session.decisions())


def kept(review: StubReview) -> str:
    """The same, read from the journal as if the program had been killed just now."""
    session = Session(review.document, Journal(review.journal.path))
    session.take_in(all_of(review.document))
    return "".join(state_of(d)[0] if d.verdict != "undecided" else "." for d in session.decisions())


@pytest.fixture
def review(tmp_path: Path) -> StubReview:
    return StubReview(tmp_path, glossary=tmp_path / "mine" / "own.yaml")


class TestWhatIsPrinted:
    def test_a_suggestion(self, review: StubReview) -> None:
        assert answer(review).splitlines() == [
            f"{review.article}: a review in plain lines; ? lists the letters.",
            f"Every decision is kept at once, in {review.journal.path}",
            "an older decision was lost",
            "",
            "1 of 6, 95 % sure.",
            "The [-rambles-]{+drones+} flew over Kabul.",
            "1 drones 90 %; 2 walks 6 %; under 1 %: 3 hikes",
            "Because stands for 'drones'.",
            "The same in 2 more undecided places: A accepts all.",
            "Accept 'drones' [a,x,1-3,e,s,u,q,?]? ",
            "0 of 6 decided: 0 accepted, 0 edited, 0 rejected; 6 left",
            f"to go on: restore review {review.article}",
        ]

    def test_a_quotation_is_named(self, review: StubReview) -> None:
        assert "Inside a quotation.\n“The [-pioneers-]" in answer(review, "/pioneers")

    def test_the_sentence_reads_as_it_will(self, review: StubReview) -> None:
        said = answer(review, "j", "j", "a", "k", "k")
        assert "Two [-rambles-]{+drones+} hit the airport." in said

    def test_how_long_it_takes_is_told_when_it_can_be(
        self, review: StubReview, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("restore.review.pace._FEWEST", 5)
        seconds = iter(range(0, 1000, 60))
        review.session = Session(review.document, review.journal, lambda: float(next(seconds)))
        review.session.take_in(all_of(review.document))
        assert "6 of 6, 60 % sure, 1 min left." in answer(review, *"aaaaa")

    def test_a_long_sentence_is_cut_between_words(self, tmp_path: Path) -> None:
        text = f"{'word ' * 100}rambles {'other ' * 100}.\n"
        review = StubReview(tmp_path, StubFeed([]), text=text)
        review.session.take_in([suggestion(review.document, "rambles", 1, 0.9, DRONES)])
        (line,) = (n for n in answer(review).splitlines() if "[-" in n)
        assert line.startswith("... word word")
        assert line.endswith(" other ...")
        assert 250 < len(line) < 400

    def test_no_text_steers_the_terminal(self, tmp_path: Path) -> None:
        review = StubReview(tmp_path, StubFeed([]), text="The \x1b[2J\x07rambles came.\n")
        review.session.take_in([suggestion(review.document, "rambles", 1, 0.9, [("\x1b[31mdrones", 1, "x")])])
        said = answer(review, "d", "a")
        assert "rambles" in said
        assert not set(said) & set("\x1b\x07")

    def test_what_most_suggestions_share_is_no_reason(self, tmp_path: Path) -> None:
        text = "".join(f"Here rambles{i} came.\n\n" for i in range(10, 40))
        review = StubReview(tmp_path, StubFeed([]), text=text)
        found = [suggestion(review.document, f"rambles{i}", 1, 0.9, [(f"drones{i}", 0.9, "x")]) for i in range(10, 40)]
        shared = [Suggestion(*(getattr(s, n) for n in Suggestion.__slots__)) for s in found]
        for s in shared:
            object.__setattr__(s, "reasons", (*s.reasons, "signs of spinning"))
        review.session.take_in(shared)
        said = answer(review)
        assert "Because stands for 'drones10'." in said
        assert "signs" not in said

    def test_the_table_is_what_help_prints(self, review: StubReview) -> None:
        said = answer(review, "?")
        for letter in LETTERS:
            assert f"{letter.shown:<12} {letter.help}\n" in said
        assert len(BY_KEY) == sum(len(letter.keys) for letter in LETTERS)

    def test_a_question_after_help_repeats_nothing(self, review: StubReview) -> None:
        assert answer(review, "?", "zz", "f").count("flew over Kabul") == 1
        assert answer(review, "?", "p").count("flew over Kabul") == 2


class TestDecidingAboutOne:
    @pytest.mark.parametrize(
        ("typed", "state", "text"),
        [("a", "a", "drones"), ("y", "a", "drones"), ("", "a", "drones"), ("x", "r", ""), ("n", "r", ""),
         ("1", "a", "drones"), ("2", "a", "walks"), ("3", "a", "hikes"), ("e UAVs at night", "e", "UAVs at night"),
         ("e", "e", "the  UAVs"), ('e ""', "e", ""), ("e walks", "a", "walks"), ("e rambles", "r", "")],
    )  # fmt: skip
    def test_an_answer_decides(self, review: StubReview, typed: str, state: str, text: str) -> None:
        said = answer(review, typed, *(["the  UAVs"] if typed == "e" else []))
        assert states(review) == kept(review) == f"{state}....."
        d = review.session.decisions()[0]
        assert state == "r" or d.text == text
        assert "Two [-rambles-]" in said  # the next one is shown

    @pytest.mark.parametrize(
        "typed", ["4", "9", "0", "10", "zz", "yes", "ab", "a 2", "A x", "!!", "ä", "e\x1b[D", "e \udce9"]
    )
    def test_what_is_no_answer_changes_nothing(self, review: StubReview, typed: str) -> None:
        said = answer(review, typed, "x")
        assert said.count("Not done: ") == 1
        assert said.count("Accept 'drones' [") == 3  # asked again, then for the next
        assert states(review) == "r....."

    def test_an_empty_edit_is_none(self, review: StubReview) -> None:
        assert "no text was given" in answer(review, "e", "  ", "a")
        assert states(review) == "a....."

    @pytest.mark.parametrize("typed", ["s", " ", "   "])
    def test_later_comes_at_the_end(self, review: StubReview, typed: str) -> None:
        said = answer(review, typed, *"aaaaa")
        assert states(review) == kept(review) == ".aaaaa"
        assert said.rstrip().rpartition("\n\n")[2].splitlines()[1] == "The [-rambles-]{+drones+} flew over Kabul."
        assert "Nothing else is left" in answer(review, typed)

    def test_undo_and_redo(self, review: StubReview) -> None:
        said = answer(review, "x", "a", "u", "u", "u")
        assert states(review) == kept(review) == "......"
        assert "Undone: accepted 'drones'." in said
        assert "Undone: rejected, 'rambles' stays." in said
        assert "Not done: there is no such step" in said
        assert "Done again: rejected, 'rambles' stays.\n\n1 of 6, 95 % sure, rejected" in answer(review, "r")
        assert states(review) == kept(review) == "r....."

    def test_what_is_decided_is_changed_only_on_purpose(self, review: StubReview) -> None:
        said = answer(review, "x", "g", "", "G", "g", "s", "2")
        assert "95 % sure, rejected, 'rambles' stays." in said
        assert "Not done: that is decided already" in said
        assert states(review) == "a....."
        assert review.session.decisions()[0].text == "walks"


class TestGoingAbout:
    def visited(self, review: StubReview, *lines: str) -> Suggestion | None:
        answer(review, *lines)
        return review.session.current

    @pytest.mark.parametrize(
        ("typed", "place"),
        [(["j"], 1), (["k"], 5), (["G"], 5), (["G", "g"], 0), (["/PION"], 3), (["/pion", "/"], 5),
         (["/pion", "/", "/"], 3), (["/airport"], 2), (["a", "J"], 2), (["a", "K"], 0), (["a", "k"], 5), (["j", "x", "k", "j"], 2)],
    )  # fmt: skip
    def test_to_another_suggestion(self, review: StubReview, typed: list[str], place: int) -> None:
        assert self.visited(review, *typed) == review.session.suggestions[place]

    def test_searching_in_vain(self, review: StubReview) -> None:
        said = answer(review, "/", "/zebra")
        assert "nothing to search for" in said
        assert "no suggestion in view mentions 'zebra'" in said

    def test_filters(self, review: StubReview) -> None:
        said = answer(review, "a", "f", "f decided", "f all", "f source thesaurus", "f phrase air", "f confidence 0.9",
                      "f source lexicon", "x", "f nonsense", "f confidence high")  # fmt: skip
        assert "Filter: all; 6 of 6 in view." in said
        assert "Filter: decided; 1 of 6 in view." in said
        assert "no suggestion comes from 'thesaurus' (sources: glossary, lexicon)" in said
        assert "Filter: phrase air; 1 of 6 in view." in said
        assert "Filter: confidence 0.9 1, phrase air; 1 of 6 in view." in said
        assert "Filter: source lexicon, confidence 0.9 1, phrase air; 0 of 6 in view." in said
        assert "no filter 'nonsense'" in said
        assert "'high' is no confidence" in said

    def test_when_nothing_more_passes_the_filter(self, review: StubReview) -> None:
        said = answer(review, "f phrase air", "x", "a", "j", "f all")
        assert "Nothing undecided passes the filter (phrase air); f all shows everything." in said
        assert states(review) == "..r..."  # 'a' was about nothing
        assert "Filter: all" in said
        assert said.rstrip().splitlines()[-4].startswith("Change that")

    def test_orders(self, review: StubReview) -> None:
        assert self.visited(review, "o confidence", "j") == review.session.suggestions[3]
        said = answer(review, "o confidence", "o", "o size", "o repetition")
        assert said.count("Order: confidence.") == 2
        assert "no order 'size' (one of text, confidence, repetition)" in said
        assert review.session.order == "repetition"

    def test_an_order_from_the_start(self, review: StubReview) -> None:
        review.session = Session(review.document, review.journal, order="confidence")
        review.session.take_in(all_of(review.document))
        said = answer(review, "x")
        assert states(review) == ".....r"
        assert said.index("60 % sure") < said.index("70 % sure")

    def test_the_paragraph(self, review: StubReview) -> None:
        said = answer(review, "x", "d", "a", "g", "d")
        assert "Was: The rambles flew over Kabul. Two rambles hit the air terminal.\n" in said
        assert "Will be, if you accept: The rambles flew over Kabul. Two drones hit the air terminal.\n" in said
        assert "Will be: The rambles flew over Kabul. Two drones hit the air terminal.\n" in said


class TestManyAtOnce:
    def test_accept_alike(self, review: StubReview) -> None:
        said = answer(review, "A", "2")
        assert "1: The [-rambles-]{+drones+} flew over Kabul.\n2: Two [-rambles-]{+drones+} hit" in said
        assert "3, not the first alternative there: More [-rambles-]{+drones+} came" in said
        assert "2 suggestions accepted." in said
        assert states(review) == kept(review) == "a...a."
        assert review.session.decisions()[4].text == "drones"
        answer(review, "u")
        assert states(review) == kept(review) == "......"

    def test_an_alternative_of_all_alike(self, review: StubReview) -> None:
        answer(review, "A 2", "")
        assert [d.text for d in review.session.decisions() if d.verdict != "undecided"] == ["walks"] * 3

    @pytest.mark.parametrize("typed", ["A", "X"])
    def test_none_of_them(self, review: StubReview, typed: str) -> None:
        assert answer(review, typed, "q", typed, "1-3").count("Nothing was done.") == 2
        assert states(review) == "......"
        assert not review.journal.path.exists()

    def test_numbers_that_are_none_are_asked_for_again(self, review: StubReview) -> None:
        said = answer(review, "A", "4", "1,3")
        assert "'4': numbers go from 1 to 3" in said
        assert states(review) == ".a...."

    def test_reject_up_to_a_confidence(self, review: StubReview) -> None:
        assert "Reject 2 suggestions of 70 % or less" in answer(review, "T 0.7", "n", "T 70", "y")
        assert states(review) == "....rr"
        assert "no undecided suggestion is that unsure" in answer(review, "T 0.1")

    def test_reject_alike(self, review: StubReview) -> None:
        said = answer(review, "/pioneers", "X", "")
        assert "1, inside a quotation: “The [-pioneers-]{+leaders+} met" in said
        assert states(review) == kept(review) == "...r.r"

    def test_accept_from_a_confidence_on(self, review: StubReview) -> None:
        said = answer(review, "t 0.95", "n", "t 95", "what", "y")
        assert "Accept 2 suggestions of 95 % or more, in the whole article and outside of quotations [y,n]? n" in said
        assert "y for yes, n for no" in said
        assert states(review) == kept(review) == "a.a..."  # the quotation is surer, and is not asked
        assert "no undecided suggestion is that sure" in answer(review, "t 0.95")
        assert "is no confidence" in answer(review, "t")


class TestOwnGlossary:
    def test_never_again(self, review: StubReview) -> None:
        assert review.glossary is not None
        said = answer(review, "!")
        assert states(review) == kept(review) == "rr..r."
        assert "3 suggestions rejected." in said
        assert review.glossary.read_text(encoding="utf-8") == "kept:\n  - keep: ramble\n"
        assert f"{review.glossary} has changed with it" in answer(review, "u")
        assert "ramble" not in review.glossary.read_text(encoding="utf-8")
        assert states(review) == kept(review) == "......"

    def test_add(self, review: StubReview) -> None:
        assert review.glossary is not None
        said = answer(review, "+", "", "")
        assert "'ramble' stands for 'drone'." in said  # either may be a verb
        entry = review.glossary.read_text(encoding="utf-8")
        assert "spun: ramble\n    original: drone\n    example: The rambles flew over Kabul." in entry
        assert states(review) == kept(review) == "a....."

    def test_add_with_other_words(self, review: StubReview) -> None:
        assert review.glossary is not None
        said = answer(review, "+ 2", "armed ramble", "UAV", "UAVs")
        assert "'ramble' stands for 'walk'" in said
        assert "spun: armed ramble\n    original: UAV\n" in review.glossary.read_text(encoding="utf-8")
        assert review.session.decisions()[0].text == "UAVs"
        assert "does not find the place" in said

    def test_what_was_put_in_is_what_is_added(self, review: StubReview) -> None:
        assert "'ramble' stands for 'UAV'" in answer(review, "e UAVs", "g", "+", "", "")

    def test_a_glossary_that_refuses_takes_no_decision(self, review: StubReview) -> None:
        answer(review, "!", "u", "+", "", "")
        assert states(review) == "a....."
        said = answer(review, "g", "!")
        assert "Not done: " in said
        assert states(review) == kept(review) == "a....."

    @pytest.mark.parametrize("typed", ["!", "+"])
    def test_without_a_glossary(self, tmp_path: Path, typed: str) -> None:
        review = StubReview(tmp_path)
        assert "there is no glossary to add to (name one with --glossary)" in answer(review, typed)
        assert states(review) == "......"


class TestWritingAndLeaving:
    def test_write(self, review: StubReview) -> None:
        said = answer(review, "a", "w", "q", "x")
        target = review.folder / "article.restored.txt"
        assert target.read_text(encoding="utf-8") == TEXT.replace("rambles", "drones", 1)
        assert target.with_name("article.restored.txt.decisions.jsonl").exists()
        assert f"restored article: {target} (1 edit)" in said
        assert "not written yet" not in said
        assert states(review) == "a....."
        assert review.article.read_text(encoding="utf-8") == TEXT

    def test_to_another_file(self, review: StubReview) -> None:
        other = review.folder / "a folder" / "other.txt"
        foreign = review.folder / "article.restored.txt"
        foreign.write_text("mine", encoding="utf-8")
        said = answer(review, "a", "w", f"w {other}")
        assert "this review has not written it (w FILE writes to another file)" in said
        assert foreign.read_text(encoding="utf-8") == "mine"
        assert "drones" in other.read_text(encoding="utf-8")

    @pytest.mark.parametrize("name", ["", "/", ".", "x" * 300, "article.txt.journal.jsonl"])
    def test_where_nothing_can_be_written(self, review: StubReview, name: str) -> None:
        before = len(list(review.folder.iterdir()))
        said = answer(review, "a", f"w {review.folder / name if name != '/' else '/'}", "x")
        assert "Not done: " in said
        assert states(review) == kept(review) == "ar...."
        assert len(list(review.folder.iterdir())) == before + 1  # the journal

    def test_over_the_article_itself(self, review: StubReview) -> None:
        said = answer(review, "a", f"w {review.article}")
        assert "drones flew" in review.article.read_text(encoding="utf-8")
        (copy,) = (Path(n.partition(": ")[2]) for n in said.splitlines() if n.startswith("article as it was: "))
        assert copy.read_text(encoding="utf-8") == TEXT

    def test_decisions_that_would_replace_the_journal(self, review: StubReview) -> None:
        review.journal.path = review.folder / "out.txt.decisions.jsonl"
        assert "is the journal of this review" in answer(review, "a", f"w {review.folder / 'out.txt'}")
        assert states(review) == kept(review) == "a....."

    def test_what_is_not_written_is_said(self, review: StubReview) -> None:
        assert "is not written yet" in answer(review, "a", "q")
        review.open()
        assert "is not written yet" in answer(review, "q")
        assert "is not written yet" not in answer(review, "w", "q")

    def test_the_end_asks_on(self, review: StubReview) -> None:
        said = answer(review, *"aaxxaa", "a", "x", "s", "d", "", "2", "u", "q")
        assert "Everything is decided.\n6 of 6 decided: 4 accepted, 0 edited, 2 rejected; 0 left.\n" in said
        assert said.count("Not done: nothing is left that is undecided") == 6
        assert states(review) == kept(review) == "aaxxa.".replace("x", "r")

    def test_all_decided_needs_no_way_to_go_on(self, review: StubReview) -> None:
        assert "to go on" not in answer(review, *"aaaaaa", "w")

    def test_an_interruption_passes_on(self, review: StubReview, monkeypatch: pytest.MonkeyPatch) -> None:
        lines: Iterator[str] = iter(["x\n", "A\n"])

        class Interrupted(Typing):
            def readline(self, *_: object) -> str:  # type: ignore[override]
                if (line := next(lines, "")) == "":
                    raise KeyboardInterrupt
                return line

        said = io.StringIO()
        with pytest.raises(KeyboardInterrupt):
            run_prompt(review, Interrupted(), said)  # type: ignore[arg-type]
        assert "Interrupted. Everything decided so far is kept.\n" in said.getvalue()
        assert "1 of 6 decided" in said.getvalue()
        assert kept(review) == "r....."

    @pytest.mark.parametrize("typed", ["e", "A", "X", "t 0.5", "+"])
    def test_the_end_in_the_middle_of_a_question(self, review: StubReview, typed: str) -> None:
        assert answer(review, "x", typed).endswith(f"to go on: restore review {review.article}\n")
        assert states(review) == kept(review) == "r....."

    def test_going_on_where_it_was_left(self, review: StubReview) -> None:
        answer(review, "a", "x")
        review.open()
        said = answer(review, "e here")
        assert "3 of 6, 99 % sure." in said
        assert "2 of 6, 80 % sure." not in said
        assert states(review) == kept(review) == "are..."


def test_what_cannot_be_kept_is_not_decided(review: StubReview, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(review, "x")
    review.journal.tell(review.notices())
    real, full = os.fsync, [True]

    def fsync(file: int) -> None:
        if full:
            full.pop()
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    said = answer(review, "a", "2")
    assert "Not done: " in said
    assert "No space left on device" in said
    assert said.count("Accept 'drones' [a,x,1-3,e,s,u,q,?]? ") == 2
    assert review.session.decisions()[1] == Decision(review.session.suggestions[1], "edit", "walks")
    assert kept(review) == "ra...."


class TestSuggestionsThatCome:
    def batches(self, folder: Path) -> list[Batch]:
        folder.joinpath("article.txt").write_text(TEXT, encoding="utf-8")
        document = read(str(folder / "article.txt")).documents[0]
        found = all_of(document)
        return [Batch(0, 60, tuple(found[:3])), Batch(60, len(TEXT), tuple(found[3:]))]

    def review(self, folder: Path, first: int | None, *lots: list[Batch], problem: str = "") -> StubReview:
        review = StubReview(folder, StubFeed(*lots, problem=problem))
        if first is not None:
            review.session.take_in([all_of(review.document)[first]])
        return review

    def test_answers_from_a_pipe_wait_for_all(self, tmp_path: Path) -> None:
        """The first question is the article's first, although the glossary knew of another one at once."""
        one, two = self.batches(tmp_path)
        review = self.review(tmp_path, 2, [one], [two])
        said = answer(review, "x")
        assert "Reading the article ...\n6 suggestions in all.\n" in said
        assert states(review) == "r....."
        assert review.feed.waited == 1

    def test_a_person_begins_with_what_is_there(self, tmp_path: Path) -> None:
        one, two = self.batches(tmp_path)
        review = self.review(tmp_path, 2, [], [one], [two])
        said = answer(review, "x", "f", "f", live=True)
        assert said.index("1 of 1, 99 % sure.") < said.index("3 suggestions so far.")
        assert said.index("3 suggestions so far.") < said.index("6 suggestions in all.")
        assert states(review) == "..r..."

    def test_a_person_waits_when_nothing_else_is_left(self, tmp_path: Path) -> None:
        one, two = self.batches(tmp_path)
        review = self.review(tmp_path, 0, [], [], [one], [two])
        said = answer(review, "a", "x", live=True)
        assert said.index("Accepted 'drones'.") < said.index("Reading the article ...") < said.index("2 of 6")
        assert states(review) == "ar...."

    def test_a_person_waits_where_nothing_is_there_yet(self, tmp_path: Path) -> None:
        one, two = self.batches(tmp_path)
        review = self.review(tmp_path, None, [], [], [one, two])
        assert "Reading the article ...\n6 suggestions in all.\n" in answer(review, "x", live=True)
        assert states(review) == "r....."

    @pytest.mark.parametrize("live", [True, False])
    def test_a_problem_is_told_once(self, tmp_path: Path, live: bool) -> None:
        review = self.review(tmp_path, 1, [], problem="the model is missing")
        said = answer(review, "f", "f", "x", live=live)
        assert said.count("More suggestions cannot be made: the model is missing\n") == 1
        assert "What could be suggested is decided." in said

    def test_an_article_without_suggestions(self, tmp_path: Path) -> None:
        review = self.review(tmp_path, None, [])
        said = answer(review, "a", "j", "A", "u", "f", "w")
        assert "Nothing is suggested for this article." in said
        assert said.count("Not done: ") == 4
        assert (tmp_path / "article.restored.txt").read_text(encoding="utf-8") == TEXT


class TestWhatIsTyped:
    def test_numbers(self) -> None:
        assert numbers("", 3) == set()
        assert numbers(" 2 5-7,9; 1", 9) == {1, 2, 5, 6, 7, 9}
        for wrong in ("0", "10", "3-2", "x", "1-", "99999999999"):
            with pytest.raises(Exception, match="numbers go from 1 to 9"):
                numbers(wrong, 9)

    def test_confidence(self) -> None:
        assert [confidence(t) for t in ("0.9", "90", "90 %", "1", "1 %", "0")] == [0.9, 0.9, 0.9, 1.0, 0.01, 0.0]
        for wrong in ("", "x", "nan", "-0.1", "101", "inf"):
            with pytest.raises(Exception, match="is no confidence"):
                confidence(wrong)

    def test_a_filter_is_told_in_the_words_that_make_it(self) -> None:
        for words in ("undecided", "source lexicon", "confidence 0.2 0.8", "phrase two words"):
            wanted = changed_filter(Filter(), words, ["lexicon"])
            assert wanted != Filter()
            assert described(wanted) == words
            assert changed_filter(wanted, "all", []) == Filter()


def restore(*arguments: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(main, ["review", *map(str, arguments)], input=stdin)


SPUN = "On the off chance that it rains, the European pioneers will meet at the air terminal.\n"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(SPUN, encoding="utf-8")
    return path


class TestCommand:
    def test_a_session_of_several_runs(self, article: Path, tmp_path: Path) -> None:
        first = restore("--plain", "--no-model", article, stdin="a\n")
        assert first.exit_code == 0, first.output
        assert f"to go on: restore review --plain --no-model {article}" in first.stdout
        assert "Accepted 'If'." in first.stdout
        arguments = (article, "-o", tmp_path / "out.txt", "--no-model")  # kept results; no terminal: plain by itself
        second = restore(*arguments, stdin="t 0.5\ny\nw\n")
        assert "If it rains, the European leaders" in (tmp_path / "out.txt").read_text(encoding="utf-8")
        assert "restored article: " in second.stdout
        assert article.read_text(encoding="utf-8") == SPUN

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [(["-"], "standard input is for answers"), (["A", "-o", "x", "--in-place"], "exclude each other"),
         (["A", "-o", "A"], "use --in-place"), (["A", "--journal", "A"], "name another file with --journal"),
         (["A", "--no-glossary", "--glossary", "x"], "exclude each other"), (["A", "--glossary", "missing.yaml"], "missing.yaml"),
         (["A", "--order", "size"], "--order")],
    )  # fmt: skip
    def test_calls_that_make_no_sense(self, article: Path, arguments: list[str], says: str) -> None:
        result = restore(*(str(article) if a == "A" else a for a in arguments), "--plain", "--no-model")
        assert result.exit_code == 2
        assert says in result.stderr
        assert article.read_text(encoding="utf-8") == SPUN

    def test_an_article_that_is_not_there(self, tmp_path: Path) -> None:
        assert restore(tmp_path / "none.txt").exit_code == 3

    @pytest.mark.parametrize(
        ("own", "arguments", "used"),
        [("", [], None), ("own.yaml", [], "own.yaml"), ("own.yaml", ["--no-glossary"], "own.yaml"),
         ("own.yaml", ["--glossary", "1.yaml", "--glossary", "2.yaml"], "2.yaml")],
    )  # fmt: skip
    def test_the_glossary_that_is_added_to(
        self, article: Path, monkeypatch: pytest.MonkeyPatch, own: str, arguments: list[str], used: str | None
    ) -> None:
        monkeypatch.chdir(article.parent)
        monkeypatch.setenv("RESTORE_GLOSSARY", own)
        for name in ("1.yaml", "2.yaml"):
            Path(name).write_text("x: []\n", encoding="utf-8")
        seen: list[Wanted] = []

        class Stop(Exception):
            pass

        def stop(article: str, settings: Settings, reading: object, wanted: Wanted) -> Review:
            seen.append(wanted)
            raise Stop

        monkeypatch.setattr("restore.review.opening.Review", stop)
        restore(article, "--plain", *arguments)
        assert seen[0].glossary == (Path(used) if used else None)

    def test_a_document_of_many(self, tmp_path: Path) -> None:
        path = tmp_path / "articles.jsonl"
        records = [{"id": "one", "text": "Nothing here."}, {"id": "two", "text": SPUN}]
        path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
        assert restore(path, "--plain", "--no-model").exit_code == 3
        result = restore(path, "--doc", "two", "--plain", "--no-model", "--in-place", stdin="a\nw\n")
        assert result.exit_code == 0, result.output
        one, two = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        assert one == records[0]
        assert two["text"].startswith("If it rains")


def test_killed_and_taken_up_again(long_seed: Path, tmp_path: Path) -> None:
    """A real process with pipes, killed without warning, and the worker's suggestions."""
    article = tmp_path / "seed.txt"
    article.write_bytes(long_seed.read_bytes())
    code = (
        "import sys\nfrom restore.cli import main\nimport atexit\n"
        "atexit.register(lambda: print('loaded', {'textual', 'torch'} & set(sys.modules)))\nmain()"
    )
    command = [sys.executable, "-c", code, "review", "--plain", "--no-model", str(article)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("x\ne Tehran\n")
    process.stdin.flush()
    for line in process.stdout:
        if line == "Edited 'Tehran'.\n":
            break
    process.kill()
    process.communicate()
    done = subprocess.run(command, input="u\nq\n", capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "Undone: edited 'Tehran'." in done.stdout
    assert "1 of " in done.stdout
    assert " decided: 0 accepted, 0 edited, 1 rejected; " in done.stdout
    assert "loaded set()" in done.stdout
    assert "Reading the article" not in done.stdout or done.stdout.count("suggestions in all") == 1

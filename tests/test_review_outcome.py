"""Opening a review and what it leaves behind: the restored article, decisions, kept results, the editor's glossary."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from restore.cli import main
from restore.datamodels import Document, Suggestion
from restore.decisions import read_decisions
from restore.entries import Entry, parse_glossary
from restore.errors import GlossaryError, InputError, JournalError, RestoreError, UsageError
from restore.glossary_writing import append_entry, has_entry, remove_entry
from restore.pipeline import suggest_by_stretch, suggest_document
from restore.resources import Resources, Settings
from restore.review import results as results_module
from restore.review.feed import Feed
from restore.review.first_look import glance
from restore.review.journal import Journal
from restore.review.opening import Review, Wanted, journal_place
from restore.review.own_glossary import entry_for, exception_for, pair_for
from restore.review.results import Results
from restore.review.session import decided
from restore.review.worker import answers, job, parse_job
from tests.reviewing import TEXT, at, decided_in, open_session, suggest, suggest_all

DOCUMENT = Document(TEXT, "article.txt")
RESTORED = TEXT.replace("Blips", "Drones").replace("local armies", "rebels")


class StubFeed:
    """All suggestions for TEXT at once, no process."""

    complete, problem = True, ""

    def __init__(self, document: Document, settings: Settings) -> None:
        self.document = document

    def first(self) -> list[Suggestion]:
        return suggest_all(self.document) if "Blips were" in self.document.text else []

    def start(self) -> None:
        pass

    close = start


@pytest.fixture
def article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("restore.review.opening.Feed", StubFeed)
    path = tmp_path / "article.txt"
    path.write_bytes(TEXT.encode())
    return path


class Reviews:
    """Reviews that are opened one after the other."""

    def __init__(self) -> None:
        self._open: Review | None = None

    def __call__(self, article: Path, **wanted: object) -> Review:
        self.close()
        self._open = Review(str(article), wanted=Wanted(**wanted))  # type: ignore[arg-type]
        return self._open

    def close(self) -> None:
        if self._open:
            self._open.close()
            self._open = None


@pytest.fixture
def opened() -> Iterator[Reviews]:
    reviews = Reviews()
    yield reviews
    reviews.close()


def decide_two(review: Review) -> None:
    review.session.accept()
    review.session.accept("rebels")


def names(folder: Path) -> list[str]:
    """Files but the journal and the lock."""
    return sorted(p.name for p in folder.iterdir() if not p.name.endswith(("journal.jsonl", "lock")))


class TestWriting:
    def test_the_article_the_decisions_a_summary(self, article: Path, opened: Reviews) -> None:
        review = opened(article)
        decide_two(review)
        outcome = review.writer.write()
        assert outcome.lines() == [
            f"restored article: {article.with_name('article.restored.txt')} (2 edits)",
            f"decisions: {article.with_name('article.restored.txt.decisions.jsonl')}",
            "2 of 7 decided: 1 accepted, 1 edited, 0 rejected; 5 left",
        ]
        assert outcome.article.read_bytes() == RESTORED.encode()
        assert article.read_bytes() == TEXT.encode()
        assert [d.verdict for d in read_decisions(str(outcome.decisions))] == ["accept", "edit", *["undecided"] * 5]

    def test_apply_replays_the_decisions(self, article: Path, opened: Reviews) -> None:
        review = opened(article)
        decide_two(review)
        outcome = review.writer.write()
        copy = article.with_name("copy.txt")
        result = CliRunner().invoke(main, ["apply", str(article), str(outcome.decisions), "-o", str(copy)])
        assert result.exit_code == 0, result.output
        assert copy.read_bytes() == RESTORED.encode()

    def test_as_often_as_wanted(self, article: Path, opened: Reviews) -> None:
        review = opened(article)
        for _ in range(3):
            review.session.accept()
            review.writer.write()
        again = opened(article)
        again.session.undo()
        outcome = again.writer.write()
        assert "Drones" in outcome.article.read_text(encoding="utf-8")
        assert outcome.edits == 2
        assert names(article.parent) == ["article.restored.txt", "article.restored.txt.decisions.jsonl", "article.txt"]

    @pytest.mark.parametrize("foreign", ["article.restored.txt", "article.restored.txt.decisions.jsonl"])
    def test_what_it_has_not_written_is_left_alone(self, article: Path, opened: Reviews, foreign: str) -> None:
        review = opened(article)
        file = article.with_name(foreign)
        file.write_text("mine", encoding="utf-8")
        with pytest.raises(InputError, match=f"{foreign}: exists, and this review has not written it"):
            review.writer.write()
        assert names(article.parent) == sorted(["article.txt", foreign])
        assert file.read_text(encoding="utf-8") == "mine"
        other = article.with_name("other.txt")
        assert review.writer.write(other).article == other
        assert review.writer.write().article == other
        assert file.read_text(encoding="utf-8") == "mine"

    def test_what_was_changed_since_is_left_alone(self, article: Path, opened: Reviews) -> None:
        review = opened(article)
        written = review.writer.write().article
        written.write_text("changed by hand", encoding="utf-8")
        with pytest.raises(InputError, match="has not written it"):
            review.writer.write()
        assert written.read_text(encoding="utf-8") == "changed by hand"

    def test_the_file_that_was_asked_for_is_replaced(self, article: Path, opened: Reviews) -> None:
        chosen, other = article.with_name("chosen.txt"), article.with_name("other.txt")
        for file in (chosen, other):
            file.write_text("old", encoding="utf-8")
        review = opened(article, output=chosen)
        review.writer.write()
        assert chosen.read_bytes() == TEXT.encode()
        with pytest.raises(InputError):
            review.writer.write(other)
        review.writer.write(article.with_name("third.txt"))
        article.with_name("third.txt").write_text("changed by hand", encoding="utf-8")
        with pytest.raises(InputError):
            review.writer.write()

    def test_never_the_journal(self, article: Path, opened: Reviews) -> None:
        journal = article.with_name("x.txt.decisions.jsonl")
        review = opened(article, journal=journal)
        review.session.accept()
        for target in (journal, article.with_name("x.txt")):
            with pytest.raises(InputError, match="is the journal of this review"):
                review.writer.write(target)
        assert len(Journal(journal).lines) == 1

    @pytest.mark.parametrize("name", [".", "x" * 300, "article.txt/x"])
    def test_what_cannot_be_written(self, article: Path, opened: Reviews, name: str) -> None:
        with pytest.raises(RestoreError):
            opened(article).writer.write(article.parent / name)

    def test_encoding_line_ends_and_mark_are_kept(self, article: Path, opened: Reviews) -> None:
        article.write_bytes(b"\xff\xfe" + TEXT.replace("\n", "\r\n").encode("utf-16-le"))
        review = opened(article)
        decide_two(review)
        written = review.writer.write().article.read_bytes()
        assert written == b"\xff\xfe" + RESTORED.replace("\n", "\r\n").encode("utf-16-le")

    @pytest.mark.parametrize("call", ["fsync", "replace"])
    def test_a_full_disk(self, article: Path, opened: Reviews, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
        review = opened(article, in_place=True)
        decide_two(review)
        real = getattr(os, call)

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        for _ in range(2):
            monkeypatch.setattr(os, call, full)
            with pytest.raises(RestoreError, match="No space left on device"):
                review.writer.write()
            monkeypatch.setattr(os, call, real)
            assert article.read_bytes() == TEXT.encode()
        review.writer.write()
        assert article.read_bytes() == RESTORED.encode()
        assert names(article.parent) == ["article.txt", "article.txt.decisions.jsonl", "article.txt.orig"]


class TestInPlace:
    @pytest.mark.parametrize("wanted", [{"in_place": True}, {"output": Path("article.txt")}, {"output": Path("link")}])
    def test_one_backup_however_often_it_is_written(
        self, article: Path, opened: Reviews, wanted: dict[str, object], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(article.parent)
        Path("link").symlink_to(article)
        for _ in range(2):
            review = opened(article, **wanted)
            for _ in range(2):
                review.session.accept()
                outcome = review.writer.write()
                assert outcome.backup == article.with_name("article.txt.orig")
        assert outcome.edits == 4
        assert "Drones were" in article.read_text(encoding="utf-8")
        assert [n for n in names(article.parent) if "orig" in n] == ["article.txt.orig"]
        assert article.with_name("article.txt.orig").read_bytes() == TEXT.encode()
        assert f"article as it was: {outcome.backup}" in outcome.lines()

    def test_it_goes_on_from_the_backup(self, article: Path, opened: Reviews) -> None:
        review = opened(article, in_place=True)
        decide_two(review)
        review.writer.write()
        again = opened(article)
        assert (again.document.text, again.document.id) == (TEXT, str(article))
        assert at(again.session) == "blip"
        again.session.undo()
        again.session.undo()
        assert again.writer.write().article == article
        assert article.read_bytes() == TEXT.encode()
        opened(article).session.accept()
        assert decided_in(opened(article).session) == {"Blips": ("accept", "Drones")}

    def test_also_in_a_folder_that_was_moved(self, article: Path, opened: Reviews) -> None:
        review = opened(article, in_place=True)
        decide_two(review)
        review.writer.write()
        opened.close()
        shutil.copytree(article.parent, article.parent / "new")
        for file in ("article.txt", "article.txt.orig"):
            article.with_name(file).unlink()
        moved = article.parent / "new" / "article.txt"
        again = opened(moved)
        assert again.document.text == TEXT
        assert again.writer.write().backup == moved.with_name("article.txt.orig")
        assert moved.read_bytes() == RESTORED.encode()

    def test_an_article_that_was_changed_meanwhile(self, article: Path, opened: Reviews) -> None:
        review = opened(article, in_place=True)
        decide_two(review)
        article.write_text("changed by hand", encoding="utf-8")
        with pytest.raises(InputError, match="has changed since it was opened"):
            review.writer.write()
        assert article.read_text(encoding="utf-8") == "changed by hand"
        assert review.writer.write(article.with_name("other.txt")).article.read_bytes() == RESTORED.encode()

    def test_or_after_it_was_written(self, article: Path, opened: Reviews) -> None:
        review = opened(article, in_place=True)
        decide_two(review)
        review.writer.write()
        article.write_bytes(article.read_bytes() + b"More.\n")
        with pytest.raises(InputError, match="has changed since it was opened"):
            review.writer.write()
        again = opened(article, in_place=True)
        assert again.document.text == RESTORED + "More.\n"
        assert [d.suggestion.before for d in again.session.lost] == ["Blips", "local armies"]
        assert again.notices() == [
            "not found in the article as it is now: accept 'Blips' -> 'Drones'",
            "not found in the article as it is now: edit 'local armies' -> 'rebels'",
        ]
        assert again.writer.write().backup == article.with_name("article.txt.orig.1")

    def test_an_article_as_a_line_of_many(self, article: Path, opened: Reviews) -> None:
        """What was decided about one document is in the file when another is under review."""
        many = article.with_name("many.jsonl")
        many.write_text("".join(json.dumps({"text": TEXT, "n": n}) + "\n" for n in (1, 2, 3)), encoding="utf-8")
        for number in (1, 3, 1):
            review = opened(many, in_place=True, document=f"{many}:{number}")
            assert (review.document.text, review.notices()) == (TEXT, [])
            review.session.accept()
            outcome = review.writer.write()
        texts = [json.loads(line)["text"] for line in many.read_text(encoding="utf-8").splitlines()]
        first = TEXT.replace("Blips", "Drones")
        assert texts == [first.replace("local armies", "militias"), TEXT, first]
        assert (outcome.edits, outcome.backup) == (3, Path(f"{many}.orig"))
        copy = article.with_name("copy.jsonl")
        shutil.copy(f"{many}.orig", copy)
        decisions = [json.loads(line) for line in outcome.decisions.read_text(encoding="utf-8").splitlines()]
        assert {d["doc"] for d in decisions} == {f"{many}:1", f"{many}:3"}


class TestOpening:
    def test_nothing_is_left_by_a_look(self, article: Path, opened: Reviews) -> None:
        opened(article).session.go(1)
        opened.close()
        assert os.listdir(article.parent) == ["article.txt"]

    def test_decisions_are_there_again(self, article: Path, opened: Reviews) -> None:
        decide_two(opened(article))
        assert (article.parent / "article.txt.journal.jsonl").is_file()
        again = opened(article)
        assert decided_in(again.session) == {"Blips": ("accept", "Drones"), "local armies": ("edit", "rebels")}
        assert at(again.session) == "blip"
        assert again.notices() == []

    def test_a_journal_elsewhere(self, article: Path, opened: Reviews) -> None:
        journal = article.parent / "journals" / "all.jsonl"
        decide_two(opened(article, journal=journal))
        assert names(article.parent) == ["article.txt", "journals"]
        assert len(decided_in(opened(article, journal=journal).session)) == 2
        assert decided_in(opened(article).session) == {}

    def test_in_two_places_at_once(self, article: Path, opened: Reviews) -> None:
        opened(article)
        with pytest.raises(UsageError, match=f"under review already, by process {os.getpid()} "):
            Review(str(article))

    @pytest.mark.parametrize("text", ['{"text": "a"}\n{"text": "b"}\n', ""])
    def test_one_document_must_be_meant(self, article: Path, opened: Reviews, text: str) -> None:
        many = article.with_name("many.jsonl")
        many.write_text(text, encoding="utf-8")
        for document in (None, "c"):
            with pytest.raises(InputError):
                opened(many, document=document)
        assert names(article.parent) == ["article.txt", "many.jsonl"]  # no lock either
        many.write_text('{"text": "a", "id": "x"}\n{"text": "b", "id": "y"}\n', encoding="utf-8")
        assert opened(many, document="y").document.text == "b"

    def test_what_fails_leaves_no_lock(self, article: Path, opened: Reviews, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(InputError, match="no such file"):
            opened(article.with_name("none.txt"))
        with pytest.raises(JournalError, match="is no journal"):
            opened(article, journal=article)
        assert os.listdir(article.parent) == ["article.txt"]
        assert article.read_bytes() == TEXT.encode()

    def test_damage_is_told(self, article: Path, opened: Reviews) -> None:
        review = opened(article)
        decide_two(review)
        with review.journal.path.open("ab") as file:
            file.write(b'{"doc": "artic')
        (notice,) = opened(article).notices()
        assert notice.startswith(f"{review.journal.path}:3: not JSON")

    def test_a_folder_that_cannot_be_written_to(
        self, article: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = tmp_path_factory.mktemp("state")
        monkeypatch.setenv("XDG_STATE_HOME", str(state))
        beside = article.with_name("article.txt.journal.jsonl")
        assert journal_place(article) == beside
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != article.parent)
        place = journal_place(article)
        assert place.parent == state / "restore"
        open_session(place).accept()
        monkeypatch.undo()
        monkeypatch.setenv("XDG_STATE_HOME", str(state))
        assert journal_place(article) == place  # the review goes on there
        open_session(beside).accept()
        assert journal_place(article) == beside


class TestOwnGlossary:
    HEAD = "# mine\nother:\n  - {spun: x, original: y}  # why not\n"

    @pytest.fixture
    def glossary(self, tmp_path: Path) -> Path:
        path = tmp_path / "own.yaml"
        path.write_text(self.HEAD, encoding="utf-8")
        return path

    def test_an_exception_and_its_undo(self, tmp_path: Path, glossary: Path) -> None:
        journal = tmp_path / "journal"
        session = open_session(journal)
        same = session.same_phrase(session.suggestions[2])
        session.decide([decided(s, s.before) for s in same], exception_for(same[0], glossary))
        added = glossary.read_bytes()
        assert [e.spun for e in parse_glossary(added.decode()) if e.keeps] == [("blip",)]
        assert [d.verdict for d in session.decisions()].count("reject") == 2
        for again in (session, open_session(journal)):
            again.undo()
            assert glossary.read_text(encoding="utf-8") == self.HEAD
            assert again.tally().decided == 0
            again.redo()
            assert glossary.read_bytes() == added
            assert again.tally().rejected == 2

    def test_an_entry_with_its_sentence(self, tmp_path: Path, glossary: Path) -> None:
        s = suggest(DOCUMENT, "local armies", "militias")
        addition = entry_for(DOCUMENT, s, pair_for(s, "militias"), glossary)
        session = open_session(tmp_path / "journal")
        session.decide([decided(s)], addition)
        entry = parse_glossary(glossary.read_text(encoding="utf-8"))[-1]
        assert (entry.spun, entry.original, entry.subject) == (("local army",), ("militia",), "own")
        assert entry.example == TEXT.splitlines()[1]

    def test_from_any_folder(self, tmp_path: Path, glossary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        session = open_session(tmp_path / "journal")
        session.decide([decided(session.suggestions[0])], exception_for(session.suggestions[0], Path("own.yaml")))
        monkeypatch.chdir("/")
        session.undo()
        assert glossary.read_text(encoding="utf-8") == self.HEAD

    @pytest.mark.parametrize("way", ["do", "undo", "redo"])
    def test_both_or_none(self, tmp_path: Path, glossary: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
        session = open_session(tmp_path / "journal")
        first = session.suggestions[0]
        acts = [lambda: session.decide([decided(first)], exception_for(first, glossary)), session.undo, session.redo]
        last = {"do": 0, "undo": 1, "redo": 2}[way]
        for act in acts[:last]:
            act()  # type: ignore[operator]
        before, state = glossary.read_bytes(), decided_in(session)
        with monkeypatch.context() as patched:
            patched.setattr(Journal, "append", lambda *_: (_ for _ in ()).throw(JournalError("full")))
            with pytest.raises(JournalError):
                acts[last]()  # type: ignore[operator]
        assert (glossary.read_bytes(), decided_in(session)) == (before, state)
        acts[last]()  # type: ignore[operator]
        assert glossary.read_bytes() != before

    def test_a_glossary_that_refuses(self, tmp_path: Path, glossary: Path) -> None:
        session = open_session(tmp_path / "journal")
        first = session.suggestions[0]
        glossary.write_text("own: [\n", encoding="utf-8")
        with pytest.raises(GlossaryError):
            session.decide([decided(first)], exception_for(first, glossary))
        assert decided_in(session) == {}
        assert not (tmp_path / "journal").exists()

    def test_what_was_taken_out_by_hand_stops_no_undo(self, tmp_path: Path, glossary: Path) -> None:
        glossary.write_text("kept: [{keep: that one}]\n", encoding="utf-8")
        session = open_session(tmp_path / "journal")
        first = session.suggestions[0]
        session.decide([decided(first)], exception_for(first, glossary))
        with pytest.raises(GlossaryError, match="no lines of its own"):
            session.undo()
        assert session.tally().decided == 1
        glossary.write_text(self.HEAD, encoding="utf-8")
        session.undo()
        assert session.tally().decided == 0
        assert glossary.read_text(encoding="utf-8") == self.HEAD


LISTED = "own:\n  - keep: that one\n  # for ever\n  - spun: a b\n    original: c d  # sure\n"


class TestTakingOut:
    ENTRY = Entry(("spam egg",), ("breakfast",), note="a: b # c", near=("x", "y"), subject="own")

    @pytest.mark.parametrize(
        "text",
        [
            "", "# only a comment\n", "\n\n", LISTED, f"{LISTED}# the end\n", f"{LISTED}\n\n", "\ufeff" + LISTED,
            LISTED.replace("own", "other"), f"other:\n- keep: e\n\n{LISTED}\n# more\nlast:\n    - keep: f\n",
            "- keep: that one\n", "- spun: a b\n  original: c d\n# the end\n", LISTED.removesuffix("\n"),
            LISTED.replace("own", "other").removesuffix("\n"), "# only a comment", 'own:\n  - keep: "that\\\n  one"\n',
            "own:\n  - {keep: that one}\n", "other: [{keep: that one}]\n", "other: [{keep: that one}]",
            "own:\n  - keep: e\n    note: >\n      long\n\n      text\n\nother:\n  - keep: f\n",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("newline", ["\n", "\r\n"])
    @pytest.mark.parametrize("entry", [ENTRY, Entry(("spam egg",), (), subject="own")])
    def test_byte_for_byte(self, tmp_path: Path, text: str, newline: str, entry: Entry) -> None:
        path = tmp_path / "g.yaml"
        before = text.replace("\n", newline).encode()
        path.write_bytes(before)
        for _ in range(2):
            append_entry(path, entry)
            assert has_entry(path, entry)
            remove_entry(path, entry)
            assert path.read_bytes() == before
            assert not has_entry(path, entry)

    @pytest.mark.parametrize("text", ["own: []\n", "own: [{keep: e}]\n", "own: [\n  {keep: e},\n  {keep: f}\n]\n"])
    def test_not_out_of_a_list_in_brackets(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "g.yaml"
        path.write_text(text, encoding="utf-8")
        append_entry(path, self.ENTRY)
        added = path.read_bytes()
        with pytest.raises(GlossaryError, match=r"'spam egg' has no lines of its own \(take it out by hand"):
            remove_entry(path, self.ENTRY)
        assert path.read_bytes() == added

    def test_only_what_is_there(self, tmp_path: Path) -> None:
        path = tmp_path / "g.yaml"
        path.write_text(LISTED, encoding="utf-8")
        with pytest.raises(GlossaryError, match="'spam egg' is not there"):
            remove_entry(path, self.ENTRY)
        with pytest.raises(GlossaryError, match="is not there"):
            remove_entry(tmp_path / "none.yaml", self.ENTRY)
        assert path.read_text(encoding="utf-8") == LISTED

    def test_comments_and_entries_that_came_later_stay(self, tmp_path: Path) -> None:
        path = tmp_path / "g.yaml"
        append_entry(path, self.ENTRY)
        append_entry(path, Entry(("e f",), (), subject="own"))
        append_entry(path, Entry(("g h",), (), subject="other"))
        path.write_text(path.read_text(encoding="utf-8") + "# the end\n", encoding="utf-8")
        remove_entry(path, self.ENTRY)
        assert path.read_text(encoding="utf-8") == "own:\n  - keep: e f\n\nother:\n  - keep: g h\n# the end\n"
        remove_entry(path, Entry(("e f",), (), subject="own"))
        assert path.read_text(encoding="utf-8") == "\nother:\n  - keep: g h\n# the end\n"

    @given(
        st.lists(st.sampled_from(["own", "kept", "x y"]), min_size=1, max_size=5),
        st.sampled_from(["\n", "", "\n# e\n"]),
    )
    def test_one_after_the_other(self, subjects: list[str], end: str) -> None:
        path = Path(os.environ["RESTORE_CACHE"]) / "g.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"own:\n  - keep: a{end}", encoding="utf-8")
        seen = []
        entries = [Entry((f"word {i}",), (), subject=s) for i, s in enumerate(subjects)]
        for entry in entries:
            seen.append(path.read_bytes())
            append_entry(path, entry)
        for entry in reversed(entries):
            remove_entry(path, entry)
            assert path.read_bytes() == seen.pop()


class TestResults:
    @pytest.fixture
    def glossary(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))
        path = tmp_path / "g.yaml"
        path.write_text("- {spun: local army, original: militia}\n", encoding="utf-8")
        return path

    @pytest.fixture
    def settings(self, glossary: Path) -> Settings:
        return Settings(glossaries=(glossary,), model=None)

    def test_kept_as_they_were(self, settings: Settings) -> None:
        found = suggest_all(DOCUMENT)
        assert Results(DOCUMENT, settings).kept() is None
        Results(DOCUMENT, settings).keep(found)
        assert Results(DOCUMENT, settings).kept() == found
        moved = Results(Document(TEXT, "b.txt"), settings).kept()
        assert moved is not None
        assert {s.doc for s in moved} == {"b.txt"}
        Results(DOCUMENT, settings).keep([])
        assert Results(DOCUMENT, settings).kept() == []

    @pytest.mark.parametrize(
        "changed",
        [
            lambda g: (Document(TEXT + "More.", "article.txt"), Settings(glossaries=(g,), model=None)),
            lambda g: (DOCUMENT, Settings(glossaries=(g,), model=None, alternatives=3)),
            lambda g: (DOCUMENT, Settings(glossaries=(g,), model=None, show_from=0.1)),
            lambda g: (DOCUMENT, Settings(glossaries=(g,))),
            lambda g: (DOCUMENT, Settings(glossaries=(g,), model="other")),
            lambda g: (DOCUMENT, Settings(glossaries=(g, g), model=None)),
            lambda g: (DOCUMENT, Settings(glossaries=(g,), model=None, references=(g,))),
            lambda g: (g.write_text("- {spun: local army, original: troop}\n"), DOCUMENT, Settings(glossaries=(g,), model=None))[1:],
        ],
    )  # fmt: skip
    def test_made_anew_when_anything_changes(
        self, settings: Settings, glossary: Path, changed: Callable[[Path], tuple[Document, Settings]]
    ) -> None:
        Results(DOCUMENT, settings).keep([])
        assert Results(DOCUMENT, settings).kept() == []
        assert Results(*changed(glossary)).kept() is None

    def test_a_model_by_its_files(self, glossary: Path, tmp_path: Path) -> None:
        model = tmp_path / "model"
        model.mkdir()
        settings = Settings(glossaries=(glossary,), model=str(model), restorer=model)
        Results(DOCUMENT, settings).keep([])
        assert Results(DOCUMENT, settings).kept() == []
        (model / "weights").write_bytes(b"")
        assert Results(DOCUMENT, settings).kept() is None

    def test_a_glossary_changed_while_they_were_made(self, settings: Settings, glossary: Path) -> None:
        """The editor adds an exception while the worker reads: what the worker finds does not know of it."""
        found = answers(Document("The local armies fired.", "a"), settings)
        first = next(found)
        assert first["suggestions"][0]["before"] == "local armies"
        glossary.write_text("- {keep: local army}\n", encoding="utf-8")
        assert list(found) == [{"done": True}]
        assert Results(Document("The local armies fired.", "a"), settings).kept() is None

    def test_a_damaged_file_is_ignored(self, settings: Settings, tmp_path: Path) -> None:
        Results(DOCUMENT, settings).keep(suggest_all(DOCUMENT))
        (file,) = (tmp_path / "cache").glob("suggestions-*")
        whole = file.read_bytes()
        for damage in (b"", whole[:-1], whole.replace(b"militias", b"militios"), b"\0" * 100):
            file.write_bytes(damage)
            assert Results(DOCUMENT, settings).kept() is None
        file.write_bytes(whole)
        assert Results(DOCUMENT, settings).kept() == suggest_all(DOCUMENT)

    def test_the_last_ones_are_kept(self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(results_module, "_KEPT", 2)
        (tmp_path / "cache").mkdir()
        other = tmp_path / "cache" / "lexicon-00.json"
        other.write_text("", encoding="utf-8")
        documents = [Document(f"Number {i}.") for i in range(4)]
        for i, document in enumerate(documents):
            Results(document, settings).keep([])
            for file in (tmp_path / "cache").glob(f"*{document.digest[:32]}*"):
                os.utime(file, (i, i))
        assert [Results(d, settings).kept() for d in documents] == [None, None, [], []]
        assert other.exists()

    def test_without_a_cache(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RESTORE_CACHE", "")
        Results(DOCUMENT, settings).keep([])
        assert Results(DOCUMENT, settings).kept() is None

    def test_a_missing_glossary_is_no_failure_of_the_cache(self, tmp_path: Path) -> None:
        with pytest.raises(GlossaryError, match=r"none\.yaml"):
            Feed(DOCUMENT, Settings(glossaries=(tmp_path / "none.yaml",), model=None)).first()


def test_suggestions_by_stretch_are_those_of_the_document(
    without_model: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("restore.pipeline._BLOCK", 2)
    document = Document(TEXT * 3, "article.txt")
    stretches = list(suggest_by_stretch(document, without_model))
    assert [s.sentences for s in stretches] == [2] * 6
    assert {s.of for s in stretches} == {12}
    told: list[tuple[int, int]] = []
    assert [x for s in stretches for x in s.suggestions] == suggest_document(
        document, without_model, lambda *n: told.append(n)
    )
    assert told == [(2, 12)] * 6
    end = 0
    for s in stretches:
        assert end <= s.start < s.end
        assert all(s.start <= x.start and x.end <= s.end for x in s.suggestions)
        end = s.end
    assert document.text[end:] == "\n"
    assert list(suggest_by_stretch(Document(""), without_model)) == []


def test_a_glance_knows_what_the_glossary_knows(without_model: Resources) -> None:
    document = Document("Iran backed “the local armies” that sent the rambles.", "article.txt")
    seen = {s.before: s for s in glance(document, without_model)}
    assert [c.text for c in seen["local armies"].candidates] == ["militias"]
    assert {c.source for s in seen.values() for c in s.candidates} == {"glossary"}
    assert seen["local armies"].quoted
    slow = {s.before: s.after for s in suggest_document(document, without_model)}
    assert {b: s.after for b, s in seen.items()}.items() <= slow.items()


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings((Path("a"), Path("b")), (Path("c"),), None, Path("d"), 0.5, 0.1, 3),
        Settings(glossaries=(), model="x"),
    ],
)
def test_a_job_arrives_as_it_was(settings: Settings) -> None:
    document = Document("a\ud800\n\u2028", "name")
    line = job(document, settings)
    assert line.count(b"\n") == 1
    assert parse_job(line) == (document, settings)


class TestFeed:
    """With a real worker, which loads everything but the model."""

    TEXT = "Iran backed the local armies that sent the rambles.\n"

    @pytest.fixture
    def article(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))
        monkeypatch.chdir(tmp_path)
        (tmp_path / "json.py").write_text("raise SystemExit('read from the folder of the article')", encoding="utf-8")
        path = tmp_path / "article.txt"
        path.write_text(self.TEXT, encoding="utf-8")
        return path

    def test_the_glossary_first_the_rest_later_and_at_once_the_next_time(self, article: Path) -> None:
        settings = Settings(model=None)
        review = Review(str(article), settings)
        try:
            assert at(review.session) == "local armies"
            assert not review.feed.complete
            current = review.session.current
            for batch in review.feed.poll(wait=True):
                review.session.take_in(batch.suggestions, batch.start, batch.end)
            assert (review.feed.complete, review.feed.problem) == (True, "")
            assert review.session.current is current
            assert review.feed.poll() == []
        finally:
            review.close()
        again = Feed(review.document, settings)
        assert "local armies" in [s.before for s in again.first()]
        again.start()
        assert (again.complete, again._process) == (True, None)
        again.close()

    def test_what_goes_wrong_is_told(self, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        says = {
            "import sys; sys.exit('no memory')": "the worker has ended early: no memory",
            'import sys; sys.stdin.readline(); print(\'{"error": "why"}\')': "why",
            "print('noise')": "the worker has ended early: it does not say why",
        }
        for program, problem in says.items():
            monkeypatch.setattr("restore.review.feed._WORKER", program)
            feed = Feed(Document(self.TEXT, "a"), Settings(model=None))
            feed.start()
            assert feed.poll(wait=True) == []
            assert (feed.complete, feed.problem) == (True, problem)
            feed.close()

    def test_the_worker_ends_with_the_review(self, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("restore.review.feed._WORKER", "import time; time.sleep(60)")
        feed = Feed(Document(self.TEXT, "a"), Settings(model=None))
        feed.start()
        assert feed._process is not None
        feed.close()
        assert feed._process.poll() is not None
        assert feed.poll(wait=True) == []


def test_errors_of_the_worker_are_answers(tmp_path: Path) -> None:
    (answer,) = answers(DOCUMENT, Settings(glossaries=(tmp_path / "none.yaml",), model=None))
    assert "none.yaml" in answer["error"]


def test_what_could_not_be_written_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restore.review.opening.Feed", StubFeed)
    article = tmp_path / "article.txt"
    article.write_text(TEXT, encoding="utf-8")
    review = Review(str(article))
    assert review.writer.is_written()
    review.session.accept()
    assert not review.writer.is_written()
    with pytest.raises(InputError):
        review.writer.write(tmp_path / "article.txt" / "x")
    assert not review.writer.is_written()
    review.writer.write()
    assert review.writer.is_written()
    review.close()


def test_two_processes_add_to_one_glossary(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    words = "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima".split()

    def add(own: list[str]) -> None:
        for word in own:
            append_entry(file, Entry((f"spun {word}",), (f"{word} there",), subject="own"))

    threads = [threading.Thread(target=add, args=(words[i::3],)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(e.spun[0] for e in parse_glossary(file.read_text())) == [f"spun {word}" for word in words]

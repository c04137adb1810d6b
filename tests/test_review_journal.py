"""The journal: on disk before it counts, replayed after any crash, found again in a changed text; and the lock."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from restore.datamodels import Document, Suggestion
from restore.decided import read_all
from restore.decisions import read_decisions, write_decisions
from restore.errors import InputError, JournalError, UsageError
from restore.pipeline import apply_decisions
from restore.review.anchoring import find_span
from restore.review.journal import CONTEXT, Addition, Journal, Written, line_about
from restore.review.locking import ArticleLock
from restore.review.session import Session, decided
from tests.reviewing import TEXT, at, decided_in, open_session, suggest, undo_all

DOCUMENT = Document(TEXT, "article.txt")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "new" / "article.txt.journal.jsonl"


def records(journal: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in journal.read_text(encoding="ascii").splitlines()]


class TestLines:
    def test_a_look_leaves_nothing_behind(self, journal: Path) -> None:
        open_session(journal).go(1)
        assert not journal.parent.exists()

    def test_a_line_says_everything(self, journal: Path) -> None:
        session = open_session(journal)
        session.accept("Boats")
        session.undo()
        first, second = records(journal)
        assert first | {"time": ""} == session.suggestions[0].as_dict() | {
            "decision": "edit", "replacement": "Boats", "step": 1, "way": "do", "time": "", "left": "",
            "right": TEXT[5 : 5 + CONTEXT], "version": DOCUMENT.digest[:16],
        }  # fmt: skip
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", str(first["time"]))
        assert (second["decision"], second["step"], second["way"]) == ("undecided", 1, "undo")

    def test_lines_are_only_ever_added(self, journal: Path) -> None:
        session = open_session(journal)
        before = b""
        for act in (session.accept, session.reject, session.undo, session.undo, session.redo, session.accept):
            act()
            assert journal.read_bytes().startswith(before)
            assert len(journal.read_bytes()) > len(before)
            before = journal.read_bytes()

    def test_each_is_synced_before_it_counts(self, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        session = open_session(journal)
        synced = []

        def fsync(file: int) -> None:
            if os.path.samestat(os.fstat(file), journal.stat()):
                synced.append((len(records(journal)), session.tally().decided))

        monkeypatch.setattr(os, "fsync", fsync)
        session.accept()
        session.decide([decided(s) for s in session.suggestions[2:5]])
        session.undo()
        assert synced == [(1, 0), (4, 1), (7, 4)]

    def test_a_step_is_one_write(self, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        writes = []
        write = os.write
        monkeypatch.setattr(os, "write", lambda file, data: writes.append(bytes(data)) or write(file, data))  # type: ignore[func-returns-value]
        session = open_session(journal)
        session.decide([decided(s) for s in session.suggestions])
        assert [w.count(b"\n") for w in writes] == [7]

    def test_any_text_comes_back(self, journal: Path) -> None:
        text = "a “b” \u2028\x85 👍 \ud800 c\r\n"
        session = open_session(journal, text, [suggest(Document(text, "a"), text[2:-4], "x")], "a")
        session.accept('new\nline "\x85"')
        again = open_session(journal, text, [], "a")
        assert decided_in(again) == {text[2:-4]: ("edit", 'new\nline "\x85"')}
        assert len(journal.read_bytes().splitlines()) == 1

    def test_it_is_a_decisions_file(self, journal: Path) -> None:
        session = open_session(journal)
        session.accept()
        session.journal.close()
        (decision,) = read_decisions(str(journal))
        assert (decision.verdict, decision.suggestion.before) == ("accept", "Blips")

    def test_a_decisions_file_is_a_journal(self, journal: Path) -> None:
        session = open_session(journal)
        session.accept()
        session.reject()
        other = journal.with_name("decisions.jsonl")
        other.write_bytes(b"\xef\xbb\xbf" + write_decisions(d for d in session.decisions() if d.verdict != "undecided"))
        again = open_session(other)
        assert decided_in(again) == decided_in(session)
        again.undo()
        assert list(decided_in(again)) == ["Blips"]

    def test_what_was_written_is_noted_and_no_decision(self, journal: Path) -> None:
        session = open_session(journal)
        session.accept()
        session.journal.note(Written("/x/a.txt", "00", "/x/a.txt.orig"))
        again = Journal(journal)
        assert again.written == session.journal.written == [Written("/x/a.txt", "00", "/x/a.txt.orig")]
        assert (len(again.lines), again.damaged) == (1, [])


def history(journal: Path) -> Session:
    """A review with steps of one and of many, undone and redone, an addition and a note."""
    session = open_session(journal)
    session.accept()
    session.decide([decided(a.suggestion, a.text) for a in session.alike(session.suggestions[2])])
    session.reject()
    session.undo()
    session.undo()
    session.redo()
    session.journal.note(Written("a", "00"))
    session.accept("zeppelins")
    session.journal.close()
    return session


class TestCrashes:
    def test_cut_anywhere_it_holds_its_whole_lines(self, journal: Path) -> None:
        history(journal)
        whole = journal.read_bytes()
        ends = [m.end() for m in re.finditer(rb"\n", whole)]
        states = []
        for end in (0, *ends):
            journal.write_bytes(whole[:end])
            states.append(decided_in(open_session(journal)))
        assert len(states) == 12
        assert states[3] == {"Blips": ("accept", "Drones"), "blip": ("accept", "drone"), "blip'": ("accept", "drone")}
        for size in range(len(whole)):
            journal.write_bytes(whole[:size])
            log = Journal(journal)
            lines = sum(end - 1 <= size for end in ends)  # a line without its end is whole, too
            assert len(log.lines) + len(log.written) == lines
            assert len(log.damaged) == (size not in {0, *ends, *(end - 1 for end in ends)})
            if size % 97 == 0 or size in ends:
                session = Session(DOCUMENT, log)
                assert decided_in(session) == states[lines]
                assert session.lost == []

    def test_after_a_cut_it_goes_on(self, journal: Path) -> None:
        history(journal)
        whole = journal.read_bytes()
        for size in range(0, len(whole), 41):
            journal.write_bytes(whole[:size])
            session = open_session(journal)
            session.go_to(session.suggestions[-1])
            session.accept()
            session.undo()
            session.accept("harbour")
            session.journal.close()
            again = open_session(journal)
            assert decided_in(again) == decided_in(session)
            assert again.suggestions[-1].before == "air terminal"
            undo_all(again)
            assert decided_in(open_session(journal)) == {}

    def test_a_damaged_line_is_named_and_the_others_count(self, journal: Path) -> None:
        history(journal)
        lines = journal.read_bytes().split(b"\n")
        for damage in (b"garbage", b"\0" * 80, b"[1]", b"{}", b"\xff\xfe", lines[0].replace(b'"do"', b'"done"')):
            journal.write_bytes(b"\n".join([lines[0], damage, *lines[1:]]))
            log = Journal(journal)
            assert len(log.lines) == 10
            (message,) = log.damaged
            assert message.startswith(f"{journal}:2: ")

    @pytest.mark.parametrize(
        "content", ["An article.", "An article.\nIn two lines.\n", '{"id": 1, "text": "An article."}\n']
    )
    def test_what_is_no_journal_is_left_alone(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "article"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(JournalError, match="is no journal"):
            Journal(path)
        with pytest.raises(JournalError, match="cannot read"):
            Journal(tmp_path)


class Disk:
    """A disk that fails: after so many bytes of a write, or when it is synced, or when a file is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, journal: Path) -> None:
        self.room = 10**9
        self.fails = ""
        real = {name: getattr(os, name) for name in ("write", "fsync", "ftruncate", "open")}

        def fail(name: str) -> None:
            if name in self.fails.split():
                raise OSError(errno.ENOSPC, "No space left on device")

        def write(file: int, data: bytes) -> int:
            if not self.room:
                raise OSError(errno.ENOSPC, "No space left on device")
            done: int = real["write"](file, data[: self.room])
            self.room -= done
            return done

        def guarded(name: str) -> object:
            def call(*arguments: object, **more: object) -> object:
                fail(name)
                return real[name](*arguments, **more)

            return call

        for name in ("fsync", "ftruncate", "open"):
            monkeypatch.setattr(os, name, guarded(name))
        monkeypatch.setattr(os, "write", write)


class TestFullDisks:
    @pytest.mark.parametrize(
        ("begun", "room", "fails"),
        [(begun, *case) for begun in (False, True) for case in [(0, ""), (1, ""), (300, ""), (10**6, "fsync")]]
        + [(False, 10**6, "open")],
    )
    def test_nothing_happens_and_then_it_works_again(
        self, journal: Path, monkeypatch: pytest.MonkeyPatch, begun: bool, room: int, fails: str
    ) -> None:
        session = open_session(journal)
        if begun:
            session.accept()
            session.accept()
            session.undo()
        place, before = at(session), decided_in(session)
        content = journal.read_bytes() if begun else b""
        disk = Disk(monkeypatch, journal)
        for act in (session.accept, session.reject, *([session.undo, session.redo] if begun else [])):
            disk.room, disk.fails = room, fails
            with pytest.raises(JournalError, match="No space left on device"):
                act()
            assert (at(session), decided_in(session)) == (place, before)
            assert (journal.read_bytes() if journal.exists() else b"") == content
        disk.room, disk.fails = 10**9, ""
        session.accept()
        assert len(decided_in(session)) == len(before) + 1
        assert decided_in(open_session(journal)) == decided_in(session)
        assert Journal(journal).damaged == []

    def test_a_part_that_cannot_be_taken_back_spoils_no_other_line(
        self, journal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = open_session(journal)
        session.accept()
        disk = Disk(monkeypatch, journal)
        disk.room, disk.fails = 50, "ftruncate"
        with pytest.raises(JournalError):
            session.accept()
        disk.room, disk.fails = 10**9, ""
        session.accept()
        assert decided_in(open_session(journal)) == decided_in(session)
        assert len(Journal(journal).damaged) == 1

    def test_what_another_review_added_meanwhile_stays(self, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        mine, other = open_session(journal), open_session(journal, name="other.txt")
        mine.accept()
        other.accept()
        disk = Disk(monkeypatch, journal)
        disk.room = 50
        with pytest.raises(JournalError):
            mine.accept()
        assert [r["doc"] for r in records(journal)] == ["article.txt", "other.txt"]


#: forty characters and more on both sides of the span
LEFT, RIGHT = (
    "Early in the morning of the third day of May the ",
    " that lay off the coast sent up smoke for an hour.\n",
)
SPAN = LEFT + "blip" + RIGHT
OTHER = "Nothing else was seen or heard of by anybody on the coast before noon of that day.\n"


def moved(journal: Path, old: str, new: str, name: str = "article.txt") -> Session:
    """A session about a text that was changed after "blip" was decided about in it."""
    open_session(journal, old, [suggest(Document(old, "article.txt"), "blip", "drone")]).accept("zeppelin")
    return open_session(journal, new, [], name)


class TestAnchoring:
    @pytest.mark.parametrize(
        "new",
        [
            OTHER + OTHER + SPAN,  # text inserted before
            OTHER + SPAN + OTHER,
            OTHER + SPAN.replace("off the coast", "off the shore"),  # the right side changed
            OTHER + SPAN.replace("the third day", "the fourth day"),  # the left side changed
            OTHER + SPAN.replace("the blip", "one blip"),
            OTHER + "A blip rose. " + SPAN,
            (OTHER + SPAN).replace("\n", "\r\n"),
            OTHER + SPAN + SPAN.replace("off the coast", "off the shore").replace("the third", "the next"),
        ],
    )
    def test_found(self, journal: Path, new: str) -> None:
        session = moved(journal, OTHER + SPAN, new)
        (s,) = session.suggestions
        assert (s.start, decided_in(session)) == (
            new.index("blip" + RIGHT[:10] if "A blip" in new else "blip"),
            {"blip": ("edit", "zeppelin")},
        )
        assert session.lost == []
        session.undo()
        again = open_session(journal, new, [])
        assert decided_in(again) == {}
        again.redo()
        assert decided_in(open_session(journal, new, [])) == {"blip": ("edit", "zeppelin")}
        assert decided_in(open_session(journal, OTHER + SPAN, [])) == {"blip": ("edit", "zeppelin")}

    @pytest.mark.parametrize(
        "new",
        [
            OTHER,
            OTHER + SPAN + SPAN,  # the same phrase twice: which one?
            OTHER + SPAN.replace("off the coast", "off the shore").replace("the third day", "the fourth day"),
            OTHER + SPAN.replace("blip", "blips"),
            OTHER + LEFT + "blips that. Then a" + "blip" + RIGHT,
            OTHER + LEFT + "blip fell.\nThe other blip" + RIGHT,  # each side somewhere else
        ],
    )
    def test_listed_not_guessed(self, journal: Path, new: str) -> None:
        session = moved(journal, OTHER + SPAN, new)
        assert session.suggestions == []
        assert [(d.verdict, d.text) for d in session.lost] == [("edit", "zeppelin")]

    def test_what_was_undone_is_not_listed(self, journal: Path) -> None:
        session = open_session(journal, OTHER + SPAN, [suggest(Document(OTHER + SPAN, "article.txt"), "blip", "drone")])
        session.accept()
        session.undo()
        assert open_session(journal, OTHER, []).lost == []

    def test_the_edges_of_a_text_are_part_of_the_context(self) -> None:
        assert find_span("blip " + OTHER, "", "blip", " " + OTHER[:39]) is not None
        assert find_span("A " + "blip", "A ", "blip", "") is not None
        assert find_span("So A blip", "A ", "blip", "") is None
        assert find_span("A blip fell", "A ", "blip", "") is None
        assert find_span("anything", "", "", "") is None

    @pytest.mark.parametrize("kept", [0, 1])
    def test_of_two_places_one_is_gone(self, journal: Path, kept: int) -> None:
        """The same words with the same right side: what is left is only what its left side says."""
        old = [OTHER + SPAN, SPAN.replace("third", "other")]
        document = Document("".join(old), "article.txt")
        both = [suggest(document, "blip", "drone", nth=n) for n in (0, 1)]
        session = open_session(journal, document.text, both)
        session.accept("first")
        session.accept("second")
        again = open_session(journal, OTHER + old[kept], [])
        assert decided_in(again) == {"blip": ("edit", ("first", "second")[kept])}
        assert [d.text for d in again.lost] == [("second", "first")[kept]]

    def test_of_twins_none_is_sure(self, journal: Path) -> None:
        document = Document(SPAN * 3, "article.txt")
        session = open_session(journal, document.text, [suggest(document, "blip", "drone", nth=n) for n in (0, 1, 2)])
        for text in ("first", "second", "third"):
            session.accept(text)
        again = open_session(journal, "So it is told. " + SPAN * 2, [])
        assert decided_in(again) == {}
        inner = open_session(journal, OTHER + SPAN + OTHER, [])
        assert "second" not in {d.text for d in inner.decisions()}

    def test_spans_that_overlap_now_are_both_lost(self, journal: Path) -> None:
        open_session(
            journal, OTHER + SPAN, [suggest(Document(OTHER + SPAN, "article.txt"), "the blip", "a drone")]
        ).accept()
        changed = (OTHER + SPAN).replace("third", "fourth").replace("coast sent", "shore sent")
        session = open_session(journal, changed, [suggest(Document(changed, "article.txt"), "blip that", "drone that")])
        assert len(session.lost) == 1
        session.accept()
        mixed = (OTHER + SPAN).replace("third", "fourth")
        again = open_session(journal, mixed, [])
        assert decided_in(again) == {}
        assert len(again.lost) == 2
        assert len(decided_in(open_session(journal, OTHER + SPAN, []))) == 1

    def test_steps_of_a_lost_decision_and_of_a_new_one_are_two(self, journal: Path) -> None:
        open_session(journal).accept()
        changed = TEXT[40:]
        session = open_session(journal, changed, [suggest(Document(changed, "article.txt"), "moored", "docked")])
        assert len(session.lost) == 1
        session.accept()
        again = open_session(journal, "So: " + TEXT)
        again.undo()
        assert [r["step"] for r in records(journal)[:2]] == [1, 2]


class TestNames:
    @pytest.mark.parametrize("name", ["elsewhere/article.txt", "/a/article.txt", "renamed.txt"])
    def test_an_article_that_was_moved_or_renamed(self, journal: Path, name: str) -> None:
        assert decided_in(moved(journal, OTHER + SPAN, OTHER + SPAN, name)) == {"blip": ("edit", "zeppelin")}
        assert {s.doc for s in open_session(journal, OTHER + SPAN, [], name).suggestions} == {name}

    @pytest.mark.parametrize("name", ["elsewhere/article.txt", "renamed.txt"])
    def test_and_changed(self, journal: Path, name: str) -> None:
        assert decided_in(moved(journal, OTHER + SPAN, OTHER + OTHER + SPAN, name)) == {"blip": ("edit", "zeppelin")}

    def test_a_journal_of_two_articles(self, journal: Path) -> None:
        texts = {
            "a.txt": OTHER + SPAN,
            "b.txt": OTHER + SPAN.replace("third", "next").replace("the coast", "the harbour"),
        }
        for name, text in texts.items():
            session = open_session(journal, text, [suggest(Document(text, name), "blip", "drone")], name)
            assert (decided_in(session), session.lost) == ({}, [])
            session.accept(name)
        for name, text in texts.items():
            session = open_session(journal, text, [], name)
            assert decided_in(session) == {"blip": ("edit", name)}
            session.undo()
        for name, text in texts.items():
            session = open_session(journal, text, [], name)
            assert (decided_in(session), session.lost) == ({}, [])
            assert session.redo()

    def test_another_article_is_not_the_only_one_renamed(self, journal: Path) -> None:
        session = open_session(journal, name="a.txt")
        session.accept()
        session.accept()
        other = open_session(
            journal, TEXT.replace("The local", "All the local").partition("\n")[2] + OTHER, [], "b.txt"
        )
        assert (decided_in(other), other.lost) == ({}, [])

    def test_documents_of_one_file(self, journal: Path) -> None:
        ids = ("news/12", "sport/12")
        for id in ids:
            document = Document(TEXT, id)
            session = Session(document, Journal(journal), siblings=set(ids) - {id})
            session.take_in([suggest(document, "blip", "drone")])
            assert (decided_in(session), session.lost) == ({}, [])
            session.accept(id)
        session = Session(Document(TEXT, ids[0]), Journal(journal), siblings=ids[1:])
        assert decided_in(session) == {"blip": ("edit", ids[0])}


def test_a_step_keeps_what_it_added(journal: Path) -> None:
    journal.parent.mkdir()
    addition = Addition(str(journal.with_name("g.yaml")), "kept:\n  - keep: blip\n")
    session = open_session(journal)
    session.decide([decided(s) for s in session.suggestions[2:4]], addition)
    first, second = Journal(journal).lines
    assert (first.addition, second.addition) == (addition, None)
    step = open_session(journal).undo()
    assert step is not None
    assert step.addition == addition


HOLD = "import sys, time; from pathlib import Path; from restore.review.locking import ArticleLock; "
HOLD += "lock = ArticleLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read(); lock.release()"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


class TestLock:
    def test_another_process_is_named_and_lets_go_when_it_is_killed(self, article: Path) -> None:
        link = article.with_name("link.txt")
        link.symlink_to(article)
        with subprocess.Popen(
            [sys.executable, "-c", HOLD, article], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            for name in (article, link):
                with pytest.raises(UsageError, match=rf"{name}: is under review already, by process {other.pid} "):
                    ArticleLock(name)
            other.send_signal(signal.SIGKILL)
        ArticleLock(article).release()
        assert sorted(p.name for p in article.parent.iterdir()) == ["article.txt", "link.txt"]

    def test_a_file_left_behind_is_no_lock(self, article: Path) -> None:
        left = article.with_name(".article.txt.review-lock")
        left.write_text(
            '{"pid": 1, "user": "x", "host": "y", "since": "z and a long time before that"}', encoding="ascii"
        )
        lock = ArticleLock(article)
        assert json.loads(left.read_text(encoding="ascii"))["pid"] == os.getpid()
        with pytest.raises(UsageError, match=f"process {os.getpid()} "):
            ArticleLock(article)
        lock.release()
        lock.release()
        ArticleLock(article).release()

    def test_a_holder_without_a_name(self, article: Path) -> None:
        lock = ArticleLock(article)
        article.with_name(".article.txt.review-lock").write_bytes(b"")
        with pytest.raises(UsageError, match="by another process"):
            ArticleLock(article)
        lock.release()

    def test_a_file_that_its_holder_takes_away_just_now_is_no_lock(
        self, article: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        theirs, real = [ArticleLock(article)], fcntl.flock

        def flock(file: int, how: int) -> None:
            if theirs:  # the file is open here already
                theirs.pop().release()
            real(file, how)

        monkeypatch.setattr(fcntl, "flock", flock)
        lock = ArticleLock(article)
        with pytest.raises(UsageError):
            ArticleLock(article)
        lock.release()

    def test_two_articles(self, article: Path) -> None:
        locks = [ArticleLock(article), ArticleLock(article.with_name("other.txt"))]
        for lock in locks:
            lock.release()

    @pytest.mark.parametrize("error", [errno.EROFS, errno.EACCES, errno.ENOSPC])
    def test_in_a_folder_that_cannot_be_written_to(
        self, article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
    ) -> None:
        temporary = tmp_path / "tmp"
        temporary.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(temporary))
        real = os.open

        def refused(path: Path, flags: int, mode: int = 0o777) -> int:
            if Path(path).parent == article.parent and flags & os.O_CREAT:
                raise OSError(error, os.strerror(error))
            return real(path, flags, mode)

        monkeypatch.setattr(os, "open", refused)
        lock = ArticleLock(article)
        with pytest.raises(UsageError, match=f"process {os.getpid()} "):
            ArticleLock(article)
        assert len(list(temporary.iterdir())) == 1
        lock.release()
        temporary.rmdir()
        with pytest.raises(UsageError, match="no lock can be made"):
            ArticleLock(article)

    def test_the_file_of_another_user_is_locked_all_the_same(
        self, article: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        theirs = ArticleLock(article)
        real = os.open

        def refused(path: Path, flags: int, mode: int = 0o777) -> int:
            if flags & os.O_RDWR:
                raise PermissionError(errno.EACCES, "Permission denied")
            return real(path, flags, mode)

        monkeypatch.setattr(os, "open", refused)
        with pytest.raises(UsageError, match="under review already"):
            ArticleLock(article)
        theirs.release()


def test_a_line_is_about_a_text(journal: Path) -> None:
    s: Suggestion = suggest(DOCUMENT, "moored", "docked")
    line = line_about(DOCUMENT, decided(s), 3, "do")
    assert line.left + s.before + line.right == TEXT[s.start - CONTEXT : s.end + CONTEXT]


@pytest.mark.parametrize("put_back", [False, True], ids=["taken away", "replaced by an older one"])
def test_a_journal_that_disappears_is_written_again(tmp_path: Path, put_back: bool) -> None:
    file = tmp_path / "journal.jsonl"
    open_session(file).accept()
    older = file.read_bytes()
    session = open_session(file)
    session.accept()
    file.unlink()
    if put_back:
        file.write_bytes(older)
    session.reject()
    assert decided_in(open_session(file)) == decided_in(session)
    assert session.tally().decided == 3


def test_what_was_told_is_not_told_again(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    Journal(file).tell(["nothing to keep that in"])
    assert not file.exists()
    open_session(file).accept()
    Journal(file).tell(["the second line is damaged"])
    journal = Journal(file)
    assert journal.told == {"the second line is damaged"}
    assert len(journal.lines) == 1
    assert len(read_decisions(str(file))) == 1


def test_a_journal_can_be_applied(tmp_path: Path) -> None:
    session = open_session(tmp_path / "journal.jsonl")
    session.accept("Jets")
    session.undo()
    session.accept()
    session.reject()
    session.journal.note(Written("article.restored.txt", "0" * 64))
    kept = read_decisions(str(tmp_path / "journal.jsonl"))
    assert apply_decisions(DOCUMENT, kept).text == TEXT.replace("Blips", "Drones")


def test_a_journal_is_applied_without_a_line_that_a_crash_cut_off(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    session = open_session(file)
    session.accept()
    session.journal.close()
    file.write_bytes(file.read_bytes() + b'{"doc": "art')
    assert len(read_decisions(str(file))) == 1
    file.write_bytes(b'{"doc": "art')  # no journal
    with pytest.raises(InputError, match="not JSON"):
        read_decisions(str(file))


def test_documents_with_the_same_text_have_decisions_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "review.jsonl"
    both = [decided(suggest(Document(TEXT, name), "Blips", "Drones")) for name in ("1", "2")]
    file.write_bytes(write_decisions(both))
    assert [d.suggestion.doc for d in read_decisions(str(file))] == ["1", "2"]
    assert [d.suggestion.doc for d in read_all([str(file)])[0]] == ["1", "2"]


def test_a_journal_saved_anew_by_another_program_is_not_doubled(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    session = open_session(file)
    session.accept()
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content)
    session.reject()
    assert len(file.read_bytes().splitlines()) == 2

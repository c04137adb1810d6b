"""The journal of a review: every decision as a line of JSON, on disk before it counts. Lines are only ever added.

A line is a decision as `restore apply` and `restore glossary learn` read it, with these fields more:

* `left`, `right`: the text around the span, to find it again when the article has changed;
* `version`: which text it was about, a digest of it;
* `step`, `way`: which step it belongs to (many decisions may be one step), and whether it was done, undone or redone;
* `time`: when, in UTC;
* `glossary`: what the step added to a glossary file.

A line with `written` in place of a decision says what was written where, one with `told` what the editor was told.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from restore.datamodels import Decision, Document
from restore.decisions import decision_record, is_note, parse_decision
from restore.errors import InputError, JournalError
from restore.formats.files import parse_record
from restore.review.locking import still_there

Way = Literal["do", "undo", "redo"]
WAYS: tuple[Way, ...] = ("do", "undo", "redo")
#: characters of the text kept on either side of a span
CONTEXT = 40
#: how a line begins that was written here
_HEADS = (b'{"doc": ', b'{"written": ')


class Addition(NamedTuple):
    """An entry, as YAML, that a step added to a glossary file."""

    file: str
    entry: str


@dataclass(frozen=True)
class Line:
    """One decision with what is needed to replay it."""

    decision: Decision
    step: int
    way: Way = "do"
    left: str = ""
    right: str = ""
    addition: Addition | None = None
    #: digest of the text that it is about ("" if unknown)
    version: str = ""


class Written(NamedTuple):
    """A file that a review has written."""

    path: str
    #: SHA-256 of its bytes
    sha256: str
    #: where the text that was reviewed is kept, if the file took its place ("" if it did not)
    original: str = ""


class Journal:
    """An append-only file. It is made with the first decision, so that a look leaves nothing behind."""

    def __init__(self, path: Path) -> None:
        """Raises JournalError if there is something at the path that cannot be read."""
        self.path = path
        self.lines: list[Line] = []
        self.written: list[Written] = []
        #: messages about lines that could not be read
        self.damaged: list[str] = []
        #: what the editor was told at an earlier opening
        self.told: set[str] = set()
        self._file: int | None = None
        #: what the file held at the beginning, and what was added since: should it be taken away meanwhile
        self._found, self._added = b"", b""
        if path.exists():
            self._read()

    def append(self, lines: Sequence[Line]) -> None:
        """Have some lines on disk, all in one write. Raises JournalError, and then none of them counts."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._write([_record(line) | {"time": now} for line in lines])

    def note(self, written: Written) -> None:
        """Record what was written. Raises JournalError."""
        self._write([{"written": written._asdict()}])
        self.written.append(written)

    def tell(self, messages: Iterable[str]) -> None:
        """Record that the editor has read some messages. If that cannot be kept, they will come again."""
        new = [m for m in messages if m not in self.told]
        if new and self.path.exists():
            self.told.update(new)
            with contextlib.suppress(JournalError):
                self._write([{"told": new}])

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _read(self) -> None:
        hint = "name another with --journal"
        try:
            data = self.path.read_bytes().removeprefix(codecs.BOM_UTF8)
        except OSError as error:
            raise JournalError(f"{self.path}: cannot read: {error.strerror}", hint) from error
        self._found = data
        for number, content in enumerate(data.split(b"\n"), 1):
            if content.strip():
                try:
                    self._take_in(parse_record(content.decode(), str(self.path), number), f"{self.path}:{number}")
                except InputError as error:
                    self.damaged.append(str(error))
                except UnicodeDecodeError:
                    self.damaged.append(f"{self.path}:{number}: not UTF-8 text")
        if self.damaged and not (self.lines or self.written or any(h.startswith(data[: len(h)]) for h in _HEADS)):
            raise JournalError(f"{self.path}: is no journal of a review", hint)  # nothing is added to an article

    def _take_in(self, record: Mapping[str, Any], place: str) -> None:
        if is_note(record):
            with contextlib.suppress(TypeError, KeyError):
                self.told.update(record.get("told", ()))
                self.written.append(Written(**record["written"]))
            return
        next_step = self.lines[-1].step + 1 if self.lines else 1
        self.lines.append(_line(record, place, next_step))

    def _write(self, records: Sequence[Mapping[str, Any]]) -> None:
        data = "".join(json.dumps(r, ensure_ascii=True) + "\n" for r in records).encode("ascii")
        try:
            with _alone(self._open()) as file:
                _append(file, data)
            self._added += data
        except OSError as error:
            raise JournalError(
                f"{self.path}: cannot write: {error.strerror or error}", "nothing was changed; mend it and try again"
            ) from error

    def _open(self) -> int:
        """The file, opened when it is first written to; and again, with all that belongs in it, if somebody has taken
        it away or put another in its place."""
        if self._file is not None and not still_there(self.path, self._file):
            self.close()
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            there = os.pread(file, os.fstat(file).st_size, 0)
            wanted = self._added if there else self._found + self._added
            if wanted not in there:
                with _alone(file):
                    _append(file, wanted)
            self._file = file
            _sync_folder(self.path.parent)
        return self._file


@contextlib.contextmanager
def _alone(file: int) -> Iterator[int]:
    """No other review writes to the file meanwhile: one journal may serve several articles."""
    with contextlib.suppress(OSError):  # some file systems have no locks
        fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield file
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)


def _append(file: int, data: bytes) -> None:
    """Have data at the end of a file, on disk and whole, or no part of it. A line that was cut off is ended first."""
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        data = b"\n" + data
    try:
        done = 0
        while done < len(data):
            done += os.write(file, data[done:])
        os.fsync(file)
    except BaseException:
        with contextlib.suppress(OSError):  # a full disk lets a file be cut
            os.ftruncate(file, size)
        raise


def _sync_folder(folder: Path) -> None:
    """Have a new file's name on disk too, where the system can do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def line_about(document: Document, decision: Decision, step: int, way: Way) -> Line:
    """A decision as a line, with the text around its span."""
    s, text = decision.suggestion, document.text
    left, right = text[max(0, s.start - CONTEXT) : s.start], text[s.end : s.end + CONTEXT]
    return Line(decision, step, way, left, right, version=document.digest[:16])


def _record(line: Line) -> dict[str, Any]:
    record = decision_record(line.decision)
    record |= {"decision": line.decision.verdict, "step": line.step, "way": line.way}
    record |= {"left": line.left, "right": line.right, "version": line.version}
    if line.addition is not None:
        record["glossary"] = line.addition._asdict()
    return record


def _line(record: Mapping[str, Any], place: str, next_step: int) -> Line:
    """A line of a journal, or of any decisions file: there each decision is a step."""
    decision = parse_decision(record, place)
    way = record.get("way", "do")
    if way not in WAYS:
        raise InputError(f"{place}: unknown way {way!r}", f"one of {', '.join(WAYS)}")
    try:
        step = int(record.get("step", next_step))
        added = Addition(**record["glossary"]) if "glossary" in record else None
    except (TypeError, ValueError) as error:
        raise InputError(f"{place}: not a line of a journal: {error}") from None
    left, right, version = (str(record.get(name, "")) for name in ("left", "right", "version"))
    return Line(decision, step, way, left, right, added, version)

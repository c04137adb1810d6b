"""Files in, files out: plain text, and JSONL with one document a line.

A `Source` is one input file; it holds one document or many, and knows how to put restored texts back, such
that everything that was not restored stays byte for byte what it was.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from restore.datamodels import Document
from restore.errors import InputError
from restore.formats.encodings import decode

STDIN = "-"
BACKUP_SUFFIX = ".orig"


@dataclass(frozen=True)
class ReadOptions:
    """How inputs are read."""

    encoding: str | None = None
    text_field: str = "text"
    id_field: str = "id"


class Source(Protocol):
    """An input file with its documents."""

    @property
    def path(self) -> str:
        """The name it was given under."""
        ...

    @property
    def documents(self) -> tuple[Document, ...]:
        """Its documents, each with an id of its own."""
        ...

    def rebuilt(self, restored: Mapping[str, str]) -> bytes:
        """The file's bytes with the text of each document (by id) replaced."""
        ...


@dataclass(frozen=True)
class TextSource:
    """A plain text file: one document."""

    path: str
    documents: tuple[Document, ...]

    def rebuilt(self, restored: Mapping[str, str]) -> bytes:
        """The file's bytes with its text replaced."""
        (document,) = self.documents
        text = restored.get(document.id, document.text)
        return _encoded(Document(text, self.path, document.encoding, document.bom))


@dataclass(frozen=True)
class JsonlSource:
    """A JSONL file: one document a line, whose other fields are kept."""

    path: str
    documents: tuple[Document, ...]
    file: Document
    lines: tuple[str, ...]
    text_field: str
    #: line number (from 0) of each document
    numbers: tuple[int, ...] = field(default=())

    def rebuilt(self, restored: Mapping[str, str]) -> bytes:
        """The file's bytes; lines whose text did not change are kept as they were."""
        lines = list(self.lines)
        for document, number in zip(self.documents, self.numbers, strict=True):
            text = restored.get(document.id, document.text)
            if text != document.text:
                line = lines[number]
                start, end = _value_span(line, self.text_field)
                lines[number] = line[:start] + json.dumps(text, ensure_ascii=line.isascii()) + line[end:]
        return _encoded(Document("".join(lines), self.path, self.file.encoding, self.file.bom))


def _encoded(document: Document) -> bytes:
    try:
        return document.encode()
    except UnicodeEncodeError as error:
        missing = document.text[error.start : error.end]
        raise InputError(f"{document.id}: {document.encoding} has no way to write {missing!r}") from error


def _value_span(line: str, key: str) -> tuple[int, int]:
    """Where the value of a key stands in a line that holds a JSON object (of repeated keys the last one counts)."""
    blank = re.compile(r"[\s,:]*")
    decoder = json.JSONDecoder()
    span = (0, 0)
    i = blank.match(line, line.index("{") + 1).end()  # type: ignore[union-attr]
    while line[i] != "}":
        name, i = decoder.raw_decode(line, i)
        start = blank.match(line, i).end()  # type: ignore[union-attr]
        _, end = decoder.raw_decode(line, start)
        if name == key:
            span = (start, end)
        i = blank.match(line, end).end()  # type: ignore[union-attr]
    return span


def read(path: str, options: ReadOptions = ReadOptions(), name: str = "") -> Source:
    """Read one input ("-" is standard input), under another name if there is one: a backup as what it is a copy of.

    Raises InputError, naming file and line, if it cannot be read.
    """
    data, name = _bytes(path), name or path
    document = decode(data, name, options.encoding)
    if Path(name).suffix.lower() in (".jsonl", ".ndjson"):
        return _read_jsonl(name, document, options)
    return TextSource(name, (document,))


def read_text(path: str, options: ReadOptions = ReadOptions()) -> str:
    """The text of a file ("-" is standard input). Raises InputError if it cannot be read."""
    return decode(_bytes(path), path, options.encoding).text


def _bytes(path: str) -> bytes:
    if path == STDIN:
        return sys.stdin.buffer.read()
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError(f"{path}: is a folder", f"name the files in it, for example {path.rstrip('/')}/*.txt")
        return file.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot read: {error.strerror}") from error


def _read_jsonl(path: str, document: Document, options: ReadOptions) -> JsonlSource:
    lines = tuple(io.StringIO(document.text, newline="\n"))  # cut at line feeds only, and keep them
    documents, numbers = [], []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        record = parse_record(line, path, number + 1)
        text = record.get(options.text_field)
        if not isinstance(text, str):
            fields = ", ".join(record) or "none"
            raise InputError(
                f"{path}:{number + 1}: no text in field '{options.text_field}' (fields: {fields})",
                "name the right one with --text-field",
            )
        given = record.get(options.id_field)
        name = f"{path}:{number + 1}" if given is None else str(given)
        if name in seen:
            raise InputError(f"{path}:{number + 1}: id '{name}' is already on line {seen[name]}")
        seen[name] = number + 1
        documents.append(Document(text, name))
        numbers.append(number)
    return JsonlSource(path, tuple(documents), document, lines, options.text_field, tuple(numbers))


def parse_record(line: str, path: str, number: int) -> dict[str, Any]:
    """One line of a JSONL file as an object, or an InputError with file and line."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{number}: not JSON: {error.msg} (column {error.colno})") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}:{number}: not JSON that can be read: {error}") from None
    if not isinstance(record, dict):
        raise InputError(f"{path}:{number}: not a JSON object")
    return record


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a crash, sees the old content or the new one, never a part.

    A link stays a link; what is no regular file is refused. Raises InputError if the file cannot be written.
    """
    try:
        path = path.resolve()
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: is not a regular file")
        _replace(path, data)
    except OSError as error:
        raise InputError(f"{path}: cannot write: {error.strerror}") from error


def back_up(path: Path) -> Path:
    """Copy a file to a name beside it that does not exist yet: article.txt.orig, article.txt.orig.1, ...

    Raises InputError if there cannot be a whole copy.
    """
    names = (f"{path}{BACKUP_SUFFIX}{f'.{i}' if i else ''}" for i in count())
    backup = next(Path(n) for n in names if not Path(n).exists())
    try:
        shutil.copy2(path, backup)
        with backup.open("rb") as file:
            os.fsync(file.fileno())
    except OSError as error:
        backup.unlink(missing_ok=True)  # a part of a copy is none
        raise InputError(f"{backup}: cannot write: {error.strerror}") from error
    return backup


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".restore-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(temporary, path.stat().st_mode & 0o7777)
        else:
            os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

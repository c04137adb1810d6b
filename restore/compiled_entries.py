"""The compiled form of a glossary file, as the cache holds it: entries as JSON, and an index of their phrases.

Most entries are never asked for, so that loading need not make them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from restore.cache import compiled
from restore.entries import Entry, parse_glossary, read_glossary
from restore.matching import joined


class StoredEntry(NamedTuple):
    """An entry as the cache holds it: its fields as JSON, and what depends on the call."""

    fields: str
    file: str
    rank: int

    def read(self) -> Entry:
        """The entry itself."""
        values: dict[str, Any] = json.loads(self.fields)
        lists = {name: tuple(v) for name, v in values.items() if isinstance(v, list)}
        return Entry(**values | lists | {"file": self.file, "rank": self.rank})


class Index(NamedTuple):
    """Where joined phrases and originals stand in a list of entries, and where the exceptions do."""

    phrases: dict[str, list[int]]
    originals: dict[str, list[int]]
    exceptions: list[int]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Index:
        """The index of some entries."""
        index = cls({}, {}, [])
        for i, entry in enumerate(entries):
            for phrase in dict.fromkeys(map(joined, entry.spun)):
                index.phrases.setdefault(phrase, []).append(i)
            for original in dict.fromkeys(map(joined, entry.original)):
                index.originals.setdefault(original, []).append(i)
            if entry.keeps:
                index.exceptions.append(i)
        return index

    def extend(self, other: Index, offset: int) -> None:
        """Take in the index of entries that follow from place `offset`."""
        for mine, theirs in ((self.phrases, other.phrases), (self.originals, other.originals)):
            for phrase, places in theirs.items():
                mine.setdefault(phrase, []).extend([offset + i for i in places])
        self.exceptions.extend(offset + i for i in other.exceptions)

    def linked(self) -> list[int]:
        """The entries with an original that is itself a phrase: only they can be part of a contradiction."""
        return sorted({i for o in self.originals.keys() & self.phrases.keys() for i in self.originals[o]})


def read_compiled(path: Path, file: str, rank: int) -> tuple[list[StoredEntry], Index]:
    """The entries of a glossary file, which go by the name `file`, and their index; from the cache if it has them."""
    text = read_glossary(path)

    def compile_entries() -> dict[str, Any]:
        entries = parse_glossary(text, file)
        return {"entries": list(map(_as_json, entries)), "index": Index.of(entries)}

    content = compiled(path, {path.name: text.encode()}, compile_entries)
    return [StoredEntry(fields, file, rank) for fields in content["entries"]], Index(*content["index"])


def _as_json(entry: Entry) -> str:
    """The fields that are set, but for those that depend on the call."""
    values = {f.name: getattr(entry, f.name) for f in fields(entry) if f.name not in ("file", "rank")}
    defaults = {f.name: f.default for f in fields(entry)}
    return json.dumps({name: v for name, v in values.items() if v != defaults[name]}, separators=(",", ":"))

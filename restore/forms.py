"""LemmInflect's tables in a form that is there at once: sorted text, searched by halves, kept in the user's cache.

Parsing its own files takes a third of a second, which an editor who opens a review would have to wait for. The
kept form is made by the review's worker, when nobody waits (`keep_forms`); where there is none, LemmInflect is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from restore.cache import cache_folder, code_digest, keep, read_kept

_FILE = "forms.json"


class Table:
    """Texts by key, as lines "key, tabulator, text" in the order of the keys."""

    def __init__(self, lines: str) -> None:
        self._lines = lines

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Table:
        """Neither keys nor texts may hold tabulators or line feeds."""
        return cls("".join(f"{key}\t{texts[key]}\n" for key in sorted(texts)))

    def __str__(self) -> str:
        return self._lines

    def get(self, key: str) -> str | None:
        """The text of a key."""
        lines, low, high = self._lines, 0, len(self._lines)
        while low < high:
            start = lines.rfind("\n", low, (low + high) // 2) + 1 or low
            tab, end = lines.index("\t", start), lines.index("\n", start)
            found = lines[start:tab]
            if found == key:
                return lines[tab + 1 : end]
            low, high = (end + 1, high) if found < key else (low, start)
        return None


class Forms(NamedTuple):
    """The readings of words ("lemma|POS|tag", separated by semicolons), and the inflections of "lemma tag"."""

    readings: Table
    inflections: Table


@lru_cache(maxsize=1)
def kept_forms() -> Forms | None:
    """The tables, if they are in the cache."""
    file = _place()
    found = read_kept(file, _key()) if file else None
    return None if found is None else Forms(Table(found["readings"]), Table(found["inflections"]))


def keep_forms() -> None:
    """Make the tables and put them into the cache, unless they are there."""
    file = _place()
    if file is None or kept_forms() is not None:
        return
    from restore.surface import known_inflections, known_readings

    keep(file, _key(), {"readings": str(Table.of(known_readings())), "inflections": str(Table.of(known_inflections()))})


def _place() -> Path | None:
    folder = cache_folder()
    return folder / _FILE if folder else None


def _key() -> str:
    """What the tables depend on: LemmInflect, and this program's reading of it."""
    return hashlib.sha256(code_digest() + metadata.version("lemminflect").encode()).hexdigest()

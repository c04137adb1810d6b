"""Whole tables of pairs made into glossary entries: what is fit for it, and why the rest is not."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from restore.entries import Entry
from restore.errors import InputError
from restore.formats.files import ReadOptions, read_text
from restore.lexicon import FUNCTION_WORDS
from restore.lint import lint
from restore.surface import lemmas, words_of


class Row(NamedTuple):
    """A pair as a table has it."""

    place: str
    spun: str
    original: str


class Remark(NamedTuple):
    """Why a row was left out, or what was done to it."""

    reason: str
    row: Row
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.row.place}: {self.reason}{detail}: '{self.row.spun}' -> '{self.row.original}'"


@dataclass
class Imported:
    """What came of a table."""

    entries: list[Entry] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    changed: list[Remark] = field(default_factory=list)

    def leave_out(self, reason: str, row: Row, detail: str = "") -> None:
        """Note a row that does not become an entry."""
        self.left_out.append(Remark(reason, row, detail))


def import_pairs(
    rows: Iterable[Row], loaded: Sequence[Entry], is_common: Callable[[str], bool], subject: str = "imported"
) -> Imported:
    """Glossary entries of the pairs that are fit for it, grouped by original.

    `loaded` are the entries that they will stand beside; `is_common` says whether honest prose is full of a word.
    """
    result = Imported()
    known = _by_phrase(loaded)
    originals: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        plain = row._replace(spun=_without_brackets(row.spun), original=_without_brackets(row.original))
        if plain != row:
            result.changed.append(Remark("explanation in brackets removed", row))
        reason, detail = _unfit(plain, is_common), ""
        if not reason:
            reason, detail = _clash(plain, known)
        same_phrase = [] if reason else originals[words_of(plain.spun)]
        if any(words_of(o.original) == words_of(plain.original) for o in same_phrase):
            reason = "repeated"
        if reason:
            result.leave_out(reason, row, detail)
        else:
            same_phrase.append(plain)
    result.entries = _grouped(_sound([rs for rs in originals.values() if rs], result), subject)
    return result


#: words in brackets; brackets within a word ("tumo(u)r") are none of these
_BRACKETS = re.compile(r"(?<!\S)(?:\([^()]*\)|\[[^\[\]]*\])(?![\w(\[])")


def _without_brackets(text: str) -> str:
    return " ".join(_BRACKETS.sub("", text).split())


def _unfit(row: Row, is_common: Callable[[str], bool]) -> str:
    """Why a pair makes no glossary entry, whatever else is known; "" if it does."""
    words = words_of(row.spun)
    letters = [w for w in words if any(c.isalnum() for c in w)]
    if not row.spun or not row.original:
        return "empty"
    if not letters or not any(c.isalnum() for c in row.original):
        return "no word"
    if [w for w in words if w != "-"] == [w for w in words_of(row.original) if w != "-"]:
        return "the same on both sides"
    if any(re.search(r'["*\\{}<>()\[\]|=]|/ | or ', text) for text in (row.spun, row.original)):
        return "no plain phrase (marks, or alternatives in one cell)"
    if len(letters) == 1 and is_common(letters[0]):
        return "one common word: would fire everywhere"
    return "grammar words only: would fire everywhere" if set(letters) <= FUNCTION_WORDS else ""


def _by_phrase(entries: Sequence[Entry]) -> dict[tuple[str, ...], list[Entry]]:
    found: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for e in entries:
        for phrase in e.spun:
            found[words_of(phrase)].append(e)
    return found


def _clash(row: Row, known: Mapping[tuple[str, ...], Sequence[Entry]]) -> tuple[str, str]:
    """What the loaded entries have against a pair, and which; empty if nothing."""
    own = known.get(words_of(row.spun), ())
    if any(words_of(row.original) == words_of(o) for e in own for o in e.original):
        return "already in a loaded glossary", own[0].place
    if own:
        has = "is kept" if own[0].keeps else f"'{own[0].original[0]}'"
        return "conflicts with a loaded entry", f"{own[0].place}: {has}"
    respun = [e for e in known.get(words_of(row.original), ()) if not e.keeps]
    return ("original is a spun phrase in a loaded glossary", respun[0].place) if respun else ("", "")


def _sound(groups: list[list[Row]], result: Imported) -> list[list[Row]]:
    """The phrases in which lint finds no error, when they stand together."""
    while True:
        entries = [_entry(group, file=str(i)) for i, group in enumerate(groups)]
        bad = {int(p.place.partition(":")[0]): p.message for p in lint(entries) if p.severity == "error"}
        if not bad:
            return groups
        for i, message in bad.items():
            for row in groups[i]:
                result.leave_out("lint finds an error", row, _pointing(message, groups))
        groups = [g for i, g in enumerate(groups) if i not in bad]


def _pointing(message: str, groups: Sequence[Sequence[Row]]) -> str:
    """A message of lint with the rows' own places: in `_sound` a group's number is its file, and its line 0."""
    return re.sub(r"(?<!\S)(\d+):0$", lambda m: groups[int(m.group(1))][0].place, message)


def _entry(group: Sequence[Row], file: str = "") -> Entry:
    return Entry((group[0].spun,), tuple(r.original for r in group), file=file)


def _grouped(groups: Iterable[Sequence[Row]], subject: str) -> list[Entry]:
    phrases: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for group in groups:
        phrases[tuple(r.original for r in group)].append(group[0].spun)
    return [Entry(tuple(spun), original, subject=subject) for original, spun in phrases.items()]


def common_words() -> Callable[[str], bool]:
    """Tells words that clean prose holds, in any form, at least once in two million words or so."""
    from restore.collocations import Collocations

    prose = Collocations.load()
    return lambda word: any(prose.frequency(form) > _RARE for form in lemmas(word))


#: natural logarithm of a word's share of clean prose
_RARE = -14.5

_SPUN_NAMES = ("spun", "tortured", "before")
_ORIGINAL_NAMES = ("original", "established", "after", "expected")
_KNOWN_NAMES = f"known are {', '.join(_SPUN_NAMES)} for the spun phrase, {', '.join(_ORIGINAL_NAMES)} for the original"


def read_pairs(path: str, encoding: str | None = None) -> list[Row]:
    """The pairs of a CSV, TSV or JSON file. Raises InputError if it holds no two columns of that kind.

    Columns are known by name ("Tortured phrase" as well as "tortured"); a table without these names has the
    spun phrase first. JSON is a list of objects with such fields, or of pairs.
    """
    text = read_text(path, ReadOptions(encoding))
    if text.lstrip()[:1] in ("[", "{"):
        return list(_json_rows(text, path))
    return list(_table_rows(text, path))


def _json_rows(text: str, path: str) -> Iterator[Row]:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON: {error}") from None
    if not isinstance(items, list):
        raise InputError(f"{path}: expected a JSON list", "a list of objects with 'tortured' and 'established'")
    for number, item in enumerate(items, 1):
        place = f"{path}: item {number}"
        if isinstance(item, dict):
            columns = _named(list(item), place)
            if columns is None:
                fields = ", ".join(item)
                raise InputError(f"{place}: no spun phrase and original among its fields: {fields}", _KNOWN_NAMES)
            item = list(item.values())
        elif isinstance(item, list) and len(item) >= 2:
            columns = (0, 1)
        else:
            raise InputError(f"{place}: neither an object nor a pair")
        for spun in _texts(item[columns[0]]):
            yield from (Row(place, spun, original) for original in _texts(item[columns[1]]))


def _texts(value: object) -> list[str]:
    """A cell's texts: one, or a list of them; nothing counts as empty."""
    values = value if isinstance(value, list) and value else [value]
    return ["" if v is None else str(v).strip() for v in values]


def _table_rows(text: str, path: str) -> Iterator[Row]:
    columns: tuple[int, int] | None = None
    for place, cells in _table(text, path):
        if not any(c.strip() for c in cells):
            continue
        if columns is None:
            columns = _named(cells, place)
            if columns is not None:
                continue
            columns = (0, 1)
        spun, original = ((cells[i].strip() if i < len(cells) else "") for i in columns)
        if "\n" in spun or "\n" in original:  # a quote that a later one happens to close
            raise InputError(f"{place}: a phrase goes on in the next line", _CLOSE_IT)
        yield Row(place, spun, original)


_CLOSE_IT = "close the quotation mark that opens here, or double it if it belongs to the text"


def _table(text: str, path: str) -> Iterator[tuple[str, list[str]]]:
    """The rows of a table, each with the place of its first line."""
    separator = _separator(text, path)
    # tab-separated exports leave quotes as they are, and one of them would swallow lines
    quotes: dict[str, Any] = {"quoting": csv.QUOTE_NONE} if separator == "\t" else {"strict": True}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, **quotes)
    while True:
        place = f"{path}:{reader.line_num + 1}"
        try:
            yield place, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"{place}: not a row of a table: {error}", _CLOSE_IT) from None


def _named(cells: Sequence[str], place: str) -> tuple[int, int] | None:
    """The columns of spun phrase and original; None if no cell names either. Raises InputError if one is missing."""
    names = [re.sub(r"[\W_]+", " ", str(c)).strip().lower().partition(" ")[0] for c in cells]
    spun = next((i for i, n in enumerate(names) if n in _SPUN_NAMES), None)
    original = next((i for i, n in enumerate(names) if n in _ORIGINAL_NAMES), None)
    if spun is not None and original is not None:
        return spun, original
    if spun is None and original is None:
        return None
    missing = "spun phrase" if spun is None else "original"
    raise InputError(f"{place}: no column for the {missing} among {', '.join(map(str, cells))}", _KNOWN_NAMES)


def _separator(text: str, path: str) -> str:
    """The mark that cuts most of the first lines in two or more. Raises InputError if none cuts any."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    best = max("\t;,|", key=lambda mark: sum(mark in line for line in lines))
    if lines and not any(best in line for line in lines):
        raise InputError(f"{path}: no two columns: neither tabs, semicolons, commas nor bars", "one pair a line")
    return best

"""Decisions that people made, and the texts that they were made about."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from restore.datamodels import Decision, Document, Sentence, Suggestion, suggestion_id
from restore.decisions import is_note, parse_decision
from restore.errors import InputError
from restore.formats.files import ReadOptions, parse_record, read, read_text
from restore.segmentation import segment
from restore.wording import counted


def read_all(paths: Sequence[str]) -> tuple[list[Decision], list[str]]:
    """The decisions of some files, of several about one suggestion the last; and what could not be read, one
    message a line or file."""
    latest: dict[tuple[str, str], Decision] = {}
    damaged = []
    for path in paths:
        try:
            lines = read_text(path).split("\n")
        except InputError as error:
            damaged.append(str(error))
            continue
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    record = parse_record(line, path, number)
                    if is_note(record):
                        continue
                    decision = parse_decision(record, f"{path}:{number}")
                    latest[decision.suggestion.doc, decision.suggestion.id] = decision
                except InputError as error:
                    damaged.append(str(error))
    return list(latest.values()), damaged


class Setting(NamedTuple):
    """Where a suggestion stands: tokens [first, last) of a sentence, the sentence's text, and the words that the
    document shows to be names."""

    sentence: Sentence
    first: int
    last: int
    text: str
    names: frozenset[str]


class Texts:
    """The documents that decisions were made about: those named, and files that suggestions name themselves.

    A suggestion's id tells its document whatever that is called now, and a changed document from the one decided about.
    """

    def __init__(self, paths: Sequence[str] = (), options: ReadOptions = ReadOptions()) -> None:
        """Raises InputError if a named document cannot be read."""
        self._options = options
        self._named = [d for path in paths for d in read(path, options).documents]
        self._by_name: dict[str, Document | None] = {d.id: d for d in self._named}
        self._segmented: dict[str, tuple[tuple[Sentence, ...], frozenset[str]]] = {}
        self._missed: Counter[str] = Counter()
        self._unreadable: dict[str, str] = {}

    def setting(self, s: Suggestion) -> Setting | None:
        """Where a suggestion stands; None (see `missing`) if no document at hand is the one decided about."""
        document = self._document(s)
        if document is None:
            self._missed[s.doc] += 1
            return None
        sentences, names = self._sentences(document)
        sentence = sentences[max(0, bisect_right(sentences, s.start, key=lambda x: x.start) - 1)]
        inside = [i for i, t in enumerate(sentence.tokens) if s.start <= t.start and t.end <= s.end]
        if not inside:
            return None
        return Setting(sentence, inside[0], inside[-1] + 1, document.text[sentence.start : sentence.end], names)

    def missing(self) -> Iterator[str]:
        """A message for each document that was asked for and is not at hand as it was."""
        for name, number in self._missed.items():
            yield f"{name}: {self._why_missing(name)}; {counted(number, 'decision')} about it without context"

    def _why_missing(self, name: str) -> str:
        if name in self._unreadable:
            return f"cannot be read ({self._unreadable[name]})"
        alike = self._by_name.get(name) or any(Path(d.id).name == Path(name).name for d in self._named)
        return "has changed since" if alike else "not at hand (name it with --text, as it was then)"

    def _document(self, s: Suggestion) -> Document | None:
        """The document decided about: the one of that name, or any named one that has moved."""
        if s.doc not in self._by_name:
            self._by_name[s.doc] = self._from_disk(s.doc)
        own = self._by_name[s.doc]
        document = next((d for d in ((own,) if own else ()) if _is_about(s, d)), None)
        document = document or next((d for d in self._named if _is_about(s, d)), None)
        if document is not None:
            self._by_name[s.doc] = document  # the next decision about it need not search
        return document

    def _from_disk(self, name: str) -> Document | None:
        if not Path(name).is_file():
            return None
        try:
            return next((d for d in read(name, self._options).documents if d.id == name), None)
        except InputError as error:
            self._unreadable[name] = error.message
            return None

    def _sentences(self, document: Document) -> tuple[tuple[Sentence, ...], frozenset[str]]:
        if document.digest not in self._segmented:
            sentences = segment(document)
            names = frozenset(t.text for s in sentences for t in s.tokens if t.protection == "name")
            self._segmented[document.digest] = sentences, names
        return self._segmented[document.digest]


def _is_about(s: Suggestion, document: Document) -> bool:
    if document.text[s.start : s.end] != s.before:  # most are told apart without a hash
        return False
    return suggestion_id(document, s.start, s.end, s.before) == s.id

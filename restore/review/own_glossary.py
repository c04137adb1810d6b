"""The editor's own glossary: what a review adds to it, and takes out again when that is undone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from restore.base_pairs import BasePair, base_pair
from restore.datamodels import Document, Suggestion
from restore.entries import Entry, parse_glossary
from restore.glossary_writing import append_entry, as_yaml, has_entry, remove_entry
from restore.lint import silent_examples
from restore.review.journal import Addition
from restore.segmentation import segment

SUBJECT, EXCEPTIONS = "own", "kept"


@contextlib.contextmanager
def changed_glossary(addition: Addition | None, away: bool) -> Iterator[None]:
    """A glossary with an entry more (`away`: less, if it is still there) from here on, unless what is done inside
    fails.

    Raises GlossaryError if the file does not allow it.
    """
    if addition is None or (away and not stands(addition)):
        yield
        return
    _change(addition, away)
    try:
        yield
    except BaseException:
        _change(addition, not away)
        raise


def stands(addition: Addition) -> bool:
    """Whether what would be added is there already."""
    return has_entry(Path(addition.file), _entry(addition))


def _change(addition: Addition, away: bool) -> None:
    (remove_entry if away else append_entry)(Path(addition.file), _entry(addition))


def _entry(addition: Addition) -> Entry:
    (entry,) = parse_glossary(addition.entry, addition.file)
    return entry


def exception_for(s: Suggestion, file: Path) -> Addition:
    """The exception that has a phrase stand as written wherever it is."""
    phrase = base_pair(s.before, s.before).phrase
    return _addition(Entry((phrase,), (), subject=EXCEPTIONS), file)


def entry_for(document: Document, s: Suggestion, pair: BasePair, file: Path) -> Addition:
    """An entry for a replacement, with the sentence that it was made in as its example."""
    pos = pair.pos if len(pair.phrase.split()) < 4 else ""
    entry = Entry((pair.phrase,), (pair.original,), pos=pos, subject=SUBJECT)
    shown = replace(entry, example=_sentence(document, s))
    return _addition(entry if any(silent_examples([shown])) else shown, file)


def pair_for(s: Suggestion, text: str) -> BasePair:
    """The dictionary form of a replacement, for the editor to confirm."""
    return base_pair(s.before, text)


def _addition(entry: Entry, file: Path) -> Addition:
    # in full: it is taken out again from whatever folder the review goes on in
    return Addition(str(file.absolute()), f"{entry.subject}:\n{as_yaml(entry)}")


def _sentence(document: Document, s: Suggestion) -> str:
    around = (x for x in segment(document) if x.start <= s.start and s.end <= x.end)
    return next((" ".join(document.text[x.start : x.end].split()) for x in around), "")

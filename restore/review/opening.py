"""Opening a review: the article, its lock, its journal, its session and the feed of suggestions."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from restore.datamodels import Document
from restore.errors import InputError
from restore.folders import user_folder
from restore.formats.files import ReadOptions, Source, read
from restore.resources import Settings
from restore.review.feed import Feed
from restore.review.journal import Journal
from restore.review.locking import ArticleLock
from restore.review.outcome import Writer, reviewed_original
from restore.review.session import Session
from restore.wording import counted

JOURNAL_SUFFIX = ".journal.jsonl"


@dataclass(frozen=True)
class Wanted:
    """What a caller may choose about a review."""

    output: Path | None = None
    in_place: bool = False
    #: None for a file beside the article
    journal: Path | None = None
    #: which document of a JSONL file
    document: str | None = None
    #: what comes first: one of `restore.review.view.ORDERS`
    order: str = "text"
    #: the glossary that exceptions and entries are added to; None for nowhere
    glossary: Path | None = None


class Review:
    """An article under review; `close` when done."""

    def __init__(
        self, article: str, settings: Settings = Settings(), reading: ReadOptions = ReadOptions(),
        wanted: Wanted = Wanted(),
    ) -> None:  # fmt: skip
        """Raises InputError, JournalError, GlossaryError, and UsageError if the article is open elsewhere."""
        self.article = Path(article)
        self.glossary = wanted.glossary
        read(article, reading)  # what cannot be read is not locked
        self._lock = ArticleLock(self.article)
        try:
            self._open(settings, reading, wanted)
        except BaseException:
            self._lock.release()
            raise

    def _open(self, settings: Settings, reading: ReadOptions, wanted: Wanted) -> None:
        self.journal = Journal(wanted.journal or journal_place(self.article))
        original = reviewed_original(self.article, self.journal)
        source = read(str(original or self.article), reading, str(self.article))
        self.document = _document(source, wanted.document)
        siblings = {d.id for d in source.documents} - {self.document.id}
        self.session = Session(self.document, self.journal, siblings=siblings, order=wanted.order)
        in_place = wanted.in_place or (original is not None and wanted.output is None)
        self.writer = Writer(self.article, source, self.session, wanted.output, in_place)
        self.feed = Feed(self.document, settings)
        self.session.take_in(self.feed.first())

    def notices(self) -> list[str]:
        """What the editor should know of an earlier review, and was not told yet: what could not be taken over."""
        found = list(self.journal.damaged)
        for d in self.session.lost:
            text = f" -> '{d.text}'" if d.verdict in ("accept", "edit") else ""
            found.append(f"not found in the article as it is now: {d.verdict} '{d.suggestion.before}'{text}")
        return [message for message in found if message not in self.journal.told]

    def close(self) -> None:
        """Let go of everything. Nothing is left to save."""
        self.feed.close()
        self.journal.close()
        self._lock.release()


def _document(source: Source, wanted: str | None) -> Document:
    """The document that is meant. Raises InputError if that is not clear."""
    found = [d for d in source.documents if wanted is None or d.id == wanted]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(d.id for d in source.documents[:5]) + (", ..." if len(source.documents) > 5 else "")
    if wanted is not None:
        raise InputError(f"{source.path}: no document '{wanted}'", f"it holds {ids or 'none'}")
    raise InputError(
        f"{source.path}: holds {counted(len(found), 'document')}; one is reviewed at a time", f"--doc: {ids}"
    )


def journal_place(article: Path) -> Path:
    """Beside the article; where that cannot be written to, in the user's state folder (XDG)."""
    beside = article.with_name(article.name + JOURNAL_SUFFIX)
    if beside.exists():
        return beside
    name = hashlib.sha256(os.fsencode(article.resolve())).hexdigest()[:12]
    state = user_folder("XDG_STATE_HOME", ".local/state") or Path(tempfile.gettempdir(), "restore")
    elsewhere = state / f"{article.name}-{name}{JOURNAL_SUFFIX}"
    return beside if os.access(beside.parent, os.W_OK) and not elsewhere.exists() else elsewhere

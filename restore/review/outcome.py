"""What a review leaves behind: the restored article, the decisions that `restore apply` replays, a summary."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from restore.datamodels import Restoration
from restore.decisions import write_decisions
from restore.errors import InputError
from restore.formats.files import BACKUP_SUFFIX, Source, back_up, write_atomically
from restore.pipeline import apply_decisions
from restore.review.journal import Journal, Written
from restore.review.session import Session, Tally
from restore.wording import counted

DECISIONS_SUFFIX = ".decisions.jsonl"


@dataclass(frozen=True)
class Outcome:
    """What was written where."""

    article: Path
    decisions: Path
    #: a copy of what the article's file held before; None if nothing was replaced
    backup: Path | None
    tally: Tally
    edits: int

    def lines(self) -> list[str]:
        """For a person."""
        found = [f"restored article: {self.article} ({counted(self.edits, 'edit')})", f"decisions: {self.decisions}"]
        if self.backup:
            found.append(f"article as it was: {self.backup}")
        return [*found, str(self.tally)]


class Writer:
    """Writes the outcome of a review, as often as wanted."""

    def __init__(self, article: Path, source: Source, session: Session, target: Path | None, in_place: bool) -> None:
        """`source` is the article, or the copy of what it held before this review replaced it; `target` the file for
        the restored article: None with `in_place` for the article itself, else for `article.restored.txt`."""
        self._article, self._source, self._session = article, source, session
        self._chosen = article if in_place else target
        self.target = self._chosen or restored_name(article)

    @property
    def _journal(self) -> Journal:
        return self._session.journal

    def write(self, target: Path | None = None) -> Outcome:
        """Write the restored article, to another file if one is named, and the decisions beside it.

        Raises InputError if that cannot be done, or would destroy something: a file that nobody chose and that this
        review has not written, or an article that has changed since it was opened.
        """
        target = Path(os.path.expanduser(target)) if target else self.target
        restorations, data = self._outcome()
        decided = write_decisions(d for r in restorations for d in r.decisions)
        decisions = target.parent / (target.name + DECISIONS_SUFFIX)
        if self._journal.path.resolve() in (target.resolve(), decisions.resolve()):
            raise InputError(f"{self._journal.path}: is the journal of this review", "choose another file")
        try:
            self._make_room(decisions, False)
            backup = self._make_room(target, target == self._chosen)
        except OSError as error:  # a folder, a name that is too long
            raise InputError(f"{target}: cannot write: {error.strerror}") from error
        # noted first: a note of what was not written says nothing, what is written without a note looks foreign
        self._journal.note(Written(str(decisions.resolve()), _digest(decided)))
        self._journal.note(Written(str(target.resolve()), _digest(data), str(backup or "")))
        write_atomically(decisions, decided)
        write_atomically(target, data)
        self.target = target
        return Outcome(target, decisions, backup, self._session.tally(), sum(len(r.edits) for r in restorations))

    def is_written(self) -> bool:
        """Whether the article as it is decided about now was written, or nothing in it would change."""
        now = _digest(self._outcome()[1])
        places = [Path(w.path) for w in self._journal.written if w.sha256 == now]
        return now == _digest(self._source.rebuilt({})) or any(_holds(p, now) for p in places)

    def _outcome(self) -> tuple[list[Restoration], bytes]:
        """The restored documents, and the file that they make."""
        restorations = list(self._restorations())
        return restorations, self._source.rebuilt({r.document.id: r.text for r in restorations})

    def _restorations(self) -> Iterator[Restoration]:
        """The document under review, and what was decided before about others in the same file."""
        own = self._session.document.id
        ids = {d.id for d in self._source.documents}
        decided = {line.decision.suggestion.doc for line in self._journal.lines}
        for d in self._source.documents:
            if d.id == own:
                yield apply_decisions(d, self._session.decisions())
            elif d.id in decided:
                yield apply_decisions(d, Session(d, self._journal, siblings=ids - {d.id}).decisions())

    def _make_room(self, target: Path, may_replace: bool) -> Path | None:
        """Refuse what must not be overwritten; copy what is about to be, if it is the article."""
        if not target.exists():
            return None
        found = _digest(target.read_bytes())
        if target.resolve() == self._article.resolve():
            return self._save_article(found)
        ours = any(Path(w.path).name == target.name and w.sha256 == found for w in self._journal.written)
        if not ours and not may_replace:
            raise InputError(f"{target}: exists, and this review has not written it", "choose another file")
        return None

    def _save_article(self, found: str) -> Path:
        """The copy of what the article's file held before this review wrote to it, made if there is none yet."""
        original = reviewed_original(self._article, self._journal)
        if original is not None:
            return original
        if found != _digest(self._source.rebuilt({})):
            raise InputError(f"{self._article}: has changed since it was opened", "write to another file, and compare")
        earlier = [*(w.original for w in self._journal.written if w.original), f"{self._article}{BACKUP_SUFFIX}"]
        copies = (p for p in map(Path, earlier) if p.is_file() and _digest(p.read_bytes()) == found)
        return next(copies, None) or back_up(self._article)


def restored_name(article: Path) -> Path:
    """Where the restored article goes if nobody says: article.restored.txt."""
    return article.with_name(f"{article.stem}.restored{article.suffix}")


def reviewed_original(article: Path, journal: Journal) -> Path | None:
    """The copy of the text that was reviewed, if the article holds what the review has put in its place."""
    found = _digest(article.read_bytes())
    kept = [Path(w.original) for w in reversed(journal.written) if w.original and w.sha256 == found]
    places = (place for p in kept for place in (p, article.with_name(p.name)))  # the folder may have been moved
    return next((p for p in places if p.is_file()), None)


def _holds(path: Path, digest: str) -> bool:
    try:
        return _digest(path.read_bytes()) == digest
    except OSError:
        return False


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

"""Restore many files: each by itself, so that one that fails stops nothing and is reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from restore.datamodels import Decision
from restore.decisions import read_decisions, write_decisions
from restore.errors import EditError, InputError, UsageError
from restore.formats.files import STDIN, ReadOptions, back_up, read, write_atomically
from restore.pipeline import Progress, restore_with
from restore.resources import Resources
from restore.wording import counted

REVIEW_FILE = "review.jsonl"


@dataclass(frozen=True)
class Target:
    """Where restored files go."""

    kind: Literal["folder", "in place", "stdout", "nowhere"]
    path: Path = Path()

    @classmethod
    def folder(cls, path: Path, inputs: Sequence[str]) -> Target:
        """A folder. Raises UsageError if two inputs would land on one file, or an output on an input."""
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path}: is a file", "-o names a folder")
        own = {Path(p).resolve() for p in inputs if p != STDIN}
        taken: dict[Path, str] = {}
        for name in inputs:
            out = cls("folder", path).file(name).resolve()
            if out in own:
                raise UsageError(f"{out.name}: the output would overwrite the input", "use --in-place")
            if out in taken or out == (path / REVIEW_FILE).resolve():
                other = taken.get(out, "the review file")
                raise UsageError(f"{name} and {other} would both be written to {out}", "restore them one by one")
            taken[out] = name
        return cls("folder", path)

    def file(self, name: str) -> Path:
        """The output file of an input, for a folder."""
        return self.path / ("stdin.txt" if name == STDIN else Path(name).name)

    def write(self, name: str, data: bytes) -> None:
        """Put one restored file where it belongs."""
        if self.kind == "folder":
            write_atomically(self.file(name), data)
        elif self.kind == "in place" and Path(name).read_bytes() != data:
            back_up(Path(name))
            write_atomically(Path(name), data)

    def check_review(self) -> None:
        """Raise UsageError if the review file of an earlier run holds decisions that a person made."""
        review = self.path / REVIEW_FILE
        if self.kind == "folder" and review.is_file():
            for d in read_decisions(str(review)):
                if d.verdict != "undecided" and not d.suggestion.auto:
                    raise UsageError(
                        f"{review}: holds decisions that somebody made", "move it, or choose another folder"
                    )

    def write_review(self, decisions: Iterable[Decision]) -> None:
        """Write what was decided and what is left for a person: beside the outputs of a folder only."""
        if self.kind == "folder":
            write_atomically(self.path / REVIEW_FILE, write_decisions(decisions))


@dataclass(frozen=True)
class Outcome:
    """What became of one input."""

    name: str
    documents: int = 0
    applied: int = 0
    left: int = 0
    error: str = ""
    data: bytes = b""

    def __str__(self) -> str:
        if self.error:
            return f"restore: {self.error}"
        documents = f"{self.documents} documents, " if self.documents > 1 else ""
        return f"{self.name}: {documents}{self.applied} restored, {self.left} left for review"

    @staticmethod
    def total(outcomes: Sequence[Outcome]) -> str:
        """One line for all."""
        failed = sum(bool(o.error) for o in outcomes)
        applied, left = sum(o.applied for o in outcomes), sum(o.left for o in outcomes)
        return f"{counted(len(outcomes) - failed, 'file')}: {applied} restored, {left} left for review; {failed} failed"


def restore_files(
    paths: Sequence[str],
    target: Target,
    reading: ReadOptions,
    resources: Resources,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Restore each input and write it; the review file is written at the end, if any input could be read."""
    target.check_review()
    decisions: list[Decision] = []
    some_done = False
    for path in paths:
        try:
            outcome, own = _restore_file(path, target, reading, resources, progress)
        except (InputError, EditError, OSError) as error:
            yield Outcome(path, error=str(error))
            continue
        some_done = True
        decisions += own
        yield outcome
    if some_done:
        target.write_review(decisions)


def _restore_file(
    path: str, target: Target, reading: ReadOptions, resources: Resources, progress: Progress | None
) -> tuple[Outcome, list[Decision]]:
    source = read(path, reading)
    restored: dict[str, str] = {}
    decisions: list[Decision] = []
    for document in source.documents:
        restoration = restore_with(document, resources, progress)
        restored[document.id] = restoration.text
        decisions += restoration.decisions
    data = source.rebuilt(restored)
    target.write(path, data)
    kept = data if target.kind == "stdout" else b""
    left = sum(d.verdict == "undecided" for d in decisions)
    return Outcome(path, len(source.documents), len(decisions) - left, left, data=kept), decisions

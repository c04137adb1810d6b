"""Decisions files: what was suggested, and what a person made of it. JSONL, one suggestion a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from restore.datamodels import Alternative, Decision, Suggestion, Verdict
from restore.errors import EditError, InputError
from restore.formats.files import Source, parse_record, read_text
from restore.pipeline import apply_decisions

VERDICTS: tuple[Verdict, ...] = ("accept", "reject", "edit", "undecided")


def read_decisions(path: str) -> list[Decision]:
    """The decisions of a file. Raises InputError with file and line for anything malformed."""
    found = []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            found.append(_decision(parse_record(line, path, number), f"{path}:{number}"))
    return found


def _decision(record: Mapping[str, Any], place: str) -> Decision:
    try:
        suggestion = Suggestion(
            doc=str(record["doc"]),
            id=str(record["id"]),
            start=int(record["start"]),
            end=int(record["end"]),
            before=str(record["before"]),
            confidence=float(record["confidence"]),
            auto=bool(record.get("auto", False)),
            candidates=tuple(
                Alternative(str(c["text"]), float(c.get("score", 0)), str(c.get("source", "")))
                for c in record["candidates"]
            ),
        )
        text = suggestion.after
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(f"{place}: not a suggestion: {error!r}", "see `restore suggest --format jsonl`") from None
    verdict = record.get("decision", "undecided")
    if verdict not in VERDICTS:
        raise InputError(f"{place}: unknown decision {verdict!r}", f"one of {', '.join(VERDICTS)}")
    if verdict == "edit":
        if not isinstance(record.get("replacement"), str):
            raise InputError(f"{place}: decision 'edit' needs the text in 'replacement'")
        text = record["replacement"]
    return Decision(suggestion, verdict, text)


def apply_to_source(
    source: Source, decisions: Sequence[Decision], min_confidence: float | None = None
) -> tuple[bytes, int, int]:
    """The source's bytes with its decisions applied, how many were, and how many were not.

    Raises EditError if decisions speak of a document that the source does not hold, or of other text.
    """
    by_document: dict[str, list[Decision]] = defaultdict(list)
    only = source.documents[0].id if len(source.documents) == 1 else None
    for d in decisions:  # a single document may have been moved or renamed since
        by_document[only or d.suggestion.doc].append(_settled(d, min_confidence))
    unknown = sorted(set(by_document) - {d.id for d in source.documents})
    if unknown:
        raise EditError(f"{source.path}: has no document '{unknown[0]}'", "the decisions belong to another file")
    restored, applied = {}, 0
    for document in source.documents:
        restoration = apply_decisions(document, by_document[document.id])
        restored[document.id] = restoration.text
        applied += len(restoration.edits)
    return source.rebuilt(restored), applied, len(decisions) - applied


def _settled(d: Decision, min_confidence: float | None) -> Decision:
    sure = min_confidence is not None and d.suggestion.confidence >= min_confidence
    return Decision(d.suggestion, "accept", d.text) if d.verdict == "undecided" and sure else d

"""Decisions files: what was suggested, and what a person made of it. JSONL, one suggestion a line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from restore.datamodels import Alternative, Decision, Document, Suggestion, Verdict, suggestion_id
from restore.errors import EditError, InputError
from restore.formats.files import Source, parse_record, read_text
from restore.pipeline import apply_decisions

VERDICTS: tuple[Verdict, ...] = ("accept", "reject", "edit", "undecided")


def read_decisions(path: str) -> list[Decision]:
    """The decisions of a file. Raises InputError with file and line for anything malformed."""
    found = []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            found.append(parse_decision(parse_record(line, path, number), f"{path}:{number}"))
    return found


def parse_decision(record: Mapping[str, Any], place: str) -> Decision:
    """The decision of one record. Raises InputError, naming the place, if it is malformed."""
    try:
        suggestion = Suggestion(
            doc=str(record["doc"]),
            id=str(record["id"]),
            start=int(record["start"]),
            end=int(record["end"]),
            before=str(record["before"]),
            confidence=float(record["confidence"]),
            auto=bool(record.get("auto", False)),
            quoted=bool(record.get("quoted", False)),
            candidates=tuple(
                Alternative(str(c["text"]), float(c.get("score", 0)), str(c.get("source", "")))
                for c in record["candidates"]
            ),
        )
        text = suggestion.after
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise InputError(f"{place}: not a suggestion: {error!r}", "see `restore suggest --format jsonl`") from None
    verdict = record.get("decision", "undecided")
    if verdict not in VERDICTS:
        raise InputError(f"{place}: unknown decision {verdict!r}", f"one of {', '.join(VERDICTS)}")
    if verdict == "edit":
        if not isinstance(record.get("replacement"), str):
            raise InputError(f"{place}: decision 'edit' needs the text in 'replacement'")
        text = record["replacement"]
    return Decision(suggestion, verdict, text)


def write_decisions(decisions: Iterable[Decision]) -> bytes:
    """Decisions as a file that `read_decisions` reads; the undecided ones carry no verdict."""
    lines = []
    for d in decisions:
        record = d.suggestion.as_dict()
        if d.verdict != "undecided":
            record["decision"] = d.verdict
        if d.verdict == "edit":
            record["replacement"] = d.text
        lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    return "".join(lines).encode("utf-8", "backslashreplace")


def apply_to_source(
    source: Source, decisions: Sequence[Decision], min_confidence: float | None = None
) -> tuple[bytes, int, int]:
    """The source's bytes with its decisions applied, how many were, and how many were not.

    Decisions about other documents are passed over. Raises EditError if none is about this source, or if one was
    made for another version of its text.
    """
    by_document: dict[str, list[Decision]] = defaultdict(list)
    for d in decisions:
        by_document[d.suggestion.doc].append(_settled(d, min_confidence))
    if len(source.documents) == 1 and len(by_document) == 1:  # a single document may have been moved or renamed
        by_document = {source.documents[0].id: next(iter(by_document.values()))}
    if decisions and not any(by_document.get(d.id) for d in source.documents):
        raise EditError(f"{source.path}: no decision is about it", f"they are about {next(iter(by_document))}")
    restored, applied = {}, 0
    for document in source.documents:
        own = by_document.get(document.id, [])
        for d in own:
            _check_version(document, d.suggestion, source.path)
        restoration = apply_decisions(document, own)
        restored[document.id] = restoration.text
        applied += len(restoration.edits)
    return source.rebuilt(restored), applied, len(decisions) - applied


def _check_version(document: Document, s: Suggestion, path: str) -> None:
    if s.id != suggestion_id(document, s.start, s.end, s.before):
        raise EditError(
            f"{path}: the decision about {s.before!r} at {s.start} was made for another text",
            "the source was changed since; make the suggestions again",
        )


def _settled(d: Decision, min_confidence: float | None) -> Decision:
    s = d.suggestion
    sure = min_confidence is not None and s.confidence >= min_confidence and not s.quoted
    return Decision(d.suggestion, "accept", d.text) if d.verdict == "undecided" and sure else d

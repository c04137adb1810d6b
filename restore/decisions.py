"""Decisions files: what was suggested, and what a person made of it. JSONL, one suggestion a line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from restore.datamodels import Alternative, Decision, Document, Suggestion, Verdict, suggestion_id
from restore.errors import EditError, InputError
from restore.formats.files import Source, parse_record, read_text
from restore.pipeline import apply_decisions

_T = TypeVar("_T")
#: what an empty line holds
NOTHING: Mapping[str, Any] = {}
VERDICTS: tuple[Verdict, ...] = ("accept", "reject", "edit", "undecided")


def read_decisions(path: str) -> list[Decision]:
    """The decisions of a file; of several about one suggestion, as a journal has them, the last.

    Raises InputError with file and line for anything malformed; but a line that was cut off in a journal, by a crash,
    was never a decision.
    """
    found: dict[tuple[str, str], Decision] = {}
    cut_off: list[InputError] = []
    is_journal = False
    for number, line in enumerate(read_text(path).split("\n"), 1):
        try:
            record = parse_record(line, path, number) if line.strip() else NOTHING
        except InputError as error:
            cut_off.append(error)
            continue
        if not is_note(record):
            decision = parse_decision(record, f"{path}:{number}")
            found[decision.suggestion.doc, decision.suggestion.id] = decision
            is_journal = is_journal or "way" in record
    if cut_off and not is_journal:
        raise cut_off[0]
    return list(found.values())


def parse_decision(record: Mapping[str, Any], place: str) -> Decision:
    """The decision of one record. Raises InputError, naming the place, if it is malformed."""
    suggestion = parse_suggestion(record, place)
    verdict = record.get("decision", "undecided")
    if verdict not in VERDICTS:
        raise InputError(f"{place}: unknown decision {verdict!r}", f"one of {', '.join(VERDICTS)}")
    replacement = record.get("replacement")
    if verdict == "edit":
        if not isinstance(replacement, str):
            raise InputError(f"{place}: decision 'edit' needs the text in 'replacement'")
        return Decision(suggestion, "edit", replacement)
    if replacement not in (None, "", suggestion.after):  # what an editor wrote must not be lost
        raise InputError(
            f"{place}: 'replacement' is {replacement!r}, but the decision is '{verdict}'",
            'make it "decision": "edit" to put that in, or take \'replacement\' out',
        )
    return Decision(suggestion, verdict, suggestion.after)


def parse_suggestion(record: Mapping[str, Any], place: str) -> Suggestion:
    """The suggestion of one record. Raises InputError, naming the place, if it is malformed."""
    return Suggestion(
        doc=_value(record, "doc", str, place),
        id=_value(record, "id", str, place),
        start=_value(record, "start", int, place),
        end=_value(record, "end", int, place),
        before=_value(record, "before", str, place),
        confidence=_value(record, "confidence", float, place),
        auto=bool(record.get("auto", False)),
        quoted=bool(record.get("quoted", False)),
        candidates=_alternatives(record, place),
        reasons=_reasons(record),
    )


def _reasons(record: Mapping[str, Any]) -> tuple[str, ...]:
    """What speaks for a suggestion; of no weight for what was decided, so that nothing is refused for it."""
    reasons = record.get("reasons")
    return tuple(map(str, reasons)) if isinstance(reasons, list) else ()


def _alternatives(record: Mapping[str, Any], place: str) -> tuple[Alternative, ...]:
    found = []
    for item in _value(record, "candidates", list, place):
        if not isinstance(item, dict):
            raise _no_suggestion(place, f"field 'candidates' holds {item!r}, no object")
        text = _value(item, "text", str, place)
        score = _value({"score": 0, **item}, "score", float, place)
        found.append(Alternative(text, score, str(item.get("source", ""))))
    if not found:
        raise _no_suggestion(place, "field 'candidates' is empty")
    return tuple(found)


def _value(record: Mapping[str, Any], name: str, kind: Callable[[Any], _T], place: str) -> _T:
    """A field of a record. Raises InputError, naming the field, if it is missing or of another kind."""
    if name not in record:
        raise _no_suggestion(place, f"field '{name}' is missing")
    try:
        return kind(record[name])
    except (TypeError, ValueError, OverflowError):
        raise _no_suggestion(place, f"field '{name}' cannot be {record[name]!r}") from None


def _no_suggestion(place: str, why: str) -> InputError:
    return InputError(f"{place}: not a suggestion: {why}", "see `restore suggest --format jsonl`")


def write_decisions(decisions: Iterable[Decision]) -> bytes:
    """Decisions as a file that `read_decisions` reads; the undecided ones carry no verdict."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines = (encode(decision_record(d)) + "\n" for d in decisions)
    return "".join(lines).encode("utf-8", "backslashreplace")


def decision_record(d: Decision) -> dict[str, object]:
    """A decision as a JSON object: its suggestion, and what was decided."""
    record = d.suggestion.as_dict()
    if d.verdict != "undecided":
        record["decision"] = d.verdict
    if d.verdict == "edit":
        record["replacement"] = d.text
    return record


def is_note(record: Mapping[str, Any]) -> bool:
    """Whether a record is no decision, but something else that the journal of a review notes, or an empty line."""
    return record is NOTHING or "written" in record or "told" in record


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

"""What `restore suggest` and `restore diff` print. All take (document, suggestions, colour) and return text."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence

from restore.datamodels import Document, Edit, Suggestion
from restore.edits import segments

#: ANSI codes; colour is never the only sign
_STYLES = {"old": "31", "new": "1;32", "aside": "2"}


def write_jsonl(document: Document, suggestions: Sequence[Suggestion], colour: bool) -> str:
    """One suggestion a line: the exchange format."""
    return "".join(json.dumps(s.as_dict(), ensure_ascii=False) + "\n" for s in suggestions)


def write_table(document: Document, suggestions: Sequence[Suggestion], colour: bool) -> str:
    """For a person: line, confidence, what stands there, what is proposed, and why."""
    if not suggestions:
        return f"{document.id}: nothing to restore\n"
    width = max(80, shutil.get_terminal_size((110, 24)).columns)
    column = min(34, max(len(s.before) for s in suggestions) + 1)
    rows = [f"{document.id}: {len(suggestions)} suggestions, {sum(s.auto for s in suggestions)} applied by `run` (*)"]
    line, position = 1, 0
    for s in suggestions:
        line += document.text.count("\n", position, s.start)
        position = s.start
        others = ", ".join(c.text for c in s.candidates[1:4])
        after = _styled(s.after, colour, "new") + (f"  (or {others})" if others else "")
        mark = "*" if s.auto else " "
        before = _one_line(s.before).ljust(column)
        rows.append(f"{line:5d} {s.confidence:4.0%}{mark} {_styled(before, colour, 'old')} {after}")
        if s.reasons:
            why = s.reasons[0][: width - 14]
            rows.append(_styled(f"{'':12} {why}", colour, "aside"))
    return "\n".join(rows) + "\n"


def write_diff(document: Document, suggestions: Sequence[Suggestion], colour: bool) -> str:
    """The article as a word diff of what `run` applies, with a summary."""
    edits = [s.edit for s in suggestions if s.auto]
    left = len(suggestions) - len(edits)
    return write_comparison(document.text, edits, colour) + f"{left} more left for review\n"


def write_comparison(text: str, edits: Sequence[Edit], colour: bool) -> str:
    """The paragraphs in which something changed, with [-old-]{+new+} marks, and a summary."""
    words = len(text.split())
    return _changed_lines(text, edits, colour) + f"{len(edits)} changes in {words} words\n"


def _changed_lines(text: str, edits: Sequence[Edit], colour: bool) -> str:
    """The lines that an edit touches, each followed by an empty line; an edit keeps its own lines together."""
    lines: list[tuple[str, bool]] = [("", False)]
    for piece, edit in segments(text, edits):
        if edit is not None:
            lines[-1] = (lines[-1][0] + _marked(edit, colour), True)
            continue
        first, *others = piece.split("\n")
        lines[-1] = (lines[-1][0] + first.rstrip("\r"), lines[-1][1])
        lines += [(line.rstrip("\r"), False) for line in others]
    return "".join(f"{line}\n\n" for line, changed in lines if changed)


def _marked(edit: Edit, colour: bool) -> str:
    old = _styled(f"[-{edit.before}-]", colour, "old") if edit.before else ""
    new = _styled(f"{{+{edit.after}+}}", colour, "new") if edit.after else ""
    return old + new


def _styled(text: str, colour: bool, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if colour else text


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)

"""Edits as data: apply them, invert them, and find them between two texts.

`edits_between` compares by word with diff-match-patch (Google; Myers' O(ND) algorithm with semantic clean-up),
so that no word is ever split.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from restore.datamodels import Edit
from restore.errors import EditError

_PIECE = re.compile(r"\w+(?:['’]\w+)*|\s+|[^\w\s]")


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made; their order does not matter.

    Raises EditError, and changes nothing, if a span lies outside the text, no longer reads as `before`, or
    touches another edit's span.
    """
    out: list[str] = []
    position = 0
    for edit in _checked(text, edits):
        out += (text[position : edit.start], edit.after)
        position = edit.end
    out.append(text[position:])
    return "".join(out)


def invert_edits(edits: Iterable[Edit]) -> list[Edit]:
    """The edits that take the edited text back to what it was (edits side by side become one)."""
    joined: list[Edit] = []
    for e in sorted(edits):
        if joined and joined[-1].end == e.start:
            last = joined.pop()
            e = Edit(last.start, e.end, last.before + e.before, last.after + e.after)
        joined.append(e)
    inverted = []
    shift = 0
    for e in joined:
        start = e.start + shift
        inverted.append(Edit(start, start + len(e.after), e.after, e.before))
        shift += len(e.after) - len(e.before)
    return inverted


def edits_between(old: str, new: str) -> list[Edit]:
    """The word-level edits that turn `old` into `new`: `apply_edits(old, edits_between(old, new)) == new`."""
    edits: list[Edit] = []
    position = 0
    for operation, piece in _diff(old, new):
        if operation == 0:
            position += len(piece)
            continue
        last = edits[-1] if edits and edits[-1].end == position else None
        before, after = (piece, "") if operation < 0 else ("", piece)
        end = position + len(before)
        if last is not None:  # a removal and the insertion beside it are one edit
            edits[-1] = Edit(last.start, end, last.before + before, last.after + after)
        else:
            edits.append(Edit(position, end, before, after))
        position = end
    return edits


def segments(text: str, edits: Iterable[Edit]) -> Iterator[tuple[str, Edit | None]]:
    """The text in pieces for display: what stays with None, what changes with its edit."""
    position = 0
    for edit in _checked(text, edits):
        yield text[position : edit.start], None
        yield edit.before, edit
        position = edit.end
    yield text[position:], None


def _checked(text: str, edits: Iterable[Edit]) -> list[Edit]:
    ordered = sorted(edits)
    last: Edit | None = None
    for e in ordered:
        if not 0 <= e.start <= e.end <= len(text):
            raise EditError(f"edit at {e.start}-{e.end} lies outside the text of {len(text)} characters")
        if text[e.start : e.end] != e.before:
            found = text[e.start : e.end]
            raise EditError(
                f"the text at {e.start}-{e.end} reads {found!r}, not {e.before!r}",
                "the source was changed since; make the suggestions again",
            )
        if last is not None and (e.start < last.end or e.end == last.start):  # or both insert at one place
            raise EditError(f"edits overlap: {last.before!r} at {last.start} and {e.before!r} at {e.start}")
        last = e
    return ordered


def _diff(old: str, new: str) -> list[tuple[int, str]]:
    """Runs of (-1 removed | 0 kept | 1 added, text), compared by word, mark and white space.

    Every distinct piece becomes one character, the strings of these are compared, and the result is spelled
    out again: diff-match-patch's own "line mode", with words for lines.
    """
    from diff_match_patch import diff_match_patch

    codes: dict[str, str] = {}
    old_coded, new_coded = _coded(old, codes), _coded(new, codes)
    pieces = {code: piece for piece, code in codes.items()}
    engine = diff_match_patch()
    engine.Diff_Timeout = 10.0
    runs = engine.diff_main(old_coded, new_coded, False)
    engine.diff_cleanupSemantic(runs)
    return [(operation, "".join(pieces[c] for c in run)) for operation, run in runs]


def _coded(text: str, codes: dict[str, str]) -> str:
    return "".join(codes.setdefault(piece, _code(len(codes))) for piece in _PIECE.findall(text))


def _code(number: int) -> str:
    """The n-th character that is no surrogate and no control character."""
    code = number + 0x100
    if code >= 0xD800:
        code += 0x800
    if code > sys.maxunicode:
        raise EditError("the texts hold more different words than can be compared")
    return chr(code)

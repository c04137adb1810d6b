"""The article with its suggestions as CriticMarkup, the tracked changes of Markdown editors and plain text.

CriticMarkup has no escapes: its readers take a mark up to the first sign that closes it, and know no nesting. So a
mark that the article itself holds is cut in two where it stands. Whoever rejects every change gets the article back,
character by character; whoever accepts every change gets it with each first candidate put in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from restore.datamodels import Document, Edit, Suggestion
from restore.edits import segments

#: of the alternatives a comment names so many, and none that is less likely than this
_SHOWN, _MIN_SCORE = 3, 0.01
#: the place behind the first character of what opens a mark
_IN_OPENING = re.compile(r"(?<=\{)(?=\+\+|--|~~|==|>>)")
#: the place behind the first character of any sign: what opens, divides or closes a mark
_IN_SIGN = re.compile(_IN_OPENING.pattern + r"|(?<=~)(?=>)|(?<=([-+~=<]))(?=\1\})")


def write_criticmarkup(document: Document, suggestions: Sequence[Suggestion], colour: bool) -> str:
    """The whole article, each suggestion as a substitution and, behind it, a comment with confidence and reason."""
    suggested = {s.edit: s for s in suggestions}
    return "".join(
        _unmarked(piece) if edit is None else _change(edit) + _comment(suggested[edit])
        for piece, edit in segments(document.text, suggested)
    )


def _unmarked(text: str) -> str:
    """Text outside the suggestions; a mark of its own is cut by a comment, which goes with the others."""
    return _IN_OPENING.sub("{>>literal<<}", text)


def _change(edit: Edit) -> str:
    """A substitution, or, where that cannot hold the texts, a deletion and an addition in as many parts as it takes."""
    if edit.before and edit.after and not _IN_SIGN.search(f"{edit.before}\n{edit.after}"):
        return f"{{~~{edit.before}~>{edit.after}~~}}"
    deletion = f"{{--{_IN_SIGN.sub('--}{--', edit.before)}--}}" if edit.before else ""
    addition = f"{{++{_IN_SIGN.sub('++}{++', edit.after)}++}}" if edit.after else ""
    return deletion + addition


def _comment(s: Suggestion) -> str:
    others = ", ".join(c.text for c in s.candidates[1 : 1 + _SHOWN] if c.score >= _MIN_SCORE)
    parts = [*s.reasons[:1], *([f"or: {others}"] if others else [])]
    said = f"{100 * s.confidence:.0f} %" + (f": {'; '.join(parts)}" if parts else "")
    # on one line, since an empty one would end the paragraph; and no sign in it, since it is not to be read back
    return f"{{>>{_IN_SIGN.sub(' ', ' '.join(said.split()))}<<}}"

"""A review in plain lines: no colours, no boxes, nothing that moves; short, and good to listen to."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice, takewhile

from restore.datamodels import Alternative, Decision, Edit, Sentence, Suggestion
from restore.edits import apply_edits
from restore.review.opening import Review
from restore.review.session import Session, decided
from restore.review.view import state_of
from restore.segmentation import segment
from restore.wording import on_one_line, per_cent

#: characters of the sentence on either side of a span: beside a question, and in a list
REACH, SHORT_REACH = 160, 40
#: a paragraph longer than this is cut to its line
_LONG = 2000
#: from so many suggestions on, a reason that most of them have is not told of each
_MANY = 20


def said(d: Decision) -> str:
    """A decision in a few words."""
    state = state_of(d)
    if state == "rejected":
        return f"rejected, '{on_one_line(d.suggestion.before)}' stays"
    if state == "undecided":
        return state
    return f"{state} '{on_one_line(d.text)}'" if d.text else "edited: nothing in its place"


class PlainText:
    """The suggestions of a session in words."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._text = session.document.text

    @cached_property
    def _sentences(self) -> Sequence[Sentence]:
        return segment(self._session.document)

    def lines(self, s: Suggestion) -> Iterator[str]:
        """A suggestion: how far it is, its sentence, the alternatives, and what speaks for it."""
        yield self._header(s)
        if s.quoted and not any("quotation" in r for r in s.reasons):
            yield "Inside a quotation."
        yield self.in_context(s)
        yield "; ".join(_with_shares(s.candidates))
        if reasons := self._telling_reasons(s):
            yield f"Because {'; '.join(reasons)}."
        others = len(self._session.alike(s)) - 1
        if others > 0 and self._session.is_open(s):
            yield f"The same in {others} more undecided {'place' if others == 1 else 'places'}: A accepts all."

    def _header(self, s: Suggestion) -> str:
        view, minutes = list(self._session.view), self._session.minutes_left()
        parts = [f"{view.index(s) + 1} of {len(view)}" if s in view else "outside the filter"]
        parts.append(f"{per_cent(s.confidence)} sure")
        if minutes is not None:
            parts.append(f"{max(1, round(minutes))} min left")
        if not self._session.is_open(s):
            parts.append(said(self._session.decision(s)))
        return ", ".join(parts) + "."

    def _telling_reasons(self, s: Suggestion) -> list[str]:
        """The reasons without those that most suggestions share: they say nothing about this one."""
        total = len(self._session.suggestions)
        shared = Counter(r for other in self._session.suggestions for r in other.reasons)
        return [on_one_line(r) for r in s.reasons if total < _MANY or shared[r] * 2 < total]

    def in_context(self, s: Suggestion, text: str | None = None, reach: int = REACH) -> str:
        """The sentence around a span as it reads by now, with [-what stands there-]{+what would+}."""
        new = self._session.text_for(s) if text is None else text
        first, last = self._sentence(s)
        start, end = self._within_reach(first, last, s, reach)
        shown = f"{self._as_decided(start, s.start)}[-{s.before}-]{{+{new}+}}{self._as_decided(s.end, end)}"
        return ("... " if start > first else "") + on_one_line(shown) + (" ..." if end < last else "")

    def _sentence(self, s: Suggestion) -> tuple[int, int]:
        at = bisect_right(self._sentences, s.start, key=lambda x: x.start) - 1
        around = self._sentences[at] if at >= 0 else s
        return min(around.start, s.start), max(around.end, s.end)

    def _within_reach(self, first: int, last: int, s: Suggestion, reach: int) -> tuple[int, int]:
        """The part of a sentence that is near a span, cut between words."""
        start, end = max(first, s.start - reach), min(last, s.end + reach)
        if start > first:
            start = self._text.find(" ", start, s.start) + 1 or s.start
        if end < last:
            end = max(self._text.rfind(" ", s.end, end), s.end)
        return start, end

    def paragraph(self, s: Suggestion) -> tuple[str, str]:
        """The paragraph of a span as it was, and as it will be; a suggestion that is undecided as if accepted."""
        start, end = _paragraph(self._text, s, r"\n\s*\n")
        if end - start > _LONG:
            start, end = _paragraph(self._text, s, r"\n")
        after = self._as_decided(start, end, decided(s) if self._session.is_open(s) else None)
        return on_one_line(self._text[start:end]), on_one_line(after)

    def _as_decided(self, start: int, end: int, supposed: Decision | None = None) -> str:
        """A part of the text with all that was put in; `supposed` counts as decided."""
        edits = []
        suggestions = self._session.suggestions
        first = bisect_left(suggestions, start, key=lambda s: s.start)
        for s in takewhile(lambda s: s.start < end, islice(suggestions, first, None)):
            if s.end <= end:
                d = supposed if supposed and supposed.suggestion == s else self._session.decision(s)
                if d.verdict in ("accept", "edit"):
                    edits.append(Edit(s.start - start, s.end - start, s.before, d.text))
        return apply_edits(self._text[start:end], edits)


def _with_shares(candidates: Sequence[Alternative]) -> Iterator[str]:
    """Numbered alternatives with their share in per cent; said once of all that have less than one."""
    unlikely = False
    for i, c in enumerate(candidates, 1):
        if round(100 * c.score) < 1:
            yield f"{'' if unlikely else 'under 1 %: '}{i} {on_one_line(c.text)}"
            unlikely = True
        else:
            yield f"{i} {on_one_line(c.text)} {per_cent(c.score)}"


def _paragraph(text: str, s: Suggestion, gap: str) -> tuple[int, int]:
    """Where the text around a span begins and ends, if it is cut at gaps."""
    ends = [0, *(m.end() for m in re.finditer(gap, text[: s.start]))]
    following = re.search(gap, text[s.end :])
    return ends[-1], s.end + following.start() if following else len(text)


def parting(review: Review, again: str) -> list[str]:
    """What is said when a review ends: how far it is, where it is kept, and how to go on."""
    tally = review.session.tally()
    found = [] if review.writer.is_written() else ["The restored article is not written yet; w in a review writes it."]
    found.append(str(tally) + ("" if review.feed.complete else " of those found so far"))
    if review.journal.path.exists():
        found.append(f"kept in {review.journal.path}")
    if tally.left or not review.feed.complete:
        found.append(f"to go on: {again}")
    return found

"""Finding the span of an earlier decision in a text that may have changed since. What is not sure is not found.

A decision names its span by a hash of the whole text. If that fits, the place is the same. Else the span is where its
words stand between the same neighbours: 40 characters on both sides, or on one where the other has changed; and only if
no other place fits as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from restore.datamodels import Document, Suggestion, suggestion_id
from restore.review.journal import CONTEXT, Line


class Place(NamedTuple):
    """Where a span starts, and how sure that is: 1 for the neighbours on one side, 2 for those on both, 3 for the very
    text."""

    sureness: int
    start: int


class Anchors:
    """The places of earlier decisions in a document."""

    def __init__(self, document: Document, lines: Iterable[Line]) -> None:
        self._document = document
        found: dict[str, Place] = {}
        rivals: dict[tuple[str, str, int], set[str]] = defaultdict(set)
        for line in lines:
            s = line.decision.suggestion
            if s.id not in found and (place := _find(document, line)):
                found[s.id] = place
                rivals[line.version, s.before, place.start].add(s.id)
        for ids in rivals.values():  # several spans of one text: all but one are gone, and the surest is what is left
            *others, surest = sorted(ids, key=lambda id: found[id].sureness)
            alone = not others or found[others[-1]].sureness < found[surest].sureness
            for id in others if alone else ids:
                del found[id]
        self._found = found

    def place(self, line: Line) -> Suggestion | None:
        """The suggestion that a line is about, at its place in the document; None if no place is sure."""
        s, document = line.decision.suggestion, self._document
        if s.id not in self._found:
            return None
        start = self._found[s.id].start
        end = start + len(s.before)
        return replace(s, doc=document.id, start=start, end=end, id=suggestion_id(document, start, end, s.before))


def is_about(document: Document, line: Line) -> bool:
    """Whether a line was written about just this text."""
    s = line.decision.suggestion
    same = document.text[s.start : s.end] == s.before  # most are told apart without a hash
    return same and s.id == suggestion_id(document, s.start, s.end, s.before)


def _find(document: Document, line: Line) -> Place | None:
    s = line.decision.suggestion
    return Place(3, s.start) if is_about(document, line) else find_span(document.text, line.left, s.before, line.right)


def find_span(text: str, left: str, before: str, right: str) -> Place | None:
    """Where `before` starts in the text between these neighbours, or None if that is nowhere or in several places."""
    if not before:
        return None
    both = [i for i in _occurrences(text, left + before + right, len(left)) if _whole(text, i, before, left, right)]
    if both:
        return Place(2, both[0]) if len(both) == 1 else None
    one_sided = {
        *(_occurrences(text, left + before, len(left)) if len(left) == CONTEXT else ()),
        *(_occurrences(text, before + right, 0) if len(right) == CONTEXT else ()),
    }
    found = [i for i in one_sided if _bounded(text, i, i + len(before))]
    return Place(1, found[0]) if len(found) == 1 else None


def _occurrences(text: str, wanted: str, shift: int) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at + shift
        at = text.find(wanted, at + 1)


def _whole(text: str, start: int, before: str, left: str, right: str) -> bool:
    """Whether a context shorter than usual, that of an article's edge, stands at the edge again."""
    end = start + len(before)
    at_start = len(left) == CONTEXT or start == len(left)
    at_end = len(right) == CONTEXT or end + len(right) == len(text)
    return at_start and at_end and _bounded(text, start, end)


def _bounded(text: str, start: int, end: int) -> bool:
    """Whether a span begins and ends with a word, not in one."""

    def joins(at: int) -> bool:
        return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()

    return not joins(start) and not joins(end)

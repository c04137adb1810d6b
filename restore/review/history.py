"""What was decided, step by step, and the way back: undo and redo without end, also after the program was ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from restore.datamodels import Decision, Suggestion
from restore.review.journal import Addition, Line


class Change(NamedTuple):
    """One suggestion's decision, before and after a step."""

    before: Decision
    after: Decision

    @property
    def id(self) -> str:
        """The suggestion's id."""
        return self.after.suggestion.id


@dataclass
class Step:
    """What one key press decided: one suggestion, many alike, or none (put off)."""

    number: int
    changes: list[Change] = field(default_factory=list)
    addition: Addition | None = None
    #: the suggestion that it was taken at
    at: str = ""


class History:
    """All decisions, and the steps that led to them."""

    def __init__(self) -> None:
        self._decisions: dict[str, Decision] = {}
        self.done: list[Step] = []
        self.undone: list[Step] = []
        #: the highest number of a step so far
        self.last = 0

    def decision(self, suggestion: Suggestion) -> Decision:
        """What was decided about a suggestion."""
        return self._decisions.get(suggestion.id) or Decision(suggestion, "undecided")

    def is_decided(self, id: str) -> bool:
        """Whether a suggestion has a verdict."""
        found = self._decisions.get(id)
        return found is not None and found.verdict != "undecided"

    def next_number(self) -> int:
        """A number for a new step."""
        return self.last + 1

    def do(self, step: Step) -> None:
        """Take a new step; what was undone before cannot be redone after a decision."""
        self.last = max(self.last, step.number)
        self.done.append(step)
        if step.changes:
            self.undone.clear()
        self._set(c.after for c in step.changes)

    def undo(self) -> Step:
        """Take the last step back."""
        step = self.done.pop()
        self.undone.append(step)
        self._set(c.before for c in step.changes)
        return step

    def redo(self) -> Step:
        """Take the step that was undone last again."""
        step = self.undone.pop()
        self.done.append(step)
        self._set(c.after for c in step.changes)
        return step

    def _set(self, decisions: Iterable[Decision]) -> None:
        for d in decisions:
            self._decisions[d.suggestion.id] = d

    def touched(self) -> Iterator[Suggestion]:
        """The suggestions that steps done or undone are about: these keep their places and their words."""
        for step in (*self.done, *self.undone):
            for change in step.changes:
                yield self._decisions[change.id].suggestion


Anchor = Callable[[Line], Suggestion | None]


def replayed(lines: Iterable[Line], anchor: Anchor) -> tuple[History, list[Decision]]:
    """The history that a journal tells, and the decisions in it whose place is not in the text any more.

    A step of which a crash left only some lines counts as far as these go. Of spans that overlap now, as they were
    decided about in different versions of the text, none is sure.
    """
    placed = [(line, anchor(line)) for line in lines]
    unsure: set[str] = set()
    while True:
        history, lost = History(), dict[str, Decision]()
        for line, suggestion in placed:
            if suggestion is None or suggestion.id in unsure:
                lost[line.decision.suggestion.id] = line.decision
                history.last = max(history.last, line.step)
            else:
                _replay(history, line, Decision(suggestion, line.decision.verdict, line.decision.text))
        overlapping = _overlapping(history.touched())
        if not overlapping:
            return history, [d for d in lost.values() if d.verdict != "undecided"]
        unsure |= overlapping


def _overlapping(suggestions: Iterable[Suggestion]) -> set[str]:
    found, furthest = set(), None
    for s in sorted({s.id: s for s in suggestions}.values(), key=lambda s: s.start):
        if furthest and s.start < furthest.end:
            found |= {s.id, furthest.id}
        if furthest is None or s.end > furthest.end:
            furthest = s
    return found


def _replay(history: History, line: Line, decision: Decision) -> None:
    change = Change(history.decision(decision.suggestion), decision)
    if line.way == "do":
        if not history.done or history.done[-1].number != line.step:
            history.do(Step(line.step, [change], line.addition, change.id))
        else:
            history.done[-1].changes.append(change)
    else:
        source, target = history.done, history.undone
        if line.way == "redo":
            source, target = target, source
        _move(source, target, line.step, change.id)
    history._set([decision])


def _move(source: list[Step], target: list[Step], number: int, moved: str) -> None:
    """Move one change of the last step over: undone, or redone."""
    if not source or source[-1].number != number:
        return  # the rest of its step was lost
    step = source[-1]
    if not target or target[-1].number != number:
        target.append(Step(number, addition=step.addition, at=step.at))
    target[-1].changes += [c for c in step.changes if c.id == moved]
    step.changes = [c for c in step.changes if c.id != moved]
    if not step.changes:
        source.pop()

"""A review: what is suggested, what was decided, what is in view. It knows no screen; screens only drive it.

    session = Session(document, journal)
    session.take_in(suggestions)                 as often as more are found
    session.accept(); session.undo(); ...        each on disk before it counts
    decisions = session.decisions()              what `apply_decisions` takes
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple

from restore.datamodels import Decision, Document, Suggestion
from restore.errors import InputError
from restore.review.anchoring import Anchors, is_about
from restore.review.history import Change, Step, replayed
from restore.review.journal import Addition, Journal, Line, Way, line_about
from restore.review.own_glossary import changed_glossary, stands
from restore.review.pace import Pace
from restore.review.view import ORDERS, Filter, mentions, state_of


class Alike(NamedTuple):
    """A place where the same phrase may be decided in the same way."""

    suggestion: Suggestion
    #: what would be put in there, in the case of the place
    text: str
    #: whether that is what is suggested there first
    first: bool


class Tally(NamedTuple):
    """How far a review is."""

    total: int
    accepted: int
    edited: int
    rejected: int

    @property
    def decided(self) -> int:
        """Suggestions that somebody decided about."""
        return self.accepted + self.edited + self.rejected

    @property
    def left(self) -> int:
        """Suggestions that nobody did."""
        return self.total - self.decided

    def __str__(self) -> str:
        return (
            f"{self.decided} of {self.total} decided: {self.accepted} accepted, {self.edited} edited, "
            f"{self.rejected} rejected; {self.left} left"
        )


class Session:
    """One document under review. Suggestions are in order of the text and never overlap."""

    def __init__(
        self, document: Document, journal: Journal, clock: Callable[[], float] = time.monotonic,
        siblings: Collection[str] = (), order: str = "text",
    ) -> None:  # fmt: skip
        """`order` is one of ORDERS; `siblings` are ids of the other documents in the same file, whose decisions are in
        the journal as well."""
        self.document = document
        self.journal = journal
        lines = _own_lines(document, [n for n in journal.lines if n.decision.suggestion.doc not in siblings])
        self._history, self.lost = replayed(lines, Anchors(document, lines).place)
        self._pace = Pace(clock)
        self._offered: list[Suggestion] = []
        self._unmerged = False
        self._waiting = False
        self._postponed: set[str] = set()
        self.filter = Filter()
        self.order = order
        #: all suggestions, in order of the text
        self.suggestions: list[Suggestion] = []
        self._by_id: dict[str, Suggestion] = {}
        self._by_phrase: dict[str, list[Suggestion]] = {}
        self._view: list[Suggestion] | None = None
        self.current: Suggestion | None = None
        self._merge()

    # what is suggested

    def take_in(self, suggestions: Iterable[Suggestion], start: int = 0, end: int | None = None) -> None:
        """Put suggestions in place of those so far that start within [start, end) of the text or overlap with them.

        What was decided, and what is in front of the editor, keeps its place and its words.
        """
        end = len(self.document.text) + 1 if end is None else end
        kept = [s for s in self._offered if not start <= s.start < end]
        self._offered = _without_overlaps(suggestions, kept)
        self._merge()
        if self.current is None or self._waiting:
            self._resume()

    def _merge(self) -> None:
        touched = {s.id: s for s in self._history.touched()}
        fixed, self._unmerged = dict(touched), False
        if self.current is not None:
            fixed.setdefault(self.current.id, self.current)
            self._unmerged = self.current.id not in touched and self.current not in self._offered
        self.suggestions = _without_overlaps(fixed.values(), self._offered)
        self._by_id = {s.id: s for s in self.suggestions}
        self._by_phrase = defaultdict(list)
        for s in self.suggestions:
            self._by_phrase[s.before.casefold()].append(s)
        self._view = None

    def _resume(self) -> None:
        """Go to where the review was left: to what was undone last, or on from what was decided last. As long as
        nothing comes behind that, it is what follows that is waited for."""
        undone = self._history.undone
        steps = undone or self._history.done
        last = self._by_id.get(steps[-1].at) if steps else None
        found = last if undone and last else self._next_undecided(last, set())
        self.go_to(found or (last if last in self.view else None) or next(iter(self.view), None))
        self._waiting = found is None

    # what is decided

    def decision(self, s: Suggestion) -> Decision:
        """What was decided about a suggestion."""
        return self._history.decision(s)

    def is_open(self, s: Suggestion) -> bool:
        """Whether nobody has decided about a suggestion yet."""
        return not self._history.is_decided(s.id)

    def decisions(self) -> list[Decision]:
        """What was decided about every suggestion, in order of the text."""
        return [self.decision(s) for s in self.suggestions]

    def decide(self, verdicts: Sequence[Decision], addition: Addition | None = None) -> None:
        """Decide about some suggestions in one step, then go to the next undecided one. What is not suggested any more,
        since better ones came in meanwhile, is passed over.

        Raises JournalError if that cannot be kept, GlossaryError if the glossary does not take the addition, InputError
        for a text that the article's encoding cannot write; and then nothing was decided.
        """
        verdicts = [d for d in verdicts if d.suggestion.id in self._by_id]
        if not verdicts:
            return
        _check_writable(self.document, verdicts)
        if addition is not None and stands(addition):
            addition = None  # undone, this step takes out nothing that it has not put in
        at = self.current or verdicts[0].suggestion
        changes = [Change(self.decision(d.suggestion), d) for d in verdicts]
        changes.sort(key=lambda c: c.id != at.id)  # the journal knows a step's place by its first line
        step = Step(self._history.next_number(), changes, addition, at.id)
        self._keep(step, [c.after for c in changes], "do")
        self._history.do(step)
        self._pace.decided(len(changes))
        self._postponed -= {c.id for c in changes}
        self._view = None
        following = self._next_undecided(at, {c.id for c in changes})
        self.go_to(following or at)
        self._waiting = following is None  # should more come in

    def accept(self, text: str | None = None) -> None:
        """Put `text`, or what is suggested first, in the place of the current span."""
        if self.current is not None:
            self.decide([decided(self.current, text)])

    def reject(self) -> None:
        """Leave the current span as it stands."""
        if self.current is not None:
            self.decide([rejected(self.current)])

    def postpone(self) -> None:
        """Pass over the current suggestion; it comes again when the others are decided."""
        if self.current is None or not self.is_open(self.current):
            return
        self._history.do(Step(self._history.next_number(), at=self.current.id))
        self._postponed.add(self.current.id)
        self.go_to(self._next_undecided(self.current, {self.current.id}) or self.current)

    def undo(self) -> Step | None:
        """Take the last step back and go to where it was taken; None if there is none."""
        if not self._history.done:
            return None
        step = self._history.done[-1]
        self._keep(step, [c.before for c in step.changes], "undo")
        self._history.undo()
        if not step.changes:
            self._postponed.discard(step.at)
        self._return_to(step.at)
        return step

    def redo(self) -> Step | None:
        """Take the step that was undone last again; None if there is none."""
        if not self._history.undone:
            return None
        step = self._history.undone[-1]
        self._keep(step, [c.after for c in step.changes], "redo")
        self._history.redo()
        if not step.changes:
            self._postponed.add(step.at)
        self._return_to(step.at)
        return step

    def _keep(self, step: Step, decisions: Sequence[Decision], way: Way) -> None:
        """Have a step on disk, and what it adds to a glossary in there (or, undone, out again)."""
        lines = [line_about(self.document, d, step.number, way) for d in decisions]
        if not lines:
            return
        lines[0] = replace(lines[0], addition=step.addition)
        with changed_glossary(step.addition, away=way == "undo"):
            self.journal.append(lines)

    def _return_to(self, id: str) -> None:
        self._view = None
        self.go_to(self._by_id.get(id) or self.current)

    # many at once

    def alike(self, s: Suggestion, text: str | None = None) -> list[Alike]:
        """The undecided places with the same phrase where the same original is offered, this one included: `text`, or
        what was put in here, or what is suggested first."""
        wanted = (self.text_for(s) if text is None else text).casefold()
        found = []
        for other in self.same_phrase(s):
            offered = next((c.text for c in other.candidates if c.text.casefold() == wanted), None)
            if offered is not None:
                found.append(Alike(other, offered, offered == other.after))
        return found

    def text_for(self, s: Suggestion) -> str:
        """What was put in the place of a span, or else what is suggested first."""
        d = self.decision(s)
        return d.text if d.verdict in ("accept", "edit") else s.after

    def same_phrase(self, s: Suggestion) -> list[Suggestion]:
        """The undecided places with the same phrase."""
        return [o for o in self._by_phrase.get(s.before.casefold(), ()) if self.is_open(o)]

    def at_least(self, confidence: float) -> list[Suggestion]:
        """The undecided suggestions that are at least this sure and not inside a quotation."""
        return [s for s in self.suggestions if s.confidence >= confidence and not s.quoted and self.is_open(s)]

    def at_most(self, confidence: float) -> list[Suggestion]:
        """The undecided suggestions that are at most this sure."""
        return [s for s in self.suggestions if s.confidence <= confidence and self.is_open(s)]

    # what is in view

    @property
    def view(self) -> Sequence[Suggestion]:
        """The suggestions that pass the filter, in the order chosen."""
        if self._view is None:
            everything = self.filter == Filter()
            passing = [s for s in self.suggestions if everything or self.filter.passes(self.decision(s))]
            self._view = sorted(passing, key=ORDERS[self.order](self.suggestions))
        return self._view

    def show(self, wanted: Filter | None = None, order: str | None = None) -> None:
        """Change the filter or the order; the current suggestion stays if it is still in view."""
        self.filter = self.filter if wanted is None else wanted
        self.order = self.order if order is None else order
        self._view = None
        if self.current not in self.view:
            self.go_to(self._next_undecided(None, set()) or next(iter(self.view), None))

    def go_to(self, s: Suggestion | None) -> None:
        """Have a suggestion in front of the editor."""
        self._waiting = False
        if self._unmerged and s != self.current:  # now the one before need not stand as it was any more
            self.current = None
            self._merge()
            s = self._at_place_of(s) if s else None
        self.current = s

    def go_to_id(self, id: str) -> None:
        """Have the suggestion of an id in front of the editor, if there is one."""
        self.go_to(self._by_id.get(id, self.current))

    def _at_place_of(self, s: Suggestion) -> Suggestion | None:
        """The suggestion that is there now."""
        at = bisect_left(self.suggestions, s.start + 1, key=lambda other: other.end)
        return self._by_id.get(s.id) or next(iter(self.suggestions[at:] or self.suggestions[-1:]), None)

    def go(self, by: int) -> None:
        """The next (1) or previous (-1) undecided suggestion in view; any, where all are decided."""
        undecided = [s for s in self.view if self.is_open(s)]
        self._step_through(undecided or self.view, by)

    def go_through(self, by: int) -> None:
        """The next (1) or previous (-1) suggestion in view, decided or not."""
        self._step_through(self.view, by)

    def go_to_end(self, last: bool) -> None:
        """The first or the last suggestion in view."""
        if self.view:
            self.go_to(self.view[-1 if last else 0])

    def find(self, phrase: str) -> bool:
        """Go to the next suggestion in view with a phrase in its span, or in what is offered; False without any."""
        standing = [s for s in self.view if phrase.casefold() in s.before.casefold()]
        found = standing or [s for s in self.view if mentions(self.decision(s), phrase)]
        if found:
            self._step_through(found, 1)
        return bool(found)

    def _step_through(self, stops: Sequence[Suggestion], by: int) -> None:
        """From the current suggestion to the next of some stops in the order of the view, round its ends."""
        if not stops:
            return
        key = ORDERS[self.order](self.suggestions)
        here = key(self.current) if self.current else ()
        at = bisect_left(stops, here, key=key)
        if by > 0:
            at += at < len(stops) and stops[at] == self.current
        else:
            at -= 1
        self.go_to(stops[at % len(stops)])

    def _next_undecided(self, after: Suggestion | None, besides: set[str]) -> Suggestion | None:
        """The next undecided suggestion in view, round the end; those that were put off come last."""
        key = ORDERS[self.order](self.suggestions)
        open_ones = [s for s in self.view if s.id not in besides and self.is_open(s)]
        stops = [s for s in open_ones if s.id not in self._postponed]
        if not stops:
            self._postponed.clear()
            stops = open_ones
        if not stops:
            return None
        at = bisect_left(stops, key(after), key=key) if after is not None else 0
        return stops[at % len(stops)]

    # how far it is

    def tally(self) -> Tally:
        """Numbers of all decisions."""
        counts = Counter(state_of(self.decision(s)) for s in self.suggestions if not self.is_open(s))
        return Tally(len(self.suggestions), counts["accepted"], counts["edited"], counts["rejected"])

    def minutes_left(self) -> float | None:
        """How long the rest will take at the pace so far; None while that cannot be told."""
        return self._pace.minutes_for(self.tally().left)

    def is_postponed(self, s: Suggestion) -> bool:
        """Whether a suggestion was put off."""
        return s.id in self._postponed

    def sources(self) -> list[str]:
        """Where first candidates come from."""
        return sorted({s.candidates[0].source for s in self.suggestions})


def rejected(s: Suggestion) -> Decision:
    """The decision that leaves a span as it stands."""
    return Decision(s, "reject", s.after)


def never_again(session: Session, s: Suggestion) -> list[Decision]:
    """What an exception for a phrase decides: it is rejected here, and wherever nobody has decided yet."""
    return [rejected(o) for o in (s, *(o for o in session.same_phrase(s) if o.id != s.id))]


def _check_writable(document: Document, verdicts: Iterable[Decision]) -> None:
    for d in verdicts:
        if d.verdict in ("accept", "edit"):
            try:
                d.text.encode(document.encoding)
            except UnicodeEncodeError as error:
                missing = d.text[error.start : error.end]
                raise InputError(f"{document.encoding} has no way to write {missing!r}", "choose other words") from None


def decided(s: Suggestion, text: str | None = None) -> Decision:
    """The decision that puts a text, or what is suggested first, in the place of a span."""
    if text is None or text == s.after:
        return Decision(s, "accept", s.after)
    return rejected(s) if text == s.before else Decision(s, "edit", text)


def _own_lines(document: Document, lines: Sequence[Line]) -> list[Line]:
    """The lines of a journal that are about a document, whatever folder it was named in. If none is, it was renamed
    after it had changed if most of the lines about the only other one fit it."""
    name = PurePath(document.id).name
    own = [n for n in lines if PurePath(n.decision.suggestion.doc).name == name or is_about(document, n)]
    if own or len({line.decision.suggestion.doc for line in lines}) != 1:
        return own
    anchors = Anchors(document, lines)
    fitting = [n for n in lines if anchors.place(n)]
    return list(lines) if 2 * len(fitting) > len(lines) else []


def _without_overlaps(fixed: Iterable[Suggestion], offered: Sequence[Suggestion]) -> list[Suggestion]:
    """Those that are fixed, and those offered that touch none of them, in order of the text."""
    kept = sorted(fixed, key=lambda s: s.start)
    ends = [s.end for s in kept]

    def free(s: Suggestion) -> bool:
        at = bisect_left(ends, s.start + 1)  # the first that ends behind its start
        return at == len(kept) or s.end <= kept[at].start

    return sorted((*kept, *filter(free, offered)), key=lambda s: s.start)

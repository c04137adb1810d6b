"""Which suggestions are in view and in what order; the names of what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from restore.datamodels import Decision, Suggestion, Verdict, is_own_wording

State = Literal["all", "undecided", "decided", "accepted", "edited", "rejected"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class Filter:
    """Which suggestions are in view."""

    state: State = "all"
    #: where the first candidate comes from; "" for anywhere
    source: str = ""
    least: float = 0.0
    most: float = 1.0
    #: part of what stands there or of any candidate, in any case
    phrase: str = ""

    def passes(self, d: Decision) -> bool:
        """Whether a suggestion with its decision is in view."""
        s = d.suggestion
        if self.state != "all" and self.state not in states(d):
            return False
        if self.source and s.candidates[0].source != self.source:
            return False
        return self.least <= s.confidence <= self.most and mentions(d, self.phrase)


def states(d: Decision) -> tuple[State, ...]:
    """The names of the states that a decision is in."""
    return ("undecided",) if d.verdict == "undecided" else ("decided", state_of(d))


def state_of(d: Decision) -> State:
    """What became of a suggestion. An alternative that was offered is accepted; only own words are an edit."""
    if d.verdict == "edit":
        return "edited" if is_own_wording(d) else "accepted"
    names: dict[Verdict, State] = {"accept": "accepted", "reject": "rejected", "undecided": "undecided"}
    return names[d.verdict]


def mentions(d: Decision, phrase: str) -> bool:
    """Whether the span, its candidates or what was put in contain a phrase, in any case."""
    wanted = phrase.casefold()
    texts = (d.suggestion.before, d.text, *(c.text for c in d.suggestion.candidates))
    return not wanted or any(wanted in t.casefold() for t in texts)


def _pair(s: Suggestion) -> tuple[str, str]:
    return s.before.casefold(), s.after.casefold()


Key = Callable[[Suggestion], tuple[object, ...]]


def _by_repetition(suggestions: Sequence[Suggestion]) -> Key:
    counts = Counter(map(_pair, suggestions))
    return lambda s: (-counts[_pair(s)], *_pair(s), s.start)


#: orders of the view: of all suggestions, what to sort by
ORDERS: dict[str, Callable[[Sequence[Suggestion]], Key]] = {
    "text": lambda _: lambda s: (s.start,),
    "confidence": lambda _: lambda s: (s.confidence, s.start),
    "repetition": _by_repetition,
}


def described(f: Filter) -> str:
    """A filter in the words that make it in the plain mode."""
    parts: list[str] = [f.state] if f.state != "all" else []
    parts += [f"source {f.source}"] if f.source else []
    parts += [f"confidence {f.least:g} {f.most:g}"] if (f.least, f.most) != (0.0, 1.0) else []
    parts += [f"phrase {f.phrase}"] if f.phrase else []
    return ", ".join(parts) or "all"

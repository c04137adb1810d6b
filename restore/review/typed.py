"""What an editor types in the plain mode, read: numbers of a list, a confidence, a filter. Errors are UsageErrors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from restore.errors import UsageError
from restore.review.view import STATES, Filter


def checked(answer: str) -> str:
    """An answer that may go into an article: text, and no keys that a terminal sends as codes."""
    try:
        answer.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError("that is not UTF-8 text", "nothing was done") from None
    if any(unicodedata.category(c) == "Cc" and c != "\t" for c in answer):
        raise UsageError("that holds control characters, as arrow keys make them", "nothing was done; type it anew")
    return answer


def numbers(text: str, most: int) -> set[int]:
    """Numbers from 1 to `most`: "2 5-7, 9"."""
    found: set[int] = set()
    for part in re.split(r"[\s,;]+", text.strip()) if text.strip() else ():
        match = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= most:
            raise UsageError(f"'{part}': numbers go from 1 to {most}", "for example: 2 5-7")
        found.update(range(first, last + 1))
    return found


def confidence(text: str) -> float:
    """A confidence, as 0.9 or in per cent: 90, 90 %."""
    try:
        number = float(text.strip().removesuffix("%"))
    except ValueError:
        number = -1
    if number > 1 or text.strip().endswith("%"):
        number /= 100
    if not 0 <= number <= 1:
        raise UsageError(f"'{text.strip()}' is no confidence", "0.9 is one, and 90")
    return number


def changed_filter(now: Filter, words: str, sources: Sequence[str]) -> Filter:
    """The filter with one thing changed: a state, `source NAME`, `confidence LOW HIGH`, `phrase TEXT`; or `all`."""
    name, _, rest = words.strip().partition(" ")
    if name == "all":
        return Filter()
    for state in STATES:
        if name == state and not rest:
            return replace(now, state=state)
    if name not in _PARTS:
        raise UsageError(f"no filter '{words.strip()}'", "; ".join((*STATES, *(p[0] for p in _PARTS.values()))))
    return _PARTS[name][1](now, rest.strip(), sources)


def _by_source(now: Filter, rest: str, sources: Sequence[str]) -> Filter:
    if rest not in sources:
        raise UsageError(f"no suggestion comes from '{rest}'", f"sources: {', '.join(sources) or 'none'}")
    return replace(now, source=rest)


def _by_confidence(now: Filter, rest: str, sources: Sequence[str]) -> Filter:
    bounds = [confidence(word) for word in rest.replace("%", "").split()]
    if not 1 <= len(bounds) <= 2 or bounds != sorted(bounds):
        raise UsageError(f"'confidence {rest}' names no range", "for example: confidence 0.2 0.8")
    return replace(now, least=bounds[0], most=bounds[1] if len(bounds) > 1 else 1.0)


def _by_phrase(now: Filter, rest: str, sources: Sequence[str]) -> Filter:
    return replace(now, phrase=rest)


#: parts of a filter besides its state: how they are typed, and what they change
_PARTS: dict[str, tuple[str, Callable[[Filter, str, Sequence[str]], Filter]]] = {
    "source": ("source NAME", _by_source),
    "confidence": ("confidence LOW HIGH", _by_confidence),
    "phrase": ("phrase TEXT", _by_phrase),
}

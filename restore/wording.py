"""Words for messages."""

from __future__ import annotations


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: "1 file", "2 files"; `plural` where it is more than an added s."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"

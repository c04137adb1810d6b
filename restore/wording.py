"""Words for messages."""

from __future__ import annotations


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: "1 file", "2 files"; `plural` where it is more than an added s."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def per_cent(share: float) -> str:
    """A probability for a person; never 100 %, for nothing is sure."""
    return f"{min(share, 0.99):.0%}".replace("%", " %")


#: control characters as pictures of themselves, so that no text can command a terminal
_PICTURES = {c: 0x2400 + c for c in range(32) if chr(c) not in "\t\n"} | dict.fromkeys(
    # controls, line separators, and marks that would turn the order of what follows
    [*range(127, 160), *range(0x2028, 0x202F), *range(0x2066, 0x206A)], 0xFFFD
)


def on_one_line(text: str) -> str:
    """A text for a terminal: white space as single spaces, control characters made visible."""
    return printable(" ".join(text.split()))


def printable(text: str) -> str:
    """A text of as many characters that no terminal takes for a command; tabs and line feeds stay."""
    return text if text.isprintable() else text.translate(_PICTURES)

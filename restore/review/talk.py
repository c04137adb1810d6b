"""Lines to and from an editor: printing, and asking until there is an answer."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable
from typing import TextIO, TypeVar

from restore.errors import UsageError
from restore.review.typed import checked
from restore.wording import on_one_line

T = TypeVar("T")


class Talk:
    """Two streams of lines."""

    def __init__(self, ask: TextIO, say: TextIO) -> None:
        self._ask, self._say = ask, say
        #: a person is typing
        self.live = ask.isatty()

    def say(self, *lines: str) -> None:
        """Print some lines; on a terminal none is broken inside a word."""
        if self.live:
            width = max(20, shutil.get_terminal_size().columns - 1)
            lines = tuple(part for line in lines for part in textwrap.wrap(line, width, break_long_words=False) or [""])
        self._say.writelines(f"{line}\n" for line in lines)
        self._say.flush()

    def answer(self, question: str) -> str:
        """A line of the input. Raises EOFError at its end, UsageError for what is no text."""
        self._say.write(question)
        self._say.flush()
        line = self._ask.readline()
        if not line:
            raise EOFError
        answer = line.rstrip("\r\n")
        if not self.live:  # no terminal has shown it
            self.say(on_one_line(answer))
        return checked(answer)

    def until(self, question: str, read: Callable[[str], T]) -> T:
        """Ask until the answer can be read."""
        while True:
            try:
                return read(self.answer(question))
            except UsageError as error:
                self.say(str(error))

    def yes(self, question: str) -> bool:
        """Ask for y or n."""
        return self.until(question, _yes)

    def instead_of(self, now: str, what: str) -> str:
        """Ask for another text; an empty line keeps what is."""
        return self.answer(f"{what} (empty: {on_one_line(now)})? ").strip() or now


def _yes(answer: str) -> bool:
    if answer.strip().lower() not in ("y", "yes", "n", "no", "q", ""):
        raise UsageError("y for yes, n for no")
    return answer.strip().lower() in ("y", "yes")

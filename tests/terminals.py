"""A real pseudo-terminal with the program in it, and an emulator that knows what is on its screen."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

#: seconds after which a screen that does not come is given up
PATIENCE = 60.0


class Terminal:
    """`restore` with some arguments in a terminal of its own."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, size: tuple[int, int] = (100, 32), **environment: str
    ) -> None:
        columns, rows = size
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        #: everything that was written to the terminal
        self.raw = b""
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment}
        command = ["-m", "restore", *arguments]
        self._child = pexpect.spawn(sys.executable, command, cwd=str(folder), env=env, dimensions=(rows, columns))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._child.close(force=True)

    def press(self, *keys: str) -> None:
        """Type."""
        for key in keys:
            self._child.send(key)

    def read(self, seconds: float = 0.05) -> bool:
        """Have the emulator see what was written; False if the program has ended."""
        try:
            data = self._child.read_nonblocking(65_536, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self._stream.feed(data)
        return True

    @property
    def text(self) -> str:
        """The screen, line by line."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def until(self, wanted: str | Callable[[str], object]) -> str:
        """Wait until the screen holds a text, or passes a test. Raises TimeoutError."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if wanted(self.text) if callable(wanted) else wanted in self.text:
                return self.text
            if not self.read():
                break
        raise TimeoutError(f"{wanted!r} did not come:\n{self.text}")

    def shown(self) -> int:
        """How many decisions the screen says were made; 0 before it says so."""
        found = re.search(r"^ ?(\d+) of \d+", self.text)
        return int(found[1]) if found else 0

    def resize(self, columns: int, rows: int) -> None:
        """Another size of the window."""
        self.screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)

    def kill(self) -> None:
        """kill -9."""
        self._child.kill(signal.SIGKILL)
        self._child.wait()

    def wait(self) -> int | None:
        """Wait for the end; its exit status."""
        while self.read(1.0):
            pass
        self._child.close()
        return int(self._child.exitstatus) if self._child.exitstatus is not None else None

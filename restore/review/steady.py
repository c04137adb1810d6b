"""Keys one after the other, however fast they come.

Textual hands a key to a widget and goes on to the next before the first has done its work: of a burst, as a slow line
delivers it, some would go to a dialog that is not there yet, or to one that is just being closed. Here every key waits
until the one before it has had its effect.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump

#: seconds after which a key goes ahead, come what may
_PATIENCE = 1.0
Result = TypeVar("Result")


class SteadyApp(App[Result], Generic[Result]):
    """An app that takes one key at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[events.Key] = deque()
        self._let_in: set[events.Key] = set()
        self._settling: asyncio.Task[None] | None = None

    def post_message(self, message: Message) -> bool:
        """Take a message; a new key only when the one before has settled (the same key comes again as it bubbles)."""
        if isinstance(message, events.Key) and message not in self._let_in:
            self._waiting.append(message)
            if self._settling is None:
                self._let_next_in()
                self._settling = asyncio.create_task(self._settle())
            return True
        return super().post_message(message)

    def _let_next_in(self) -> None:
        key = self._waiting.popleft()
        self._let_in = {key}
        super().post_message(key)

    async def _settle(self) -> None:
        try:
            await self._quiet()
            while self._waiting:
                self._let_next_in()
                await self._quiet()
        finally:
            self._settling = None

    async def _quiet(self) -> None:
        """Wait along the way that a key takes: to the app, the widget, what contains that, and back to the app."""
        await _done(self)
        if not self.screen_stack:  # nothing is there yet, or any more
            return
        focused = self.focused
        for pump in (focused, focused and focused.parent, self.screen, self, self.screen, self):
            if isinstance(pump, MessagePump):
                await _done(pump)


async def _done(pump: MessagePump) -> None:
    """Wait until all that was posted to a widget so far is done with."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        try:
            await asyncio.wait_for(done.wait(), _PATIENCE)
        except TimeoutError:
            return

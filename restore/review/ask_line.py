"""One line to type in: another text for a span, a phrase to search for."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Input, Label


class AskLine(Container):
    """A question and a field, above the keys; closed until something is asked."""

    DEFAULT_CSS = """
    AskLine { height: 1; layout: horizontal; display: none; }
    AskLine.open { display: block; }
    AskLine Label { width: auto; max-width: 50%; height: 1; padding: 0 1; text-style: bold; }
    AskLine Input { width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._then: Callable[[str], None] = lambda _: None

    def compose(self) -> ComposeResult:
        """A question and a field."""
        yield Label("")
        yield Input(compact=True)

    def on_mount(self) -> None:
        """Closed, it must not take the keys."""
        self.query_one(Input).can_focus = False

    def ask(self, question: str, value: str, then: Callable[[str], None]) -> None:
        """Ask; `then` is called with the answer, and not at all on escape."""
        self._then = then
        self.query_one(Label).update(Text(question))
        field = self.query_one(Input)
        field.can_focus, field.value = True, value
        self.add_class("open")
        self.screen.set_focus(field)  # at once: the next key may be on its way
        field.action_end()

    @property
    def is_open(self) -> bool:
        """Whether an answer is awaited."""
        return self.has_class("open")

    def close(self) -> None:
        """Give the keys back."""
        self.remove_class("open")
        self.query_one(Input).can_focus = False
        self.screen.set_focus(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the answer on."""
        event.stop()
        self.close()
        self._then(event.value)

    def on_key(self, event: events.Key) -> None:
        """Escape gives up."""
        if event.key == "escape":
            event.stop()
            self.close()

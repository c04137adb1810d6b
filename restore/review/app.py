"""The program around the review's screen."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from restore.review.opening import Review
from restore.review.screen import THEMES, ReviewScreen
from restore.review.steady import SteadyApp


class ReviewApp(SteadyApp[None]):
    """The review of one article; `run` returns when the editor is done."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c,ctrl+q", "quit", show=False, priority=True)]
    TITLE = "restore"

    def __init__(self, review: Review, theme: str | None = None) -> None:
        super().__init__()
        self._review = review
        self.theme = THEMES[theme or "dark"]

    def get_default_screen(self) -> ReviewScreen:
        """The one screen."""
        return ReviewScreen(self._review)

    async def action_quit(self) -> None:
        """End; every decision is on disk already."""
        self.exit()

"""How quickly the review answers: every key, with 5,000 suggestions in one article (`python -m tests.benchmarks.review`).

The article is the long seed again and again, the suggestions are made up (every third word), so that no model is needed.
Textual's pilot presses the keys. A key's time is from pressing it until the screen reads as it reads in the end; it holds
the decision on disk (fsync), the drawing, and the waits for Textual's frames (60 a second).
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from restore.datamodels import Alternative, Document, Suggestion, suggestion_id
from restore.forms import keep_forms
from restore.resources import Settings
from restore.review.app import ReviewApp
from restore.review.feed import Feed
from restore.review.opening import Review, Wanted

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "003_5634fe5ae3712ea9.txt"
SUGGESTIONS, BUDGET = 5_000, 0.1
#: keys in an order in which each finds something to do; what opens a dialog is followed by what closes it
KEYS = (
    "a y enter x n 2 e escape space u ctrl+z ctrl+y j k down up J K G g pagedown pageup slash escape f escape o o o A escape "
    "A enter u X u exclamation_mark u plus escape t escape d j a d j w escape question_mark escape"
).split()
ROUNDS = 3


class Made(Feed):
    """A feed with made-up suggestions."""

    def first(self) -> list[Suggestion]:
        """Every third word."""
        self.complete = True
        return made_up(self._document, SUGGESTIONS)

    def start(self) -> None:
        """Nothing more comes."""


class Timed(ReviewApp):
    """Remembers what was on the screen when; looking is not counted."""

    def __init__(self, review: Review) -> None:
        super().__init__(review)
        self.drawn: list[tuple[float, str]] = []
        self.looking = 0.0

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        start = time.perf_counter()
        text = "\n".join(strip.text for strip in screen._compositor.render_strips())
        self.drawn.append((start - self.looking, text))
        self.looking += time.perf_counter() - start

    async def time(self, pilot: Pilot[None], key: str) -> float:
        """Seconds from pressing a key until the screen reads as it does in the end."""
        self.drawn.clear()
        start = time.perf_counter() - self.looking
        await pilot.press(key)
        await pilot.pause()
        settled = next((when for when, text in self.drawn if text == self.drawn[-1][1]), start)
        return settled - start


def made_up(document: Document, number: int) -> list[Suggestion]:
    """Suggestions for every third word of a document."""
    found = []
    for i, word in enumerate(re.finditer(r"\w+", document.text)):
        if i % 3 == 0 and len(found) < number:
            texts = [word.group().swapcase(), word.group() + "s", "something", "anything"]
            options = tuple(Alternative(t, 0.4 / (n + 1), "lexicon") for n, t in enumerate(texts))
            id = suggestion_id(document, word.start(), word.end(), word.group())
            reasons = ("a spinner's usual word", "the sentence expects something else")
            found.append(
                Suggestion(document.id, id, word.start(), word.end(), word.group(), i % 100 / 100, False, options, reasons)
            )
    return found


def make_article(one_paragraph: bool) -> str:
    """A text long enough for all suggestions."""
    text = SEED.read_text(encoding="utf-8") * (SUGGESTIONS * 3 // 1_700 + 2)
    return text.replace("\n", " ") if one_paragraph else text


async def press_keys(article: Path, size: tuple[int, int]) -> dict[str, list[float]]:
    """Seconds by key."""
    times: dict[str, list[float]] = {}
    review = Review(str(article), Settings(model=None), wanted=Wanted(glossary=article.with_suffix(".yaml")))
    app = Timed(review)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            for _ in range(ROUNDS):
                for key in KEYS:
                    times.setdefault(key, []).append(await app.time(pilot, key))
    finally:
        review.close()
    return times


def report(name: str, times: dict[str, list[float]]) -> bool:
    """Print median and worst of all keys, and the slowest ones; whether all are within the budget."""
    all_times = [t for ts in times.values() for t in ts]
    print(f"{name}: {len(all_times)} keys, median {1000 * statistics.median(all_times):.0f} ms, "
          f"worst {1000 * max(all_times):.0f} ms ({BUDGET * 1000:.0f} ms)")  # fmt: skip
    slowest = sorted(times, key=lambda k: -max(times[k]))[:8]
    for k in slowest:
        print(f"  {k:18} median {1000 * statistics.median(times[k]):.0f} ms, worst {1000 * max(times[k]):.0f} ms")
    return max(all_times) < BUDGET


def main() -> int:
    """Measure; exit code 1 if a key is too slow."""
    import restore.review.opening as opening

    opening.Feed = Made  # type: ignore[misc]
    keep_forms()  # as the worker of an earlier review has
    fine = True
    for one_paragraph in (False, True):
        for size in ((100, 32), (160, 50)):
            with tempfile.TemporaryDirectory() as folder:
                article = Path(folder, "article.txt")
                article.write_text(make_article(one_paragraph), encoding="utf-8")
                times = asyncio.run(press_keys(article, size))
            name = f"{SUGGESTIONS} suggestions in {'one paragraph' if one_paragraph else 'paragraphs'}, {size[0]}x{size[1]}"
            fine &= report(name, times)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())

"""The README's picture: the long seed under review, as Textual exports its screen (`make picture`)."""

from __future__ import annotations

import asyncio
import itertools
import re
import shutil
import tempfile
from pathlib import Path

from restore.review.app import ReviewApp
from restore.review.opening import Review
from restore.review.pace import Pace

ROOT = Path(__file__).parents[1]
SEED = ROOT / "seeds" / "003_5634fe5ae3712ea9.txt"
PICTURE = ROOT / "docs" / "review.svg"
SIZE = (124, 34)
#: what the editor has pressed before the picture was taken
KEYS = "t ctrl+u 9 0 enter x x x x x x x x slash a c c o u n t a b l e enter".split()


async def take(review: Review) -> str:
    """The screen after the keys were pressed, as SVG."""
    app = ReviewApp(review)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press(*KEYS)
        await pilot.pause(0.5)
        return app.export_screenshot(title=f"restore review {review.article.name}")


def main() -> None:
    """Review a copy, so that nothing is left beside the seed."""
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder, "article.txt")
        shutil.copy(SEED, article)
        review = Review(str(article))
        for batch in review.feed.poll(wait=True):
            review.session.take_in(batch.suggestions, batch.start, batch.end)
        review.article = Path(article.name)  # the folder is of no interest
        seconds = itertools.count(step=3)  # the pilot presses faster than anybody reads
        review.session._pace = Pace(lambda: next(seconds))
        try:
            svg = asyncio.run(take(review))
        finally:
            review.close()
    PICTURE.parent.mkdir(exist_ok=True)
    without_fonts = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # they would be fetched from elsewhere
    PICTURE.write_text(without_fonts, encoding="utf-8")


if __name__ == "__main__":
    main()

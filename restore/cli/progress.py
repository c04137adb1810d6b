"""A progress bar on stderr: only for what takes over a second, and never when stderr is not a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(what: str, unit: str = "sentence") -> Iterator[Callable[[int, int], None]]:
    """Yields a function (done, all of this document) to call as work goes on; totals add up."""
    from tqdm import tqdm

    with tqdm(total=0, desc=what, unit=unit, delay=1, disable=None, leave=False) as bar:
        seen = 0

        def advance(done: int, total: int) -> None:
            nonlocal seen
            if seen == 0:
                bar.total += total
            seen = (seen + done) % max(total, 1)
            bar.update(done)

        yield advance

"""How soon a review of the long seed shows suggestions, in a real terminal (`python -m tests.benchmarks.opening`).

From starting `restore review` to the first suggestions on the screen, and how much of that is opening the review (the
rest is starting Python and the screen): with everything kept from an earlier review; with the glossary alone, as for any
new article; and the first time of all, when nothing is kept at all.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.terminals import Terminal

SEED = Path(__file__).parents[2] / "seeds" / "003_5634fe5ae3712ea9.txt"
ROUNDS, BUDGET = 7, 0.5
_OPEN = """
import sys, time
from restore.resources import Settings, packaged_glossary
from restore.review.opening import Review
start = time.perf_counter()
review = Review(sys.argv[1], Settings(glossaries=(packaged_glossary(),), model=None))
print(time.perf_counter() - start)
review.close()
"""


def shown_after(folder: Path) -> float:
    """Seconds until the screen counts suggestions."""
    start = time.perf_counter()
    with Terminal(("review", "article.txt", "--no-model"), folder, RESTORE_CACHE=str(folder / "cache")) as terminal:
        terminal.until(lambda text: re.search(r" of [1-9]", text))
        seconds = time.perf_counter() - start
        terminal.press("q")
        terminal.wait()
    return seconds


def opened_after(folder: Path) -> float:
    """Seconds that opening alone takes, in a process that has imported everything."""
    env = {"RESTORE_CACHE": str(folder / "cache"), "RESTORE_GLOSSARY": ""}
    done = subprocess.run([sys.executable, "-c", _OPEN, "article.txt"], cwd=folder, env=env, capture_output=True, check=True)
    return float(done.stdout)


def fill_cache(folder: Path) -> None:
    """Have a review find everything, and its worker keep everything."""
    cache = folder / "cache"
    with Terminal(("review", "article.txt", "--no-model"), folder, RESTORE_CACHE=str(cache)) as terminal:
        terminal.until(lambda text: " of " in text and "reading" not in text)
        while not (cache / "forms.json").exists():
            terminal.read()
        terminal.press("q")
        terminal.wait()


def measure(name: str, folder: Path, forget: str) -> float:
    """Print the medians; `forget` names what to take out of the cache before each time."""
    times: dict[str, list[float]] = {"shown": [], "opened": []}
    for _ in range(ROUNDS):
        for kind, timed in (("shown", shown_after), ("opened", opened_after)):
            for file in (folder / "cache").glob(forget) if forget else ():
                file.unlink()
            times[kind].append(timed(folder))
    shown, opened = (statistics.median(ts) for ts in times.values())
    print(f"{name}: {shown:.2f} s to the first suggestions (worst {max(times['shown']):.2f}), {opened:.2f} of them for opening")
    return opened


def main() -> int:
    """Measure; exit code 1 if opening takes longer than it may."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(SEED, folder / "article.txt")
        fill_cache(folder)
        slowest = max(
            measure("everything kept", folder, ""),
            measure("a new article", folder, "suggestions-*"),
        )
        measure("the first article of all", folder, "*")
    return int(slowest > BUDGET)


if __name__ == "__main__":
    sys.exit(main())

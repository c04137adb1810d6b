"""The review killed (kill -9) at random moments while keys are pressed: nothing that was shown may be lost
(`python -m tests.benchmarks.kills`).

After each kill it must open again and hold all decisions that its screen had counted (unless the journal says that they
were undone afterwards), the article must be as it was, and what was written must be whole.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from restore.datamodels import Document
from restore.review.journal import Journal
from restore.review.session import Session
from tests.terminals import Terminal

SEED = Path(__file__).parents[2] / "seeds" / "003_5634fe5ae3712ea9.txt"
KILLS, LONGEST = 50, 2.5
#: what is typed, over and over, in any order; dialogs are opened and closed in one go
TYPED = ("a", "x", "2", " ", "u", "\x19", "j", "k", "a", "a", "X", "A\r", "t\r", "w ", "eours\r", "d", "o")


def kill_at_random(folder: Path, chance: random.Random) -> int:
    """Review, kill, check; the number of decisions that the journal holds. Raises AssertionError if any was lost."""
    article = folder / "article.txt"
    before = article.read_bytes()
    with Terminal(("review", "article.txt", "--no-model"), folder) as terminal:
        terminal.until(" of ")
        end = time.monotonic() + chance.uniform(0, LONGEST)
        while time.monotonic() < end:
            terminal.press(chance.choice(TYPED))
            terminal.read(chance.uniform(0, 0.05))
        terminal.kill()
        while terminal.read():
            pass
        shown = terminal.shown()
    assert article.read_bytes() == before
    journal = Journal(folder / "article.txt.journal.jsonl")
    states = numbers_decided(journal)
    assert shown in states, f"the screen said {shown}, the journal goes through {states[-5:]}"
    session = Session(Document(article.read_text(encoding="utf-8"), "article.txt"), journal)
    session.take_in(())
    assert session.tally().decided == states[-1]
    assert not session.lost
    check_written(folder, journal)
    return states[-1]


def numbers_decided(journal: Journal) -> list[int]:
    """How many decisions there were after each line of the journal, undone ones taken off."""
    decided: set[str] = set()
    numbers = [0]
    for line in journal.lines:
        (decided.discard if line.decision.verdict == "undecided" else decided.add)(line.decision.suggestion.id)
        numbers.append(len(decided))
    return numbers


def check_written(folder: Path, journal: Journal) -> None:
    """What was written is whole: it is the outcome of one of the journal's states."""
    restored = folder / "article.restored.txt"
    if restored.exists():
        found = hashlib.sha256(restored.read_bytes()).hexdigest()
        assert found in {w.sha256 for w in journal.written}, "the restored article is not one that was written"


def main() -> int:
    """Kill it many times."""
    chance = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(SEED, folder / "article.txt")
        for number in range(1, KILLS + 1):
            kept = kill_at_random(folder, chance)
            print(f"kill {number}: {kept} decisions kept", flush=True)
        damaged = Journal(folder / "article.txt.journal.jsonl").damaged
        print(f"{KILLS} kills, nothing lost; lines cut off: {len(damaged)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

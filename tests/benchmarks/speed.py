"""Speed on this machine: `make bench`. Ratios within one run say more than times; medians of several."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from restore.datamodels import Document
from restore.glossary import load_glossary
from restore.lexicon import Lexicon
from restore.pipeline import suggest_document
from restore.resources import Settings, load_resources, packaged_glossary
from restore.segmentation import segment

SEED = Path(__file__).parents[2] / "seeds" / "003_5634fe5ae3712ea9.txt"
ROUNDS = 5


def median(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds of several runs."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    text = SEED.read_text(encoding="utf-8")
    words = len(text.split())
    plain, full = load_resources(Settings(model=None)), load_resources(Settings())
    encoder = full.encoder
    assert encoder is not None
    sentences = [text[s.start : s.end] for s in segment(Document(text))]

    def encode_once() -> None:
        encoder.forget()
        encoder.encode(sentences)

    def suggest_with_model() -> None:
        encoder.forget()
        suggest_document(Document(text), full)

    once = median(encode_once)
    rows = {
        "load the glossary": median(lambda: load_glossary(packaged_glossary())),
        "load the lexicon": median(Lexicon.load),
        f"segment {words} words": median(lambda: segment(Document(text))),
        "suggest without model": median(lambda: suggest_document(Document(text), plain)),
        "encode its sentences once": once,
        "suggest with model": median(suggest_with_model, 3),
    }
    for what, seconds in rows.items():
        print(f"{what:32s} {seconds * 1000:9.1f} ms   {seconds / once:7.2f} x encoding once")


if __name__ == "__main__":
    main()

"""Loading the lexicon and a glossary of 10,000 entries, and matching 1 MB of text against them: part of `make bench`.

Loading is measured in fresh processes: cold (an empty cache, so that sources are parsed and the cache is written) and
warm. Memory is what such a process holds beside one that imports the same modules and loads nothing.

Matching is set beside pyahocorasick, which does a bare search for the same phrases in the same text. It is a yardstick,
not a rival: it is compiled C, and finds characters. `restore` also
* matches whole tokens ("seat" is not in "seats'" nor in "defeat"; any white space may stand between two words);
* finds each phrase with one of its words inflected ("local armies" for "local army"), from the lemmas of every word;
* for the glossary, asks the cues and the names around a match and settles which entry wins.
It is given the text in sentences and tokens, which all later stages need anyway; the time of cutting is shown apart,
and so is that of the very first search, in which every word is looked up in LemmInflect's tables once.
Times are medians within one run. Linux only (memory is read from /proc).
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import ahocorasick

from restore.datamodels import Document, Sentence
from restore.glossary import Glossary, Surroundings, load_glossary
from restore.lexicon import FUNCTION_WORDS, LEARNED, WRITTEN, Lexicon, parse_written, read_learned
from restore.resources import packaged_glossary
from restore.segmentation import segment
from tests.benchmarks.speed import ROUNDS, median

ENTRIES = 10_000
CHARACTERS = 1_000_000
ROOT = Path(__file__).parents[2]
CORPORA = ROOT.parent / "shared" / "data" / "corpora"
BUDGET = "budget: 0.3 s and 60 MB"

_LOAD = """
import json, sys, time
import restore.lint
from restore.glossary import load_glossary
from restore.lexicon import Lexicon
start = time.perf_counter()
held = [Lexicon.load(), load_glossary(sys.argv[1])] if sys.argv[1] else []
seconds = time.perf_counter() - start
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([seconds, *(int(status[k].split()[0]) / 1024 for k in ("VmRSS", "VmHWM"))]))
"""


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        glossary = Path(folder) / "glossary.yaml"
        glossary.write_text(make_glossary(), encoding="utf-8")
        os.environ["RESTORE_CACHE"] = str(Path(folder) / "cache")
        report_loading(glossary, Path(folder))
        report_matching(load_glossary(glossary), Lexicon.load(), make_text())


def make_glossary() -> str:
    """The glossary that ships with more entries like its own: two words, an original, here and there cues."""
    shipped = packaged_glossary()
    known = load_glossary(shipped)
    spun = {phrase for e in known.entries for phrase in e.spun}
    lines = [line for file in sorted(WRITTEN.glob("*.tsv")) for line in parse_written(file)]
    words = {pos: [s for r in lines if r.pos == pos for s, _ in r.spun if s.isalpha()] for pos in ("adjective", "noun")}
    originals = sorted({r.original for r in lines if r.pos == "noun" and r.original.isalpha()} - spun)
    draw = random.Random(0)
    made = [shipped.read_text(encoding="utf-8"), "benchmark:"]
    for i in range(ENTRIES - len(known)):
        phrases = [f"{draw.choice(words['adjective'])} {draw.choice(words['noun'])}" for _ in range(2)]
        made.append(
            f"  - spun: {json.dumps(phrases)}\n    original: {json.dumps(draw.choice(originals))}\n    pos: noun"
        )
        if i % 3 == 0:
            made.append(f"    near: {json.dumps(draw.sample(originals, 6))}")
        made.append(f"    example: Somebody saw the {phrases[0]} there on that day.")
    return "\n".join(made) + "\n"


def make_text() -> str:
    """A megabyte of clean text, in equal parts from the corpora at hand; the seeds over and over where there are none."""
    corpora = sorted(CORPORA.glob("*.txt.gz"))
    if corpora:
        share = CHARACTERS // len(corpora)
        return "\n\n".join(gzip.open(c, "rt", encoding="utf-8").read(share) for c in corpora)
    seeds = "\n\n".join(s.read_text(encoding="utf-8") for s in sorted((ROOT / "seeds").glob("*.txt")))
    return (seeds * (CHARACTERS // len(seeds) + 1))[:CHARACTERS]


def report_loading(glossary: Path, folder: Path) -> None:
    """Time and memory of loading, cold and warm, in fresh processes."""
    idle = _measured("", folder / "cache")
    caches = {"cold": [folder / f"cache{i}" for i in range(ROUNDS)], "warm": [folder / "cache0"] * ROUNDS}
    print(f"load the lexicon and a glossary of {ENTRIES} entries ({BUDGET})")
    for what, folders in caches.items():
        seconds, held, peak = zip(*(_measured(str(glossary), f) for f in folders), strict=True)
        print(
            f"  {what:42s} {statistics.median(seconds) * 1000:9.1f} ms"
            f"   {statistics.median(held) - idle[1]:6.1f} MB, at most {statistics.median(peak) - idle[2]:.1f} MB"
        )


def _measured(glossary: str, cache: Path) -> tuple[float, float, float]:
    environment = {**os.environ, "RESTORE_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, glossary], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    seconds, held, peak = json.loads(done.stdout)
    return seconds, held, peak


def report_matching(glossary: Glossary, lexicon: Lexicon, text: str) -> None:
    """Times of searching beside those of a bare search."""
    sentences = segment(Document(text))
    start = time.perf_counter()
    count(lexicon_matches(lexicon, sentences))
    first = time.perf_counter() - start
    around = [Surroundings(near, near, spun=True) for near in (Surroundings.index(s.tokens) for s in sentences)]
    in_glossary = {phrase.lower() for e in glossary.entries for phrase in e.spun}
    everything = in_glossary | lexicon_phrases()
    lowered = text.lower()

    def by_glossary() -> int:
        return count(glossary_hits(glossary, sentences, around))

    def by_both() -> int:
        return by_glossary() + count(lexicon_matches(lexicon, sentences))

    print(f"search {len(text) / 1e6:.2f} MB, {sum(len(s.tokens) for s in sentences)} tokens")
    print(f"  {'cut into sentences and tokens':42s} {median(lambda: segment(Document(text))) * 1000:9.1f} ms")
    print(f"  {'look up the lemmas: first search':42s} {first * 1000:9.1f} ms")
    rows = (("the glossary", by_glossary, in_glossary), ("the glossary and the lexicon", by_both, everything))
    for what, search, phrases in rows:
        automaton = make_automaton(phrases)
        bare = median(lambda a=automaton: count(a.iter(lowered)))  # type: ignore[misc]
        ours = median(search)
        print(f"  {what:42s} {ours * 1000:9.1f} ms   {search():7d} found")
        print(
            f"  {f'pyahocorasick, {len(phrases)} phrases':42s} {bare * 1000:9.1f} ms   {count(automaton.iter(lowered)):7d} found"
        )
        print(f"  {'ratio':42s} {ours / bare:9.1f} x")


def glossary_hits(
    glossary: Glossary, sentences: Sequence[Sentence], around: Sequence[Surroundings]
) -> Iterator[object]:
    """What the glossary says about each sentence, its cues asked."""
    return itertools.chain.from_iterable(glossary.hits(s.tokens, a) for s, a in zip(sentences, around, strict=True))


def lexicon_matches(lexicon: Lexicon, sentences: Sequence[Sentence]) -> Iterator[object]:
    """Every spun form of the lexicon that stands in the sentences."""
    return itertools.chain.from_iterable(lexicon.matches(s.tokens) for s in sentences)


def lexicon_phrases() -> set[str]:
    """The spun forms of the lexicon that ships."""
    written = {spun for file in WRITTEN.glob("*.tsv") for line in parse_written(file) for spun, _ in line.spun}
    return ({p.lower() for p in written} | {pair.spun for pair in read_learned(LEARNED)}) - FUNCTION_WORDS


def make_automaton(phrases: set[str]) -> ahocorasick.Automaton:
    """The yardstick, with its own phrases as values."""
    automaton = ahocorasick.Automaton()
    for phrase in phrases:
        automaton.add_word(phrase, phrase)
    automaton.make_automaton()
    return automaton


def count(items: Iterator[object]) -> int:
    """How many there are, at the least cost of counting."""
    return sum(1 for _ in items)


if __name__ == "__main__":
    main()

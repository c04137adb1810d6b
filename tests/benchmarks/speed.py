"""Speed on this machine: `python -m tests.benchmarks.speed [FOLDER]` (of a restorer), part of `make bench`.

The yardstick is one pass of the base model, all-MiniLM-L6-v2, over the sentences of the same document, in batches as
sentence-transformers makes them by default. Suggestions with default settings should take at most three times as long.
Everything is loaded and warm, and what Restorer and SentenceEncoder remember of sentences is forgotten before every
run, so that nothing is timed from memory.

Two measurements:
* the long seed, over and over: all its words are in the caches of inflection, lemmas and language model, as they
  would not be in other texts; shows best where the time goes;
* the passages of `tests/gold/test.txt` and both seeds, one document after the other, the caches of words empty at the
  beginning of every round: so it is in a batch run. The long seed comes last.

Times are medians of several rounds of one run, in which all that is compared takes turns; the ratios say more than
the times. They are given by the clock and by the processor's account of this process: the two agree on an idle machine
with one thread (OMP_NUM_THREADS=1); where others run too, only the second says anything. Stages are timed in rounds
of their own, which takes a little longer.
"""

from __future__ import annotations

import functools
import gc
import os
import pkgutil
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import torch

from restore.candidates import COMBINERS, LAST_RESORTS, RESTORER_SOURCES, SOURCES
from restore.datamodels import Document
from restore.encoders import SentenceEncoder
from restore.evaluation import read_gold
from restore.glossary import load_glossary
from restore.lexicon import Lexicon
from restore.pipeline import suggest_document
from restore.resources import Resources, Settings, load_resources, packaged_glossary
from restore.scorers import ENCODER_SCORERS, RESTORER_SCORERS, SCORERS
from restore.segmentation import segment

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "003_5634fe5ae3712ea9.txt"
PASSAGES = ROOT / "tests" / "gold" / "test.txt"
ROUNDS = 5
#: rounds over all documents, and of stages
FEW = 3
BAR = 3.0
#: stages with a smaller share of the whole are not shown
LEAST = 0.01
#: caches of words hold more than this, others (of models, say) less
_MANY = 1_000

ENCODE, OWN_ENCODER = "encode the sentences once", "the same by restore.encoders"
WITH_MODEL, WITHOUT = "suggest", "suggest, --no-model"
#: what is timed as a stage, where the pipeline looks it up
STAGES = (
    *(
        f"restore.pipeline.{name}"
        for name in (
            "segment Context find_slots generate rerank calibrate one_spelling resolve_overlaps as_suggestions".split()
        )
    ),
    *(f"restore.rerank.{name}" for name in "features with_model shortlist rank surest read_again".split()),
    "restore.restorer.Restorer._read",
    "restore.encoders.SentenceEncoder.encode",
)
TABLES: Sequence[MutableMapping[str, Any]] = (
    SOURCES,
    LAST_RESORTS,
    RESTORER_SOURCES,
    COMBINERS,
    SCORERS,
    RESTORER_SCORERS,
    ENCODER_SCORERS,
)

#: the names of a stage and of those that it is part of, the outermost first
Stage = tuple[str, ...]


def main(folder: Path | None = None) -> None:
    """Print all tables."""
    print(f"{torch.get_num_threads()} threads of torch, {os.cpu_count()} cores")
    report_loading()
    plain, full = load_resources(Settings(model=None)), load_resources(Settings(restorer=folder))
    seed = Document(SEED.read_text(encoding="utf-8"))
    documents = [g.document for g in read_gold(PASSAGES)] + [Document(p.read_text("utf-8")) for p in other_seeds()]
    suggest_document(documents[0], full)  # loads the models
    report_documents([*documents, seed], plain, full)
    report_seed(seed, plain, full)
    report_stages(seed, full)


def median(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds of several runs."""
    return statistics.median(taken(action).clock for _ in range(rounds))


class Taken(NamedTuple):
    """Seconds by the clock, and of the processor's time for this process."""

    clock: float
    processor: float


def taken(action: Callable[[], object]) -> Taken:
    """How long it takes."""
    clock, processor = time.perf_counter(), time.process_time()
    action()
    return Taken(time.perf_counter() - clock, time.process_time() - processor)


def other_seeds() -> list[Path]:
    """All seeds but the long one."""
    return [p for p in sorted(SEED.parent.glob("*.txt")) if p != SEED]


def report_loading() -> None:
    """What reading the word lists takes, from the caches on disk."""
    print(f"{'load the glossary':50s} {median(lambda: load_glossary(packaged_glossary())) * 1000:9.1f} ms")
    print(f"{'load the lexicon':50s} {median(Lexicon.load) * 1000:9.1f} ms")


def report_seed(seed: Document, plain: Resources, full: Resources) -> None:
    """The long seed over and over."""
    rounds = [times(seed, plain, full) for _ in range(ROUNDS)]
    report(f"the long seed again and again, {words_in([seed])} words", rounds)


def report_documents(documents: Sequence[Document], plain: Resources, full: Resources) -> None:
    """All documents one after the other, and the last of them as it was read then."""
    all_rounds, last_rounds = [], []
    for _ in range(FEW):
        forget_words()
        by_document = [times(d, plain, full) for d in documents]
        all_rounds.append({what: total([t[what] for t in by_document]) for what in by_document[0]})
        last_rounds.append(by_document[-1])
    report(f"{len(documents)} documents, {words_in(documents)} words, word caches empty at first", all_rounds)
    report("of them the last, the long seed", last_rounds)


def total(parts: Sequence[Taken]) -> Taken:
    """All of them together."""
    return Taken(sum(t.clock for t in parts), sum(t.processor for t in parts))


def times(document: Document, plain: Resources, full: Resources) -> dict[str, Taken]:
    """What one document takes in every way. The default comes first: what it finds of words in no cache, the
    way without a model has at hand."""
    sentences = [document.text[s.start : s.end] for s in segment(document)]
    encoder = full.encoder
    assert isinstance(encoder, SentenceEncoder)
    forget_sentences(full)
    found = {WITH_MODEL: taken(lambda: suggest_document(document, full))}
    forget_sentences(full)
    found[ENCODE] = taken(lambda: encoder._model.encode(sentences, show_progress_bar=False))
    found[OWN_ENCODER] = taken(lambda: encoder.encode(sentences))
    found[WITHOUT] = taken(lambda: suggest_document(document, plain))
    return found


def words_in(documents: Sequence[Document]) -> int:
    """Words between white space."""
    return sum(len(d.text.split()) for d in documents)


def forget_sentences(resources: Resources) -> None:
    """Make the models read again what they have read."""
    assert isinstance(resources.encoder, SentenceEncoder)
    assert resources.restorer is not None
    resources.encoder._known.clear()
    resources.restorer._known.clear()


def forget_words() -> None:
    """Empty the package's caches of words; what is loaded stays."""
    frozen = gc.get_freeze_count()
    gc.unfreeze()  # what is frozen is not listed
    caches = [o for o in gc.get_objects() if type(o) is functools._lru_cache_wrapper]
    for cache in caches:
        if cache.__module__.startswith("restore.") and (cache.cache_parameters()["maxsize"] or 0) > _MANY:
            cache.cache_clear()
    if frozen:
        gc.freeze()


def report(title: str, rounds: Sequence[Mapping[str, Taken]]) -> None:
    """A table of medians, beside encoding once; a ratio is the median of the rounds' own."""
    print(f"\n{title}\n{'':44s} {'clock':>12s} {'ratio':>9s} {'processor':>12s} {'ratio':>9s}")
    for what in (ENCODE, OWN_ENCODER, WITH_MODEL, WITHOUT):
        cells = [
            f"{statistics.median(r[what][kind] for r in rounds) * 1000:9.0f} ms"
            f"{statistics.median(r[what][kind] / r[ENCODE][kind] for r in rounds):8.2f} x"
            for kind in (0, 1)
        ]
        print(f"  {what:42s} {' '.join(cells)}{f'   (bar: {BAR:.0f} x)' if what == WITH_MODEL else ''}")


def report_stages(document: Document, resources: Resources) -> None:
    """Where the processor's time for suggestions goes, as a tree; a stage's holds that of the stages under it."""
    rounds = []
    for _ in range(FEW):
        forget_sentences(resources)
        watch = Stopwatch()
        with stages_timed(watch):
            watch.timed("suggest", suggest_document)(document, resources)
        rounds.append(watch.seconds)
    found = {path: statistics.median(r.get(path, 0.0) for r in rounds) for path in rounds[0]}
    whole = found["suggest",]
    print(f"\nwhere the processor's time goes (stages of {LEAST:.0%} or more)")
    for path in in_tree_order(found):
        if found[path] >= LEAST * whole:
            name = "  " * len(path) + path[-1]
            print(f"{name:50s} {found[path] * 1000:9.1f} ms   {found[path] / whole:6.1%}")


def in_tree_order(found: Mapping[Stage, float]) -> list[Stage]:
    """Every stage followed by its parts, the longest first."""
    return sorted(found, key=lambda path: [(-found.get(path[:n], 0.0), path[n - 1]) for n in range(1, len(path) + 1)])


class Stopwatch:
    """Seconds of the processor by stage, for functions that call each other."""

    def __init__(self) -> None:
        self.seconds: dict[Stage, float] = defaultdict(float)
        self._path: Stage = ()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function as a stage; if it is a generator, it is run to its end."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            outer, self._path = self._path, (*self._path, name)
            start = time.process_time()
            try:
                found = function(*args, **kwargs)
                return list(found) if isinstance(found, Iterator) else found
            finally:
                self.seconds[self._path] += time.process_time() - start
                self._path = outer

        return timed


@contextmanager
def stages_timed(watch: Stopwatch) -> Iterator[None]:
    """All stages of the pipeline under the watch: its functions, sources and scorers."""
    with ExitStack() as stack:
        for place in STAGES:
            name = place.removeprefix("restore.").partition(".")[2]
            stack.enter_context(mock.patch(place, watch.timed(name, pkgutil.resolve_name(place))))
        for table in TABLES:
            timed = {name: watch.timed(name, function) for name, function in table.items()}
            stack.enter_context(mock.patch.dict(table, timed))
        yield


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))

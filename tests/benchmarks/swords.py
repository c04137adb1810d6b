"""Ranking substitutes in context on SWORDS v1.1 dev: `python -m tests.benchmarks.swords [FOLDER]` (of a restorer).

SWORDS (Lee et al., "Swords: A Benchmark for Lexical Substitution with Improved Data Coverage and Quality", NAACL 2021)
has 370 words in their context, each with some 60 substitutes from a thesaurus and from people, each judged by three to
ten people. Here they are put in order (the "ranking setting"), and the order is scored as the literature does:

* GAP, generalised average precision (Kishida, "Property of Average Precision and its Generalization", 2005; for this
  task: Thater, Fürstenau and Pinkal, ACL 2010; Melamud, Levy and Dagan, "A Simple Word Embedding Model for Lexical
  Substitution", 2015). A substitute weighs as much as the share of its judges who find it apt; one that nobody
  finds apt weighs 0 and stays in the list.
* P@1: of all 370 targets those whose first substitute is acceptable (over half of its judges find it apt, as SWORDS
  has it), and those whose first is conceivable (at least one does). 50 targets have no acceptable substitute.

Substitutes are put into the form of the target ("drove": "forced") and those with equal scores into alphabetical
order. The restorer reads the target's sentence, not the ones around it. Honest text is not what it was made for: the
target does stand as written, and the question is what may stand there too. Takes some minutes on one core.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from restore.context import fitted, reading_at
from restore.datamodels import Document
from restore.encoders import Encoder, load_encoder
from restore.restorer import Restorer, load_restorer
from restore.segmentation import segment
from restore.surface import words_of

DATA = Path(__file__).parents[3] / "shared" / "data" / "lexsub" / "swords-v1.1_dev.json.gz"
MASK = "[MASK]"
#: orders by chance that are averaged
DRAWS = 20
PUBLISHED = """\
Published, on SemEval-2007 task 10: a sister benchmark with other targets and shorter lists, to place the figures, not
to compare them one by one (Arefyev et al., COLING 2020; GAP, and P@1 among all words that a model may think of):
  embeddings without context 44.7, 16.8   context2vec 55.8, 7.8
  BERT and embeddings        53.9, 41.6   XLNet and embeddings 59.6, 49.5"""

#: one row a target, one number a substitute
Scores = list[list[float]]


class Target(NamedTuple):
    """A word in its sentence, with its substitutes in alphabetical order."""

    #: the sentence before the word, the word, the sentence after it
    text: tuple[str, str, str]
    #: the sentence as the restorer reads it, and which of its words is the target
    words: tuple[str, ...]
    place: int
    #: in the form that fits
    substitutes: tuple[str, ...]
    #: the share of the judges who find each apt
    weights: tuple[float, ...]

    def with_words(self, words: Sequence[str]) -> list[str]:
        """The sentence with other words in the target's place."""
        return [*self.words[: self.place], *words, *self.words[self.place + 1 :]]


class Figures(NamedTuple):
    """How good an order is, in percent."""

    gap: float
    acceptable: float
    conceivable: float


def main(folder: Path | None = None) -> None:
    """Print the table; say so if the data is absent."""
    if not DATA.is_file():
        sys.exit(f"{DATA} is absent: get swords-v1.1_dev.json.gz from github.com/p-lambda/swords (assets/parsed)")
    targets = read_targets(DATA)
    print(f"SWORDS v1.1 dev: {len(targets)} targets, {sum(len(t.weights) for t in targets)} substitutes, percent")
    print(f"{'':48s} {'GAP':>6s} {'P@1 acceptable':>15s} {'conceivable':>12s}")
    report("by chance", by_chance(targets))
    cosines, ways = by_cosine(targets, load_encoder()), by_restorer(targets, load_restorer(folder))
    for name, rows in {**cosines, **ways}.items():
        report(name, figures(targets, rows))
    way, cosine = best(targets, ways), best(targets, cosines)
    report("the best of both, added as z-scores", figures(targets, added(ways[way], cosines[cosine])))
    report("the best order there is", figures(targets, [list(t.weights) for t in targets]))
    print(f"(the best of both: {way}; {cosine})\n{PUBLISHED}")


def report(name: str, found: Figures) -> None:
    """One line of the table."""
    print(f"{name:48s} {found.gap:6.1f} {found.acceptable:15.1f} {found.conceivable:12.1f}", flush=True)


def by_cosine(targets: Sequence[Target], encoder: Encoder) -> dict[str, Scores]:
    """What sentence embeddings say, by name."""
    sentences = [["".join((t.text[0], w, t.text[2])) for w in (t.text[1], *t.substitutes)] for t in targets]
    return {
        "cosine of word and substitute": cosine([[t.text[1], *t.substitutes] for t in targets], encoder),
        "cosine of the sentence with either": cosine(sentences, encoder),
    }


def by_restorer(targets: Sequence[Target], restorer: Restorer) -> dict[str, Scores]:
    """What the restorer says, by name."""
    return {
        "restorer: ln P(substitute | word is wrong)": expected(targets, [t.words for t in targets], restorer),
        "restorer: the same, word masked": expected(targets, [t.with_words([MASK]) for t in targets], restorer),
        "restorer: log-odds that the substitute stands": standing(targets, restorer),
    }


def read_targets(path: Path) -> list[Target]:
    """The benchmark's targets in its order."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        data = json.load(file)
    substitutes: dict[str, dict[str, float]] = defaultdict(dict)
    for name, item in data["substitutes"].items():
        labels = data["substitute_labels"][name]
        substitutes[item["target_id"]][item["substitute"]] = labels.count("TRUE") / len(labels)
    return [
        as_target(data["contexts"][item["context_id"]]["context"], item, substitutes[name])
        for name, item in data["targets"].items()
    ]


def as_target(text: str, item: Mapping[str, Any], weights: Mapping[str, float]) -> Target:
    """A target of the benchmark in its sentence, its substitutes inflected as it is."""
    start, end = item["offset"], item["offset"] + len(item["target"])
    sentence = next(s for s in segment(Document(text)) if s.start <= start < s.end)
    place = next(i for i, t in enumerate(sentence.tokens) if t.start <= start < t.end)
    reading = reading_at(sentence, place, "", {item["pos"]})
    names = sorted(weights)
    return Target(
        (text[sentence.start : start], text[start:end], text[end : sentence.end]),
        tuple(t.norm for t in sentence.tokens),
        place,
        tuple(fitted(sentence, place, place + 1, name, reading) for name in names),
        tuple(weights[name] for name in names),
    )


def cosine(groups: Sequence[Sequence[str]], encoder: Encoder) -> Scores:
    """Of each group the cosine of the first text with every other."""
    vectors = encoder.encode([text for group in groups for text in group])
    ends = np.cumsum([len(group) for group in groups])
    return [(own[1:] @ own[0]).tolist() for own in np.split(vectors, ends[:-1])]


def expected(targets: Sequence[Target], sentences: Sequence[Sequence[str]], restorer: Restorer) -> Scores:
    """ln P(substitute | what stands in the target's place is wrong), from one reading a target; as in the pipeline
    (`restore.scorers.denoising`), the first word speaks for a substitute of several."""
    with asking(restorer, math.inf):
        readings = restorer.read(sentences)
    return [
        restorer.log_probabilities(reading, t.place, [words_of(s.lower())[0] for s in t.substitutes])
        for t, reading in zip(targets, readings, strict=True)
    ]


def standing(targets: Sequence[Target], restorer: Restorer) -> Scores:
    """Log-odds that the substitute stands as written where it is put in, of the least likely of its words; from one
    reading a substitute."""
    put_in = [[words_of(s.lower()) for s in t.substitutes] for t in targets]
    with asking(restorer, -math.inf):
        read = iter(restorer.read([t.with_words(w) for t, own in zip(targets, put_in, strict=True) for w in own]))
    return [
        [min(next(read).stands[t.place : t.place + len(words)]) for words in own]
        for t, own in zip(targets, put_in, strict=True)
    ]


@contextmanager
def asking(restorer: Restorer, most: float) -> Iterator[None]:
    """The restorer asked, of all words up to these log-odds of standing, what stood there; nothing is remembered."""
    restorer._known.clear()
    with mock.patch("restore.restorer._SURELY_STANDS", most):
        yield
    restorer._known.clear()


def added(*ways: Scores) -> Scores:
    """The sum of several scores, each with mean 0 and variance 1 within a target."""
    return [np.sum([z_scores(row) for row in rows], axis=0).tolist() for rows in zip(*ways, strict=True)]


def z_scores(row: Sequence[float]) -> NDArray[np.float64]:
    """The numbers with mean 0 and variance 1; all 0 if they are the same."""
    values = np.array(row, dtype=np.float64)
    scaled: NDArray[np.float64] = (values - values.mean()) / (values.std() or 1.0)
    return scaled


def best(targets: Sequence[Target], ways: Mapping[str, Scores]) -> str:
    """The way with the highest GAP."""
    return max(ways, key=lambda name: figures(targets, ways[name]).gap)


def figures(targets: Sequence[Target], scores: Scores) -> Figures:
    """Means over all targets."""
    orders = [in_order(t.weights, row) for t, row in zip(targets, scores, strict=True)]
    firsts = [order[0] for order in orders]
    means = (np.mean([gap(o) for o in orders]), np.mean([w > 0.5 for w in firsts]), np.mean([w > 0 for w in firsts]))
    return Figures(*(100 * float(m) for m in means))


def by_chance(targets: Sequence[Target]) -> Figures:
    """The figures of random orders, on average."""
    draw = random.Random(0)
    found = [figures(targets, [[draw.random() for _ in t.weights] for t in targets]) for _ in range(DRAWS)]
    return Figures(*np.mean(found, axis=0).tolist())


def in_order(weights: Sequence[float], row: Sequence[float]) -> list[float]:
    """The weights by falling score; equal scores stay as they were."""
    return [weights[j] for j in sorted(range(len(row)), key=lambda j: -row[j])]


def gap(weights: Sequence[float]) -> float:
    """Generalised average precision of weights in the order of a ranking; at least one must be over 0."""
    return mean_weights(weights) / mean_weights(sorted(weights, reverse=True))


def mean_weights(weights: Sequence[float]) -> float:
    """The sum, over all places with a weight over 0, of the mean weight up to there (Kishida 2005)."""
    means = np.cumsum(weights) / np.arange(1, len(weights) + 1)
    return float(means[np.array(weights) > 0].sum())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))

"""Learn to combine terms, and measure it on terms that were held out.

From pairs (spun term, established term) come the statistics of `restore.terms` and the weights of
`restore.combination`. Both are judged by cross-validation over established terms: to restore the terms of one fold
the lexicon, the term statistics and the weights are learned from the others alone.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from restore.collocations import BOUNDARY, Collocations
from restore.combination import Combination, combinations, ranked, term_arcs
from restore.datamodels import Document
from restore.errors import InputError
from restore.formats.files import write_atomically
from restore.glossary import Glossary
from restore.lexicon import FUNCTION_WORDS, WRITTEN, Lexicon, base_form, parse_written, weigh
from restore.resources import Resources, Settings, load_resources
from restore.segmentation import segment
from restore.surface import words_of
from restore.terms import Term, TermModel, singular
from restore.training.lexicon import learn

_FOLDS = 5
_WIDTH = 60
_LONGEST = 6
_KEPT = math.log(0.03)
_L2 = 1e-3
#: words rarer than this (natural logarithm of the share of clean prose) make no known term
_RAREST = math.log(1e-7)


class TermPair(NamedTuple):
    """A spun term and the established one, as words."""

    spun: str
    term: Term

    @property
    def fold(self) -> int:
        """All spun forms of a term are in one fold, in either number."""
        return zlib.crc32(" ".join(singular(self.term)).encode()) % _FOLDS


@dataclass(frozen=True)
class Trial:
    """A held-out spun term with its combinations, and the place of the right one (-1: not among them)."""

    pair: TermPair
    found: list[Combination]
    right: int


class TermFigures(NamedTuple):
    """How many of the held-out spun terms have the right one first, among the first five, anywhere."""

    pairs: int
    #: letter for letter, case and hyphens aside
    exact: tuple[float, float, float]
    #: singular or plural
    any_number: tuple[float, float, float]
    #: any inflected form of each word ("image processing", "image process")
    any_form: tuple[float, float, float]

    def lines(self) -> Iterator[str]:
        """The figures as a table."""
        yield f"{self.pairs} spun terms, restored without what their established term teaches"
        yield f"{'':12}first  first 5  anywhere"
        for name in ("exact", "any_number", "any_form"):
            first, five, anywhere = getattr(self, name)
            yield f"{name.replace('_', ' '):12}{first:5.3f}  {five:7.3f}  {anywhere:8.3f}"


def read_term_pairs(file: Path) -> list[TermPair]:
    """The pairs of a file of `spun <TAB> established` lines; brackets, which hold explanations, are dropped."""
    pairs = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        fields = [re.sub(r"[(\[].*?[)\]]", " ", f).lower() for f in line.split("\t")]
        if len(fields) < 2:
            raise InputError(f"{file}:{number}: expected 'spun term <TAB> established term'")
        spun, term = _words(fields[0]), _words(fields[1])
        if spun and term and spun != term:
            pairs.append(TermPair(" ".join(spun), term))
    return pairs


def _words(text: str) -> Term:
    return tuple(w for w in words_of(text) if w[0].isalnum())


def hold_out(pairs: Sequence[TermPair], resources: Resources, known: Sequence[Term]) -> list[Trial]:
    """Every pair's combinations, made without the pairs of its fold."""
    trials: list[Trial] = []
    for fold in range(_FOLDS):
        learned_from = [p for p in pairs if p.fold != fold]
        own = _without(resources, learned_from)
        model = TermModel(resources.collocations, known, term_pairs(learned_from))
        trials += [_trial(p, own, model) for p in pairs if p.fold == fold]
    return trials


def _without(resources: Resources, learned_from: Sequence[TermPair]) -> Resources:
    """The resources with a lexicon learned from some pairs only, and no glossary."""
    written = weigh([line for file in sorted(WRITTEN.glob("*.tsv")) for line in parse_written(file)])
    learned = learn([(_words(p.spun), p.term) for p in learned_from])
    lexicon = Lexicon([p for p in (*written, *learned) if p.spun not in FUNCTION_WORDS])
    return replace(resources, lexicon=lexicon, glossary=Glossary(()))


def _trial(pair: TermPair, resources: Resources, model: TermModel) -> Trial:
    found = restore_term(pair.spun, resources, model)
    texts = [_words(c.text) for c in found]
    place = min(_place(pair.term, texts), _place(singular(pair.term), [singular(t) for t in texts]))
    return Trial(pair, found, place if place < _WIDTH else -1)


def restore_term(spun: str, resources: Resources, model: TermModel) -> list[Combination]:
    """The combinations for a term that stands by itself."""
    sentences = segment(Document(spun))
    if len(sentences) != 1 or len(sentences[0].tokens) > _LONGEST:
        return []
    arcs = term_arcs(sentences[0], resources, _KEPT)
    return combinations(arcs, len(sentences[0].tokens), model, _WIDTH)


def measure(trials: Sequence[Trial]) -> TermFigures:
    """The figures. Weights are cross-fitted: those that order a fold's combinations come from the other folds."""
    orders: list[tuple[Term, list[Term]]] = []
    for fold in range(_FOLDS):
        weights = fit_weights([t for t in trials if t.pair.fold != fold])
        orders += [
            (t.pair.term, [_words(c.text) for _, c in ranked(t.found, weights)]) for t in trials if t.pair.fold == fold
        ]
    return TermFigures(len(orders), _shares(orders, tuple), _shares(orders, singular), _shares(orders, _base_forms))


def _base_forms(words: Sequence[str]) -> Term:
    return tuple(map(base_form, words))


def _shares(
    orders: Sequence[tuple[Term, list[Term]]], form: Callable[[Sequence[str]], Term]
) -> tuple[float, float, float]:
    places = [_place(form(term), list(dict.fromkeys(map(form, found)))) for term, found in orders]
    first, five, anywhere = (sum(p < most for p in places) / len(places) for most in (1, 5, _WIDTH))
    return first, five, anywhere


def _place(term: Term, found: Sequence[Term]) -> int:
    return found.index(term) if term in found else _WIDTH


def fit_weights(trials: Sequence[Trial]) -> dict[str, float]:
    """Conditional logit over the combinations of each trial that holds the right one (McFadden 1974)."""
    useful = [t for t in trials if t.right >= 0 and len(t.found) > 1]
    names = list(useful[0].found[0].features)
    x = np.array([[c.features[n] for n in names] for t in useful for c in t.found])
    scale = x.std(axis=0) + 1e-9
    x /= scale
    sizes = np.array([len(t.found) for t in useful])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    group = np.repeat(np.arange(len(useful)), sizes)
    right = starts + np.array([t.right for t in useful])

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = x @ w
        most = np.maximum.reduceat(scores, starts)
        e = np.exp(scores - most[group])
        total = np.add.reduceat(e, starts)
        value = -(scores[right] - most - np.log(total)).mean() + _L2 * float(w @ w)
        gradient = (x.T @ (e / total[group]) - x[right].sum(axis=0)) / len(useful)
        return float(value), gradient + 2 * _L2 * w

    result = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return {name: float(w / s) for name, w, s in zip(names, result.x, scale, strict=True)}


def term_pairs(pairs: Sequence[TermPair]) -> Counter[tuple[str, str]]:
    """How often words stand side by side in different terms, in the singular; a term's edges count as words."""
    counts: Counter[tuple[str, str]] = Counter()
    for term in {singular(p.term) for p in pairs}:
        counts.update(zip((BOUNDARY, *term), (*term, BOUNDARY), strict=True))
    return counts


def wordnet_terms(folder: Path, frequencies: Collocations) -> Iterator[Term]:
    """The compound nouns of WordNet whose words clean prose uses (index.noun; wndb(5WN))."""
    try:
        text = (folder / "index.noun").read_text(encoding="utf-8")
    except OSError as error:
        hint = "install Debian's wordnet-base and name /usr/share/wordnet"
        raise InputError(f"{folder / 'index.noun'}: {error.strerror}", hint) from error
    for line in text.splitlines():
        name = line.partition(" ")[0]
        if "_" in name:
            words = words_of(name.replace("_", " "))
            if len(words) <= 4 and all(frequencies.frequency(w) > _RAREST for w in words):
                yield singular(words)


def cross_validated(pairs_file: Path, wordnet: Path) -> tuple[list[Term], TermFigures, list[Trial]]:
    """The known terms of WordNet, the figures on held-out terms, and the trials they come from."""
    resources = load_resources(Settings(model=None))
    known = sorted(set(wordnet_terms(wordnet, resources.collocations)))
    trials = hold_out(read_term_pairs(pairs_file), resources, known)
    return known, measure(trials), trials


def write(
    pairs: Sequence[TermPair], known: Sequence[Term], trials: Sequence[Trial], out: Path, weights_out: Path
) -> None:
    """Write the known terms and the statistics of all pairs (.tsv.gz), and the weights fitted on all trials."""
    lines = [" ".join(t) for t in known]
    # two words that stand together in one term alone would give that term away: they are left out
    lines += [f"{a} {b}\t{n}" for (a, b), n in sorted(term_pairs(pairs).items()) if n > 1]
    write_atomically(out, gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))
    weights = {name: round(w, 4) for name, w in fit_weights(trials).items()}
    content = {"about": "weights of term combination; made by `restore train terms`", "weights": weights}
    weights_out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

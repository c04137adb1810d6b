"""Restore terms of several words by combining what their words may have been.

"counterfeit consciousness" is artificial|fake|false x intelligence|awareness|mind, and of these combinations
"artificial intelligence" is a term that people use. Combinations come from the lattice of a span; a log-linear model,
whose weights `restore train terms` fits, orders them.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from restore.collocations import BOUNDARY
from restore.context import fitted, reading_at
from restore.datamodels import Candidate, Option, Sentence, Slot
from restore.errors import DataError
from restore.lattice import Arc, best_paths
from restore.lattice import Path as Reading
from restore.resources import Resources
from restore.surface import POS, POS_NAMES, inflected_word, readings, words_of
from restore.terms import TermModel

WEIGHTS = Path(__file__).parent / "data" / "term_weights.json"
#: how far each source is believed
_SHARES = {"glossary": 1.0, "restorer": 0.3, "terms": 0.2, "learned": 0.6, "written": 0.3, "thesaurus": 0.1}
_FLOOR = 1e-4
#: most options of a slot that take part in the search, and the language model's say in it
_OPTIONS, _TRUST = 120, 0.7
_LOWEST = {"learned": 1e-3, "written": 1e-2, "thesaurus": 1e-2}
_LEAST_FORWARD = -5.0
#: how likely a base form is to stand as a participle
_PARTICIPLE = 0.3


class Combination(NamedTuple):
    """What a whole span may have been, with what speaks for it."""

    text: str
    features: Mapping[str, float]
    arcs: tuple[Arc, ...]


def belief(option: Option) -> float:
    """ln of how likely an option is by its sources alone."""
    return math.log(sum(_SHARES[s] * c.prior for s, c in option.evidence.items()) + _FLOOR)


def arcs_of(sentence: Sentence, slots: Sequence[Slot], kept: float, most: int = _OPTIONS) -> list[Arc]:
    """The lattice of a sentence: `most` options of every slot, and every token as it stands with ln P `kept`."""
    arcs = [Arc(i, i + 1, (t.norm,), kept) for i, t in enumerate(sentence.tokens)]
    for slot in slots:
        scored = sorted(((belief(o), o) for o in slot.options), key=lambda item: -item[0])[:most]
        arcs += [
            Arc(slot.first, slot.last, words, score, o) for score, o in scored if (words := words_of(o.text.lower()))
        ]
    return arcs


def term_arcs(sentence: Sentence, resources: Resources, kept: float) -> list[Arc]:
    """The lattice of a term: unlike in running text, nothing says which part of speech a word is, so that every
    pair whose spun form stands there counts, in its base form where it cannot be fitted."""
    found: dict[tuple[int, int], dict[str, dict[str, Candidate]]] = defaultdict(lambda: defaultdict(dict))
    for c in _pieces(sentence, resources):
        by_source = found[c.first, c.last][c.text]
        if c.source not in by_source or by_source[c.source].prior < c.prior:
            by_source[c.source] = c
    slots = [
        Slot(sentence, first, last, tuple(Option(text, by) for text, by in texts.items()))
        for (first, last), texts in found.items()
    ]
    return arcs_of(sentence, slots, kept)


def _pieces(sentence: Sentence, resources: Resources) -> Iterator[Candidate]:
    for m in resources.lexicon.matches(sentence.tokens):
        for pair in m.value:
            at = m.inflected if m.inflected >= 0 else m.last - 1
            reading = reading_at(sentence, at, "", {POS[pair.pos]} if pair.pos in POS else None)
            text = fitted(sentence, m.first, m.last, pair.original, reading)
            for form, share in _forms(text):
                yield Candidate(m.first, m.last, form, pair.source, pair.probability * share, "", pair.forward)
    for i, token in enumerate(sentence.tokens):
        for r in readings(token.norm):
            for related in resources.thesaurus.related(r.lemma, POS_NAMES.get(r.pos, "")):
                text = fitted(sentence, i, i + 1, related.word, r)
                yield Candidate(i, i + 1, text, "thesaurus", related.probability)


def _forms(text: str) -> Iterator[tuple[str, float]]:
    """A word and, if it is a verb, its participles: terms are full of them ("image processing")."""
    yield text, 1.0
    if any(r.tag == "VB" for r in readings(text)):
        for tag in ("VBG", "VBN"):
            yield inflected_word(text, tag), _PARTICIPLE


def combinations(arcs: Sequence[Arc], length: int, model: TermModel, width: int) -> list[Combination]:
    """The `width` likeliest combinations for a span of `length` tokens, in the order of the search."""
    found = best_paths(arcs, length, model.follows, _TRUST, width)
    return [_combination(p, model) for p in found if any(a.option for a in p.arcs)]


def _combination(path: Reading, model: TermModel) -> Combination:
    words = path.words
    changed = [a for a in path.arcs if a.option]
    pairs = list(pairwise(words))
    found = {
        "search": path.score,
        "belief": sum(a.score for a in changed),
        "sequence": model.sequence((BOUNDARY, *words, BOUNDARY)),
        "alone": sum(map(model.alone, words)),
        "known": float(len(words) > 1 and model.knows(words)),
        "linked": sum(model.linked(a, b) for a, b in pairs) / max(len(pairs), 1),
        "kept": float(len(path.arcs) - len(changed)),
        "words": float(len(words)),
        "more words": float(len(words) - path.arcs[-1].last + path.arcs[0].first),
        "forward": sum(_forward(a.option) for a in changed if a.option),
    }
    for source, lowest in _LOWEST.items():
        found[source] = sum(_prior(a.option, source, lowest) for a in changed if a.option)
    return Combination(" ".join(words), found, path.arcs)


def _prior(option: Option, source: str, lowest: float) -> float:
    c = option.evidence.get(source)
    return math.log(max(c.prior if c else 0.0, lowest))


def _forward(option: Option) -> float:
    c = option.evidence.get("written")
    return max(c.forward, _LEAST_FORWARD) if c and c.forward is not None else _LEAST_FORWARD


def ranked(found: Sequence[Combination], weights: Mapping[str, float]) -> list[tuple[float, Combination]]:
    """The combinations with their shares of the probability, the likeliest first."""
    if not found:
        return []
    scores = [sum(weights[name] * value for name, value in c.features.items()) for c in found]
    most = max(scores)
    total = sum(math.exp(s - most) for s in scores)
    shared = [(math.exp(s - most) / total, c) for s, c in zip(scores, found, strict=True)]
    return sorted(shared, key=lambda item: -item[0])


@lru_cache(maxsize=1)
def load_term_weights(path: Path = WEIGHTS) -> Mapping[str, float]:
    """The fitted weights. Raises DataError if the file is missing or damaged."""
    try:
        return {k: float(v) for k, v in json.loads(path.read_text(encoding="utf-8"))["weights"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: cannot read the weights: {error}", "run `restore train terms`") from error

"""Known terms of several words, put together from what the other sources propose for their words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import nlargest

from restore.combination import Combination, belief, combinations, load_term_weights, ranked
from restore.context import fitted
from restore.datamodels import Candidate, Option, Sentence
from restore.lattice import Arc
from restore.resources import Resources
from restore.surface import words_of
from restore.terms import Term, singular

#: ln of how likely a word of a garbled term is to stand as written
_KEPT = math.log(0.03)
#: readings of a span that are compared
_WIDTH = 12
#: likeliest pieces at each place that take part in them
_PIECES = 20
#: combinations with a smaller share of their span's are not worth showing
_LEAST = 0.1

#: place of the first token -> what may stand there, by the token behind it and the words
Pieces = Mapping[int, Mapping[tuple[int, Term], Arc]]


def combine(sentence: Sentence, candidates: Sequence[Candidate], resources: Resources) -> Iterator[Candidate]:
    """One candidate for each known term that can be read from two pieces or more, at least one of them replaced."""
    pieces = _pieces(sentence, candidates)
    known: dict[tuple[int, int], set[str]] = defaultdict(set)
    for first in range(len(sentence.tokens)):
        for arcs in _terms_from(first, (), (), pieces, resources):
            known[first, arcs[-1].last].add(" ".join(w for arc in arcs for w in arc.words))
    for (first, last), texts in known.items():
        for share, reading in _readings(first, last, pieces, resources):
            if reading.text in texts and share >= _LEAST:
                text = fitted(sentence, first, last, reading.text, None)
                yield Candidate(first, last, text, "terms", share, f"'{reading.text}' is a known term")


def _readings(first: int, last: int, pieces: Pieces, resources: Resources) -> list[tuple[float, Combination]]:
    """What a span may have been with the shares, known terms and others side by side."""
    inside = [
        arc
        for i in range(first, last)
        for arc in nlargest(_PIECES, pieces.get(i, {}).values(), key=lambda arc: arc.score)
        if arc.last <= last
    ]
    arcs = [arc._replace(first=arc.first - first, last=arc.last - first) for arc in inside]
    return ranked(combinations(arcs, last - first, resources.terms, _WIDTH), load_term_weights())


def _pieces(sentence: Sentence, candidates: Sequence[Candidate]) -> Pieces:
    pieces: dict[int, dict[tuple[int, Term], Arc]] = defaultdict(dict)
    for i, token in enumerate(sentence.tokens):
        if not token.protection:
            pieces[i][i + 1, (token.norm,)] = Arc(i, i + 1, (token.norm,), _KEPT)
    for c in candidates:
        words = words_of(c.text.lower())
        arc = pieces[c.first].get((c.last, words))
        evidence = {**(arc.option.evidence if arc and arc.option else {}), c.source: c}
        option = Option(c.text, evidence)
        pieces[c.first][c.last, words] = Arc(c.first, c.last, words, belief(option), option)
    return pieces


def _terms_from(
    place: int, words: Term, arcs: tuple[Arc, ...], pieces: Pieces, resources: Resources
) -> Iterator[tuple[Arc, ...]]:
    for arc in pieces.get(place, {}).values():
        longer = words + singular(arc.words)
        if not resources.terms.begins(longer):
            continue
        path = (*arcs, arc)
        if len(path) > 1 and resources.terms.knows(longer) and any(a.option for a in path):
            yield path
        yield from _terms_from(arc.last, longer, path, pieces, resources)

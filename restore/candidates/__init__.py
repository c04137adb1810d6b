"""Candidate generation: what each source of knowledge proposes for the spans of a sentence.

A source is a function (sentence, context, resources) -> candidates. To add one, write a module and list it here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from restore.candidates import glossary, lexicon, restorer, terms, thesaurus
from restore.context import Context
from restore.datamodels import Candidate, Option, Sentence, Slot
from restore.resources import Resources
from restore.surface import words_of

Source = Callable[[Sentence, Context, Resources], Iterator[Candidate]]
Combiner = Callable[[Sentence, Sequence[Candidate], Resources], Iterator[Candidate]]

SOURCES: dict[str, Source] = {
    "glossary": glossary.propose,
    "lexicon": lexicon.propose,
}
#: asked as well where the text shows signs of spinning: almost every word has thesaurus relations
LAST_RESORTS: dict[str, Source] = {
    "thesaurus": thesaurus.propose,
}
#: asked there too, if there is a model
RESTORER_SOURCES: dict[str, Source] = {
    "restorer": restorer.propose,
}
#: asked after the sources, about what they propose together
COMBINERS: dict[str, Combiner] = {
    "terms": terms.combine,
}


def generate(
    sentences: Sequence[Sentence],
    context: Context,
    resources: Resources,
    sources: Mapping[str, Source],
    combiners: Mapping[str, Combiner] = MappingProxyType({}),
) -> list[Slot]:
    """The slots of some sentences of a document: every span that a source has candidates for, with all of them."""
    slots: list[Slot] = []
    for sentence in sentences:
        here = context.at(sentence)
        kept = resources.glossary.kept(sentence.tokens, here.surroundings)
        candidates = [
            c
            for propose in sources.values()
            for c in propose(sentence, here, resources)
            if not any(k.forbids(c.first, c.last) for k in kept)
        ]
        candidates += [c for combine in combiners.values() for c in combine(sentence, candidates, resources)]
        slots += _slots(sentence, candidates)
    return slots


def _slots(sentence: Sentence, candidates: Sequence[Candidate]) -> Iterator[Slot]:
    spans: dict[tuple[int, int], dict[str, dict[str, Candidate]]] = defaultdict(lambda: defaultdict(dict))
    for c in candidates:
        by_source = spans[c.first, c.last][c.text]
        if c.source not in by_source or by_source[c.source].prior < c.prior:
            by_source[c.source] = c
    for (first, last), texts in sorted(spans.items()):
        before = _without_hyphens(t.norm for t in sentence.tokens[first:last])
        options = tuple(
            Option(text, by_source) for text, by_source in texts.items() if _without_hyphens(words_of(text)) != before
        )
        if options:
            yield Slot(sentence, first, last, options)


def _without_hyphens(words: Iterable[str]) -> list[str]:
    return [w for w in words if w != "-"]

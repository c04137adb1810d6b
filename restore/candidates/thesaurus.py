"""Candidates from thesaurus relations: for single words that no better source knows how to explain."""

from __future__ import annotations

from collections.abc import Iterator

from restore.context import Context, fitted, reading_at, touchable
from restore.datamodels import Candidate, Sentence
from restore.resources import Resources
from restore.surface import POS

_POS_NAMES = {upos: name for name, upos in POS.items()}
#: words that spinners leave alone, and that mean too much for a thesaurus
_SKIPPED = frozenset(
    "be have do go get make take come say can will not no more most very so as well also then there here when while "
    "one two three first last new other such own same".split()
)
_MIN_LENGTH = 4


def propose(sentence: Sentence, context: Context, resources: Resources) -> Iterator[Candidate]:
    """One candidate for each related word of each noun, verb, adjective and adverb."""
    for i, token in enumerate(sentence.tokens):
        if len(token.norm) < _MIN_LENGTH or not token.norm.isalpha() or not touchable(sentence, i, i + 1):
            continue
        reading = reading_at(sentence, i)
        if reading is None or reading.lemma in _SKIPPED:
            continue
        for related in resources.thesaurus.related(reading.lemma, _POS_NAMES[reading.pos]):
            text = fitted(sentence, i, i + 1, related.word, reading)
            why = f"'{related.word}' is a {related.relation} word for '{reading.lemma}'"
            yield Candidate(i, i + 1, text, "thesaurus", related.probability, why)

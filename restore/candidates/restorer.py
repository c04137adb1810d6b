"""Candidates from the denoising restorer: the words that the sentence expects where one does not stand as written."""

from __future__ import annotations

import math
from collections.abc import Iterator

from restore.context import Context, fitted, touchable
from restore.datamodels import Candidate, Sentence
from restore.resources import Resources

#: log-odds that a word stands, from which on nothing is proposed; and the least share of a proposal
_STANDS, _LEAST = math.log(0.8 / 0.2), 0.02


def propose(sentence: Sentence, context: Context, resources: Resources) -> Iterator[Candidate]:
    """One candidate for each word that the restorer finds likely, in the form that it expects."""
    if resources.restorer is None:
        return
    (reading,) = resources.restorer.read([[t.norm for t in sentence.tokens]])
    for i, (token, stands) in enumerate(zip(sentence.tokens, reading.stands, strict=True)):
        if stands > _STANDS or not token.norm.isalpha() or not touchable(sentence, i, i + 1):
            continue
        for word, share in reading.expected[i]:
            if share >= _LEAST and word.isalpha() and word != token.norm:
                text = fitted(sentence, i, i + 1, word, None)
                yield Candidate(i, i + 1, text, "restorer", share, f"the sentence expects '{word}' ({share:.0%})")

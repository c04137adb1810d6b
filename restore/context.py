"""What candidate sources share: the words around a sentence, and fitting a base form into the text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from functools import cached_property

from restore.datamodels import Sentence
from restore.glossary import Glossary, Surroundings
from restore.surface import Reading, best_reading, in_title_case, inflect, match_case, readings


class Context:
    """A document's sentences, seen from one of them."""

    def __init__(self, sentences: Sequence[Sentence], glossary: Glossary) -> None:
        self._sentences = sentences
        self._spun = glossary.is_spun([s.tokens for s in sentences])
        self._positions = {s.start: i for i, s in enumerate(sentences)}
        self._position = 0
        self._article = Surroundings.index([t for s in sentences for t in s.tokens])

    def at(self, sentence: Sentence) -> Context:
        """The same document seen from another of its sentences."""
        other = copy(self)
        other._position = self._positions[sentence.start]
        other.__dict__.pop("surroundings", None)  # was this sentence's
        return other

    @property
    def neighbours(self) -> tuple[Sequence[Sentence], Sequence[Sentence]]:
        """The sentence before and the one after, as far as there are any."""
        i = self._position
        return self._sentences[max(0, i - 1) : i], self._sentences[i + 1 : i + 2]

    @cached_property
    def surroundings(self) -> Surroundings:
        """The words of this sentence and its two neighbours, and those of the article."""
        nearby = self._sentences[max(0, self._position - 1) : self._position + 2]
        return Surroundings(Surroundings.index([t for s in nearby for t in s.tokens]), self._article, self._spun)


def reading_at(
    sentence: Sentence, i: int, base: str = "", parts_of_speech: Collection[str] | None = None
) -> Reading | None:
    """The likeliest reading of token i, among those with the given base form and parts of speech."""
    tokens = sentence.tokens
    options = tuple(
        r
        for r in readings(tokens[i].norm)
        if (not base or r.lemma == base) and (parts_of_speech is None or r.pos in parts_of_speech)
    )
    if not options:
        return None
    left = tokens[i - 1].norm if i else ""
    right = tokens[i + 1].norm if i + 1 < len(tokens) else ""
    return best_reading(options, left, right)


def fitted(sentence: Sentence, first: int, last: int, original: str, reading: Reading | None) -> str:
    """A base-form original as it reads in place of tokens [first, last): inflected, in the case of the text."""
    text = inflect(original, reading.pos, reading.tag) if reading else original
    tokens = sentence.tokens[first:last]
    before = " ".join(t.text for t in tokens)
    if before[:1].islower():
        return text
    return match_case(before, text, sentence.heading or in_title_case(tokens))


def touchable(sentence: Sentence, first: int, last: int) -> bool:
    """Whether no token of the span is protected."""
    return not any(t.protection for t in sentence.tokens[first:last])

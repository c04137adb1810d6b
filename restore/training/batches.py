"""From clean paragraphs to what the restorer's network reads: sentences, spun examples, batches of tensors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import torch
from torch import Tensor

from restore.datamodels import Document, Sentence
from restore.errors import InputError
from restore.network import DELETED_ID
from restore.restorer import DELETED, LONGEST, WordPieces
from restore.segmentation import segment
from restore.training.corpora import Part, documents
from restore.training.recipe import Recipe
from restore.training.spinning import Spinner, SpunSentence

STANDS, IGNORED = -1, -2
#: lines of so many characters or fewer are headings, captions and the like
_NO_PARAGRAPH = 40
#: sentences with fewer tokens say too little
_FEWEST_TOKENS = 4
#: paragraphs of each corpus that a run is measured on
_HELD_OUT = 25


class Example(NamedTuple):
    """A sentence as the network reads it."""

    ids: list[int]
    #: the first piece of every word
    places: list[int]
    #: what stood at each of these: a vocabulary entry, STANDS, or IGNORED
    targets: list[int]
    #: (place, entry) of the words that are masked and asked for
    masked: list[tuple[int, int]]


class Batch(NamedTuple):
    """Examples of similar length; places index the pieces of all sentences in one row."""

    #: (sentences, pieces), and 1 where there is a piece
    ids: Tensor
    mask: Tensor
    #: (words,): the places that are judged, and 1.0 where the word stands
    places: Tensor
    stands: Tensor
    #: (asked words,): places, and the entries that stood there
    asked: Tensor
    answers: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same on another device."""
        return Batch(*(t.to(device) for t in self))


def paragraphs(path: Path, part: Part, seed: int) -> list[str]:
    """The paragraphs of one part of a corpus, shuffled. Raises InputError if there are none."""
    found = [line for text in documents([path], part) for line in text.split("\n") if len(line) > _NO_PARAGRAPH]
    if not found:
        purpose = "learn from" if part == "train" else "measure by in the tenth of it that is held out"
        raise InputError(f"{path}: no paragraphs to {purpose}", "give a larger corpus, or join several into one")
    Random(seed).shuffle(found)
    return found


def sentences(texts: Sequence[Sequence[str]], chunk: int, random: Random, recipe: Recipe) -> Iterator[Sentence]:
    """The sentences of a chunk: the same number of paragraphs of every corpus, round and round."""
    for own in texts:
        for i in range(chunk * recipe.paragraphs, (chunk + 1) * recipe.paragraphs):
            found = segment(Document(own[i % len(own)]))
            start = random.randrange(max(1, len(found) - recipe.sentences + 1))
            few = found[start : start + recipe.sentences]
            yield from (s for s in few if len(s.tokens) >= _FEWEST_TOKENS)


def held_out(corpora: Sequence[Path], spinner: Spinner, pieces: WordPieces, recipe: Recipe) -> Iterator[Batch]:
    """Batches of text that nothing is learned from, the same in every run with the same settings."""
    random = Random("held out")
    for path in corpora:
        few = paragraphs(path, "held-out", 0)[:_HELD_OUT]
        found = [s for text in few for s in islice(segment(Document(text)), recipe.sentences)]
        examples = [example(spinner.spin(s, random), pieces, random, recipe) for s in found]
        yield from batches([e._replace(masked=[]) for e in examples], recipe, random)


def example(spun: SpunSentence, pieces: WordPieces, random: Random, recipe: Recipe) -> Example:
    """A spun sentence as ids and targets, cut at the longest length; some unharmed words are masked."""
    ids, places, targets, masked = [pieces.start], [], [], []
    for word, original in zip(spun.words, spun.originals, strict=True):
        own = pieces.of(word)
        if len(ids) + len(own) >= LONGEST:
            break
        place, target = len(ids), _target(original, pieces)
        if original is None and len(own) == 1 and word[0].isalpha() and random.random() < recipe.masked:
            masked.append((place, own[0]))
            own, target = [pieces.mask], IGNORED
        places.append(place)
        targets.append(target)
        ids += own
    return Example([*ids, pieces.end], places, targets, masked)


def _target(original: str | None, pieces: WordPieces) -> int:
    """Of a word of several pieces the first."""
    if original is None:
        return STANDS
    return DELETED_ID if original == DELETED else pieces.of(original)[0]


def batches(examples: Sequence[Example], recipe: Recipe, random: Random) -> Iterator[Batch]:
    """Batches of examples of like length, in random order."""
    groups: list[list[Example]] = []
    for e in sorted((e for e in examples if e.places), key=lambda e: len(e.ids)):
        if not groups or (len(groups[-1]) + 1) * len(e.ids) > recipe.batch:
            groups.append([])
        groups[-1].append(e)
    random.shuffle(groups)
    return map(batch_of, groups)


def batch_of(examples: Sequence[Example]) -> Batch:
    """Examples padded to the longest of them."""
    lengths = torch.tensor([len(e.ids) for e in examples])
    width = int(lengths.max())
    judged = [
        (row * width + place, target)
        for row, e in enumerate(examples)
        for place, target in zip(e.places, e.targets, strict=True)
        if target != IGNORED
    ]
    asked = [(place, target) for place, target in judged if target != STANDS]
    asked += [(row * width + place, entry) for row, e in enumerate(examples) for place, entry in e.masked]
    return Batch(
        ids=torch.tensor([e.ids + [0] * (width - len(e.ids)) for e in examples]),
        mask=(torch.arange(width)[None, :] < lengths[:, None]).long(),
        places=torch.tensor([place for place, _ in judged], dtype=torch.long),
        stands=torch.tensor([float(target == STANDS) for _, target in judged]),
        asked=torch.tensor([place for place, _ in asked], dtype=torch.long),
        answers=torch.tensor([entry for _, entry in asked], dtype=torch.long),
    )

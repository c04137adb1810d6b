"""What a training run of the restorer depends on besides its data. Free of torch: the commands show the defaults."""

from __future__ import annotations

from dataclasses import dataclass, field

from restore.training.spinning import Noise


@dataclass(frozen=True)
class Recipe:
    """The settings of a training run."""

    seed: int = 1
    #: chunks of text, each with so many paragraphs of every corpus and at most so many sentences of a paragraph
    chunks: int = 300
    paragraphs: int = 30
    sentences: int = 5
    #: pieces in a batch
    batch: int = 2048
    learning_rate: float = 4e-4
    #: share of the run in which the learning rate rises
    warm_up: float = 0.04
    #: share of the words that are masked and asked for
    masked: float = 0.08
    #: chunks between two checkpoints; there is no dropout before the first
    every: int = 10
    noise: Noise = field(default_factory=Noise)

"""What a training run of the restorer depends on besides its data. Free of torch: the commands show the defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from restore.restorer import read_card
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


@dataclass(frozen=True)
class Start:
    """What a training run starts from: a sentence-transformers model, by name or folder ("" is the one that ships), or
    a restorer that was trained before."""

    base: str = ""
    folder: Path | None = None

    @classmethod
    def from_restorer(cls, folder: Path) -> Start:
        """A trained restorer, over the base model that its card names. Raises ModelError if the folder is none."""
        return cls(read_card(folder)["base"], folder)

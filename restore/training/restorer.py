"""Train the denoising restorer: clean text in, a model folder out.

Clean sentences are spun by `restore.training.spinning` and made into batches by `restore.training.batches`; the
network learns to say of every word whether it stands and, if not, what stood there. Some unharmed words are masked too
and asked for, which keeps a language model in the network (Wu et al., ACL 2023, section 4.2). Training goes chunk by
chunk; each chunk has its own seed, so that a killed run resumes where its last checkpoint was and ends with the same
weights.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from restore.collocations import Collocations
from restore.network import DELETED_ID, RestorerNetwork
from restore.resources import Settings, load_resources
from restore.restorer import WordPieces, load_network, load_weights, save_network
from restore.training.batches import Batch, batches, example, held_out, paragraphs, sentences
from restore.training.card import card_of, settings_of
from restore.training.checkpoints import Checkpoint, Progress
from restore.training.recipe import Recipe, Start
from restore.training.spinning import Spinner

#: ln of the least share of prose that a word is taken to have, and of the changed words that stand for nothing
_RAREST, _DELETED_SHARE = -14.0, -2.0

Report = Callable[[str], None]
Figures = dict[str, float]


def train(
    corpora: Sequence[Path], out: Path, recipe: Recipe = Recipe(), start: Start = Start(), report: Report = print
) -> Figures:
    """Train a restorer on the training part of `corpora` and write the folder `out`; the held-out figures.

    Resumes a run that was killed if `out` holds its checkpoint. Raises InputError if a corpus is empty, or `out` holds
    the checkpoint of a run with other settings or data; ModelError if what it starts from cannot be loaded.
    """
    settings = settings_of(corpora, recipe, start)
    checkpoint = Checkpoint(out / "checkpoint.safetensors", settings)
    resumes = checkpoint.check()
    run = prepare(corpora, recipe, start)
    first, figures = checkpoint.resume(run.network, run.optimizer) if resumes else Progress(0, {})
    if first:
        report(f"going on after chunk {first}")
    started = time.monotonic()
    for chunk in range(first, recipe.chunks):
        line = run.learn(chunk)
        left = (time.monotonic() - started) / (chunk + 1 - first) * (recipe.chunks - chunk - 1)
        report(f"chunk {chunk + 1}/{recipe.chunks}: {line}, {left / 60:.0f} min left")
        if (chunk + 1) % recipe.every == 0 or chunk + 1 == recipe.chunks:
            figures = run.measure()
            report(f"held out: {in_words(figures)}")
            checkpoint.write(run.network.trained(), run.optimizer, Progress(chunk + 1, figures))
    save_network(run.network, out, card_of(settings, corpora, figures))
    checkpoint.remove()
    return figures


def in_words(figures: Figures) -> str:
    """Figures with their names."""
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())


@dataclass(frozen=True)
class Run:
    """A training run in memory."""

    recipe: Recipe
    network: RestorerNetwork
    pieces: WordPieces
    optimizer: torch.optim.Optimizer
    spinner: Spinner
    #: the paragraphs of every corpus
    texts: Sequence[Sequence[str]]
    held_out: Sequence[Batch]

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return self.network.bias.device

    def learn(self, chunk: int) -> str:
        """Learn from one chunk of text; the loss and the pace, in words."""
        started = time.monotonic()
        random = Random(f"{self.recipe.seed}:{chunk}")
        spun = (self.spinner.spin(s, random) for s in sentences(self.texts, chunk, random, self.recipe))
        examples = [example(s, self.pieces, random, self.recipe) for s in spun]
        found = list(batches(examples, self.recipe, random))
        loss = 0.0
        for i, batch in enumerate(found):
            set_rate(self.optimizer, self.recipe, (chunk + i / len(found)) / self.recipe.chunks)
            loss += self._step(batch.to(self.device))
        pace = len(examples) / (time.monotonic() - started)
        return f"loss {loss / max(1, len(found)):.3f}, {pace:.0f} sentences/s"

    def _step(self, batch: Batch) -> float:
        with torch.autocast(self.device.type, torch.bfloat16):
            loss = loss_of(self.network, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([p for p in self.network.parameters() if p.requires_grad], 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return float(loss.detach())

    def measure(self) -> Figures:
        """The figures on held-out text."""
        return measure(self.network, [batch.to(self.device) for batch in self.held_out])


def prepare(corpora: Sequence[Path], recipe: Recipe, start: Start) -> Run:
    """Everything that a run starts from. Raises InputError if a corpus has nothing to learn from or to measure by."""
    torch.manual_seed(recipe.seed)
    network, pieces = load_network(start.base)
    network.encoder.set_attn_implementation("eager")  # quicker than the fused one on short sentences
    network.eval()  # no dropout: no sentence is seen twice
    network.to(torch.device("cuda" if torch.cuda.is_available() else "cpu"))
    resources = load_resources(Settings(model=None))
    if start.folder:
        load_weights(network, start.folder)
    else:
        _set_bias(network, pieces, resources.collocations)
    spinner = Spinner(resources, recipe.noise)
    return Run(
        recipe,
        network,
        pieces,
        torch.optim.AdamW(_groups(network), lr=recipe.learning_rate, betas=(0.9, 0.98)),
        spinner,
        texts=[paragraphs(path, "train", recipe.seed) for path in corpora],
        held_out=list(held_out(corpora, spinner, pieces, recipe)),
    )


def _set_bias(network: RestorerNetwork, pieces: WordPieces, collocations: Collocations) -> None:
    """Start from how frequent words are: what all answers have in common need not be learned."""
    frequencies = [
        collocations.frequency(word) if word.isalpha() else _RAREST for word in pieces.vocabulary(len(network.bias))
    ]
    with torch.no_grad():
        network.bias.copy_(torch.tensor(frequencies).clamp_min(_RAREST))
        network.bias[DELETED_ID] = _DELETED_SHARE


def _groups(network: RestorerNetwork) -> list[dict[str, Any]]:
    """The heads start from nothing and learn faster than the encoder; biases and norms do not decay."""
    trained = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
    encoder = [p for n, p in trained if p.ndim > 1 and n.startswith("encoder.")]
    heads = [p for n, p in trained if p.ndim > 1 and not n.startswith("encoder.")]
    return [
        {"params": encoder, "scale": 1.0, "weight_decay": 0.01},
        {"params": heads, "scale": 2.0, "weight_decay": 0.01},
        {"params": [p for _, p in trained if p.ndim <= 1], "scale": 1.0, "weight_decay": 0.0},
    ]


def set_rate(optimizer: torch.optim.Optimizer, recipe: Recipe, done: float) -> None:
    """Linear warm-up, then a cosine down to a fiftieth (Loshchilov and Hutter, ICLR 2017); `done` goes from 0 to 1."""
    if done < recipe.warm_up:
        factor = done / recipe.warm_up
    else:
        factor = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (done - recipe.warm_up) / (1 - recipe.warm_up)))
    for group in optimizer.param_groups:
        group["lr"] = recipe.learning_rate * factor * group["scale"]


def loss_of(network: RestorerNetwork, batch: Batch) -> Tensor:
    """Mean log-loss of "does it stand?" over all words, plus that of "what stood there?" where it is asked."""
    vectors = network.read(batch.ids, batch.mask).flatten(0, 1)  # (sentences * pieces, size)
    stands = functional.binary_cross_entropy_with_logits(
        network.stands_logits(vectors[batch.places]).float(), batch.stands
    )
    if not len(batch.asked):
        return stands
    return stands + functional.cross_entropy(
        network.word_logits(vectors[batch.asked]).float(), batch.answers, label_smoothing=0.02
    )


def measure(network: RestorerNetwork, batches: Sequence[Batch]) -> Figures:
    """How well changed words are told from standing ones, and what stood there found."""
    counts: Counter[str] = Counter()
    with torch.inference_mode():
        for batch in batches:
            counts.update(dict(_counted(network, batch)))
    return {
        "precision": counts["hits"] / max(1, counts["changed"]),
        "recall": counts["hits"] / max(1, counts["wanted"]),
        "acc@1": counts["first"] / max(1, counts["asked"]),
        "acc@5": counts["five"] / max(1, counts["asked"]),
        "log loss": counts["log loss"] / max(1, counts["asked"]),
    }


def _counted(network: RestorerNetwork, batch: Batch) -> Iterator[tuple[str, Any]]:
    """What `measure` adds up, of one batch."""
    vectors = network.read(batch.ids, batch.mask).flatten(0, 1)
    changed, wanted = network.stands_logits(vectors[batch.places]) < 0, batch.stands == 0
    yield from (("hits", int((changed & wanted).sum())), ("changed", int(changed.sum())), ("wanted", int(wanted.sum())))
    if len(batch.asked):
        scores = network.word_logits(vectors[batch.asked])  # (asked words, vocabulary)
        best = scores.topk(5, dim=1).indices == batch.answers[:, None]
        yield from (("first", int(best[:, 0].sum())), ("five", int(best.sum())), ("asked", len(batch.asked)))
        yield "log loss", float(functional.cross_entropy(scores, batch.answers, reduction="sum"))

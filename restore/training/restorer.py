"""Train the denoising restorer: clean text in, a model folder out.

Clean sentences are spun by `restore.training.spinning`; the network learns to say of every word whether it stands and,
if not, what stood there. Some unharmed words are masked too and asked for, which keeps a language model in the network
(Wu et al., ACL 2023, section 4.2). Training goes chunk by chunk; each chunk has its own seed, so that a killed run
resumes where its last checkpoint was and ends with the same weights.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from restore.collocations import Collocations
from restore.datamodels import Document
from restore.errors import InputError
from restore.network import DELETED_ID, RestorerNetwork
from restore.resources import Settings, load_resources
from restore.restorer import DELETED, LONGEST, WordPieces, load_network, save_network
from restore.segmentation import segment
from restore.training.corpora import documents
from restore.training.spinning import Noise, Spinner, SpunSentence

STANDS, IGNORED = -1, -2
#: ln of the least share of prose that a word is taken to have, and of the changed words that stand for nothing
_RAREST, _DELETED_SHARE = -14.0, -2.0


@dataclass(frozen=True)
class Recipe:
    """Everything that a training run depends on besides its data."""

    seed: int = 1
    #: chunks of text, each with so many paragraphs of every corpus and at most so many sentences of a paragraph
    chunks: int = 300
    paragraphs: int = 30
    sentences: int = 5
    #: pieces in a batch
    batch: int = 2048
    learning_rate: float = 4e-4
    warm_up: float = 0.04
    #: share of the words that are masked and asked for
    masked: float = 0.08
    #: chunks between two checkpoints
    every: int = 10
    noise: Noise = field(default_factory=Noise)


class Example(NamedTuple):
    """A sentence as the network reads it."""

    ids: list[int]
    #: the first piece of every word
    places: list[int]
    #: what stood at each of these: a vocabulary entry, STANDS, or IGNORED
    targets: list[int]
    #: entries asked for at masked places
    masked: list[tuple[int, int]]


class Batch(NamedTuple):
    """Examples of similar length; `places` index the flattened pieces."""

    ids: Tensor
    mask: Tensor
    places: Tensor
    stands: Tensor
    asked: Tensor
    answers: Tensor


def train(
    corpora: Sequence[Path],
    out: Path,
    recipe: Recipe = Recipe(),
    base: str = "",
    report: Callable[[str], None] = print,
) -> dict[str, float]:
    """Train a restorer on the training part of `corpora` and write the folder `out`; the held-out figures.

    Resumes a run that was killed if `out` holds its checkpoint. Raises InputError if a corpus is empty.
    """
    torch.manual_seed(recipe.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network, pieces = load_network(base)
    network.encoder.set_attn_implementation("eager")  # quicker than the fused one on short sentences
    network.to(device)
    resources = load_resources(Settings(model=None))
    _set_bias(network, pieces, resources.collocations)
    spinner = Spinner(resources, recipe.noise)
    texts = [_paragraphs([path], "train", recipe.seed) for path in corpora]
    held_out = list(_held_out(corpora, spinner, pieces, recipe))
    optimizer = torch.optim.AdamW(_groups(network), lr=recipe.learning_rate, betas=(0.9, 0.98))
    out.mkdir(parents=True, exist_ok=True)
    first = _resume(out, network, optimizer, recipe)
    started, seen, figures = time.monotonic(), 0, {}
    for chunk in range(first, recipe.chunks):
        random = Random(f"{recipe.seed}:{chunk}")
        examples = [
            example(spinner.spin(s, random), pieces, random, recipe) for s in _sentences(texts, chunk, random, recipe)
        ]
        loss = 0.0
        batches = list(_batches(examples, recipe, random))
        for i, batch in enumerate(batches):
            _set_rate(optimizer, recipe, (chunk + i / len(batches)) / recipe.chunks)
            loss += _step(network, optimizer, batch, device)
        seen += len(examples)
        pace = seen / (time.monotonic() - started)
        report(f"chunk {chunk + 1}/{recipe.chunks}: loss {loss / len(batches):.3f}, {pace:.0f} sentences/s")
        if (chunk + 1) % recipe.every == 0 or chunk + 1 == recipe.chunks:
            figures = measure(network, held_out, device)
            report("held out: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
            _checkpoint(out, network, optimizer, recipe, chunk + 1)
    card = {
        "about": "denoising restorer, made by `restore train restorer`",
        "base": base or "all-MiniLM-L6-v2",
        "data": {path.name: sha256(path.read_bytes()).hexdigest() for path in corpora},
        "recipe": asdict(recipe),
        "held out": {name: round(value, 4) for name, value in figures.items()},
    }
    save_network(network, out, card)
    for name in ("checkpoint.pt", "checkpoint.json"):
        (out / name).unlink(missing_ok=True)
    return figures


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
    return [
        {
            "params": [p for n, p in trained if p.ndim > 1 and n.startswith("encoder.")],
            "scale": 1.0,
            "weight_decay": 0.01,
        },
        {
            "params": [p for n, p in trained if p.ndim > 1 and not n.startswith("encoder.")],
            "scale": 2.0,
            "weight_decay": 0.01,
        },
        {"params": [p for n, p in trained if p.ndim <= 1], "scale": 1.0, "weight_decay": 0.0},
    ]


def _set_rate(optimizer: torch.optim.Optimizer, recipe: Recipe, done: float) -> None:
    """Linear warm-up, then a cosine down to a fiftieth (Loshchilov and Hutter, ICLR 2017)."""
    if done < recipe.warm_up:
        factor = done / recipe.warm_up
    else:
        factor = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (done - recipe.warm_up) / (1 - recipe.warm_up)))
    for group in optimizer.param_groups:
        group["lr"] = recipe.learning_rate * factor * group["scale"]


def _step(network: RestorerNetwork, optimizer: torch.optim.Optimizer, batch: Batch, device: torch.device) -> float:
    batch = Batch(*(t.to(device) for t in batch))
    with torch.autocast(device.type, torch.bfloat16):
        loss = loss_of(network, batch)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for p in network.parameters() if p.requires_grad], 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return float(loss.detach())


def loss_of(network: RestorerNetwork, batch: Batch) -> Tensor:
    """Mean log-loss of "does it stand?" over all words, plus that of "what stood there?" where it is asked."""
    vectors = network.read(batch.ids, batch.mask).flatten(0, 1)
    stands = functional.binary_cross_entropy_with_logits(
        network.stands_logits(vectors[batch.places]).float(), batch.stands
    )
    if not len(batch.asked):
        return stands
    return stands + functional.cross_entropy(
        network.word_logits(vectors[batch.asked]).float(), batch.answers, label_smoothing=0.02
    )


def example(spun: SpunSentence, pieces: WordPieces, random: Random, recipe: Recipe) -> Example:
    """A spun sentence as ids and targets, cut at the longest length."""
    ids, places, targets, masked = [pieces.start], [], [], []
    for word, original in zip(spun.words, spun.originals, strict=True):
        own = pieces.of(word)
        if len(ids) + len(own) >= LONGEST:
            break
        target = STANDS if original is None else DELETED_ID if original == DELETED else pieces.of(original)[0]
        place = len(ids)
        if original is None and len(own) == 1 and word[0].isalpha() and random.random() < recipe.masked:
            masked.append((place, own[0]))
            own, target = [pieces.mask], IGNORED
        places.append(place)
        targets.append(target)
        ids += own
    return Example([*ids, pieces.end], places, targets, masked)


def _batches(examples: Sequence[Example], recipe: Recipe, random: Random) -> Iterator[Batch]:
    """Batches of examples of like length, in random order."""
    by_length = sorted((e for e in examples if e.places), key=lambda e: len(e.ids))
    groups: list[list[Example]] = [[]]
    for e in by_length:
        if (len(groups[-1]) + 1) * len(e.ids) > recipe.batch and groups[-1]:
            groups.append([])
        groups[-1].append(e)
    random.shuffle(groups)
    return map(batch_of, groups)


def batch_of(examples: Sequence[Example]) -> Batch:
    """Examples padded to the longest of them."""
    width = max(len(e.ids) for e in examples)
    ids = torch.tensor([e.ids + [0] * (width - len(e.ids)) for e in examples])
    judged = [
        (row * width + p, t)
        for row, e in enumerate(examples)
        for p, t in zip(e.places, e.targets, strict=True)
        if t != IGNORED
    ]
    asked = [(place, t) for place, t in judged if t != STANDS]
    asked += [(row * width + p, t) for row, e in enumerate(examples) for p, t in e.masked]
    lengths = torch.tensor([len(e.ids) for e in examples])
    return Batch(
        ids,
        (torch.arange(width)[None, :] < lengths[:, None]).long(),
        torch.tensor([place for place, _ in judged]),
        torch.tensor([float(t == STANDS) for _, t in judged]),
        torch.tensor([place for place, _ in asked], dtype=torch.long),
        torch.tensor([t for _, t in asked], dtype=torch.long),
    )


def measure(network: RestorerNetwork, batches: Sequence[Batch], device: torch.device) -> dict[str, float]:
    """Figures on held-out text: how well changed words are told from standing ones, and what stood there found."""
    network.eval()
    logits, truth, first, five, asked, log_loss = [], [], 0, 0, 0, 0.0
    with torch.inference_mode():
        for batch in batches:
            batch = Batch(*(t.to(device) for t in batch))
            vectors = network.read(batch.ids, batch.mask).flatten(0, 1)
            logits.append(network.stands_logits(vectors[batch.places]))
            truth.append(batch.stands)
            if len(batch.asked):
                scores = network.word_logits(vectors[batch.asked])
                best = scores.topk(5, dim=1).indices == batch.answers[:, None]
                first += int(best[:, 0].sum())
                five += int(best.sum())
                asked += len(batch.asked)
                log_loss += float(functional.cross_entropy(scores, batch.answers, reduction="sum"))
    network.train()
    changed, wanted = torch.cat(logits) < 0, torch.cat(truth) == 0
    hits = float((changed & wanted).sum())
    return {
        "precision": hits / max(1.0, float(changed.sum())),
        "recall": hits / max(1.0, float(wanted.sum())),
        "acc@1": first / max(1, asked),
        "acc@5": five / max(1, asked),
        "log loss": log_loss / max(1, asked),
    }


def _paragraphs(paths: Sequence[Path], part: Any, seed: int) -> list[str]:
    found = [line for text in documents(paths, part) for line in text.split("\n") if len(line) > 40]
    if not found:
        raise InputError(f"{', '.join(map(str, paths))}: no paragraphs to learn from", "give a larger corpus")
    Random(seed).shuffle(found)
    return found


def _sentences(texts: Sequence[Sequence[str]], chunk: int, random: Random, recipe: Recipe) -> Iterator[Any]:
    """The sentences of a chunk: the same number of paragraphs of every corpus, round and round."""
    for paragraphs in texts:
        for i in range(chunk * recipe.paragraphs, (chunk + 1) * recipe.paragraphs):
            found = segment(Document(paragraphs[i % len(paragraphs)]))
            start = random.randrange(max(1, len(found) - recipe.sentences + 1))
            yield from (s for s in found[start : start + recipe.sentences] if len(s.tokens) > 3)


def _held_out(corpora: Sequence[Path], spinner: Spinner, pieces: WordPieces, recipe: Recipe) -> Iterator[Batch]:
    random = Random("held out")
    for path in corpora:
        few = _paragraphs([path], "held-out", 0)[:25]
        found = [s for text in few for s in islice(segment(Document(text)), recipe.sentences)]
        examples = [example(spinner.spin(s, random), pieces, random, recipe) for s in found]
        yield from _batches([e._replace(masked=[]) for e in examples], recipe, random)


def _checkpoint(
    out: Path, network: RestorerNetwork, optimizer: torch.optim.Optimizer, recipe: Recipe, done: int
) -> None:
    save_file(network.trained(), out / "checkpoint.safetensors.new")
    torch.save({"optimizer": optimizer.state_dict(), "done": done}, out / "checkpoint.pt.new")
    (out / "checkpoint.safetensors.new").replace(out / "checkpoint.safetensors")
    (out / "checkpoint.pt.new").replace(out / "checkpoint.pt")
    (out / "checkpoint.json").write_text(json.dumps(asdict(recipe)), encoding="utf-8")


def _resume(out: Path, network: RestorerNetwork, optimizer: torch.optim.Optimizer, recipe: Recipe) -> int:
    """Take up the checkpoint in `out`, if there is one of the same recipe; the chunks that are done."""
    if not (out / "checkpoint.json").is_file():
        return 0
    if json.loads((out / "checkpoint.json").read_text()) != json.loads(json.dumps(asdict(recipe))):
        raise InputError(f"{out}: holds the checkpoint of a run with other settings", "name another folder")
    network.load_state_dict(load_file(out / "checkpoint.safetensors"), strict=False)
    state = torch.load(out / "checkpoint.pt", weights_only=True)
    optimizer.load_state_dict(state["optimizer"])
    return int(state["done"])

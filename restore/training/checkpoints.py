"""Checkpoints of a training run, from which it goes on if it is killed.

One safetensors file, so that its parts always belong together, and reading it runs nothing that it holds.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from restore.errors import InputError
from restore.formats.files import write_atomically

_NETWORK, _OPTIMIZER = "network/", "optimizer/"


class Progress(NamedTuple):
    """How far a run has come."""

    #: chunks that are done
    done: int
    #: the figures on held-out text then
    figures: dict[str, float]


@dataclass(frozen=True)
class Checkpoint:
    """The file, and what the run depends on: another run must not go on from here."""

    path: Path
    settings: Mapping[str, object]

    def check(self) -> bool:
        """Whether there is a checkpoint. Raises InputError if it is damaged or of a run with other settings."""
        if not self.path.exists():
            return False
        if self._content()[0]["settings"] != json.loads(json.dumps(self.settings)):
            hint = "give the same settings and data, name another folder, or delete it to begin anew"
            raise InputError(f"{self.path}: is of a run with other settings or data", hint)
        return True

    def resume(self, network: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
        """Put a run where the checkpoint was. Call `check` first."""
        header, tensors = self._content()
        network.load_state_dict(_part(tensors, _NETWORK), strict=False)
        optimizer.load_state_dict({**optimizer.state_dict(), "state": _by_parameter(_part(tensors, _OPTIMIZER))})
        return Progress(header["done"], header["figures"])

    def write(self, weights: Mapping[str, Tensor], optimizer: torch.optim.Optimizer, progress: Progress) -> None:
        """Replace the checkpoint by one that is further on."""
        tensors = {_NETWORK + name: value for name, value in weights.items()}
        for parameter, values in optimizer.state_dict()["state"].items():
            tensors |= {f"{_OPTIMIZER}{parameter}/{name}": value for name, value in values.items()}
        header = json.dumps({"settings": self.settings, **progress._asdict()})
        write_atomically(self.path, save(tensors, {"run": header}))

    def remove(self) -> None:
        """Delete the file: the run is over."""
        self.path.unlink(missing_ok=True)

    def _content(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """What is said of the run, and all tensors."""
        try:
            with safe_open(self.path, "pt") as file:
                header = json.loads(file.metadata()["run"])
                return header, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise InputError(f"{self.path}: cannot be resumed from: {error}", "delete it to begin anew") from error


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _by_parameter(tensors: Mapping[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    """{"3/exp_avg": ...} as the {3: {"exp_avg": ...}} that optimizers know."""
    found: dict[int, dict[str, Tensor]] = defaultdict(dict)
    for name, value in tensors.items():
        parameter, _, what = name.partition("/")
        found[int(parameter)][what] = value
    return dict(found)

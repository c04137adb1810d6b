"""Reading a file must never run what it holds: nothing in the package unpickles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import restore

PACKAGE = Path(restore.__file__).parent
_UNPICKLERS = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}


def offences(code: str) -> Iterator[str]:
    """What in some code unpickles, or may."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.partition(".")[0] in _UNPICKLERS)
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").partition(".")[0] in _UNPICKLERS:
                yield str(node.module)
            if node.module == "torch":  # would hide torch.load from the next lines
                yield from (f"torch.{a.name}" for a in node.names if a.name == "load")
        elif isinstance(node, ast.Call):
            named = {k.arg: ast.unparse(k.value) for k in node.keywords}
            called = ast.unparse(node.func)
            if called == "torch.load" and named.get("weights_only") != "True":
                yield called
            if called in ("np.load", "numpy.load") and named.get("allow_pickle", "False") != "False":
                yield called


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import pickle", ["pickle"]),
        ("from pickle import loads", ["pickle"]),
        ("torch.load(path)", ["torch.load"]),
        ("torch.load(path, weights_only=False)", ["torch.load"]),
        ("torch.load(path, weights_only=True)", []),
        ("np.load(path, allow_pickle=True)", ["np.load"]),
        ("np.load(path)", []),
        ("json.load(file)", []),
    ],
)
def test_offences_are_found(code: str, found: list[str]) -> None:
    assert list(offences(code)) == found


def test_nothing_in_the_package_unpickles() -> None:
    files = sorted(PACKAGE.rglob("*.py"))
    assert len(files) > 50
    assert {str(f.relative_to(PACKAGE)): found for f in files if (found := list(offences(f.read_text("utf-8"))))} == {}

"""Shared fixtures. Documents are built by hand; only tests marked `model` load the embedding model."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import hypothesis
import pytest

from restore.resources import Resources, Settings, load_resources

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


# no test depends on a time, nor on chance: the same examples on every machine
hypothesis.settings.register_profile(
    "restore", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("restore")


def pytest_configure(config: pytest.Config) -> None:
    """A cache for this run alone, from collection on: nothing that another version left is read, nothing stays.
    Nor does the glossary of whoever runs the tests count."""
    folder = tempfile.TemporaryDirectory(prefix="restore-cache-")
    os.environ["RESTORE_CACHE"] = folder.name
    os.environ["RESTORE_GLOSSARY"] = ""
    config.add_cleanup(folder.cleanup)


@pytest.fixture(scope="session")
def without_model() -> Resources:
    """Everything that ships but the embedding model."""
    return load_resources(Settings(model=None))


@pytest.fixture(scope="session")
def with_model() -> Resources:
    """Everything that ships."""
    return load_resources(Settings())


@pytest.fixture(scope="session")
def bare() -> Resources:
    """No glossary and no model."""
    return load_resources(Settings(glossaries=(), model=None))


@pytest.fixture
def long_seed() -> Path:
    return ROOT / "seeds" / "003_5634fe5ae3712ea9.txt"


@pytest.fixture
def clean_seed() -> Path:
    return ROOT / "seeds" / "000_e0f97b668c0d1ba2.txt"


def shared(name: str) -> Path:
    """A file of the shared data, or a skip where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs ../shared/{name}, which lies beside the project only where it is built")
    return path

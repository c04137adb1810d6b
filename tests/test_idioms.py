"""How often authors write the phrases that spinners write."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import pytest

from restore.errors import DataError
from restore.idioms import Idioms
from restore.training.idioms import count, train

CLEAN = "As a result of the storm, trains stopped.\nThey posed a threat to ships as a result of the ice."


def test_phrases_are_counted_whatever_their_inflection() -> None:
    counts, words = count([CLEAN], {("as", "a", "result", "of"), ("pose", "a", "threat", "to"), ("on", "foot")})
    assert counts == {("as", "a", "result", "of"): 2, ("pose", "a", "threat", "to"): 1}
    assert words == 23


def test_the_chance_of_a_phrase() -> None:
    idioms = Idioms({("pose", "a", "threat", "to"): 5}, 1_000)
    assert idioms.chance(["posing", "a", "threat", "to"]) == pytest.approx(math.log(0.005))
    assert idioms.chance(["on", "foot"]) == -math.inf


def test_a_corpus_becomes_a_file(tmp_path: Path) -> None:
    corpus = tmp_path / "clean.txt"
    corpus.write_text("\n\n".join(f"In spite of storm {i}, all was well." for i in range(40)))
    figures = train([corpus], tmp_path / "idioms.tsv.gz")
    assert figures["idioms"] > 0
    idioms = Idioms.load(tmp_path / "idioms.tsv.gz")
    assert idioms.chance(("in", "spite", "of")) == pytest.approx(math.log(1 / 10), abs=0.1)


def test_idioms_that_ship_know_honest_phrases() -> None:
    idioms = Idioms.load()
    assert idioms.chance(("as", "a", "result", "of")) > -12
    assert idioms.chance(("circulatory", "strain")) == -math.inf


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"many\n"), gzip.compress(b"100\non foot two\n")])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "idioms.tsv.gz").write_bytes(content)
    with pytest.raises(DataError, match="idioms"):
        Idioms.load(tmp_path / "idioms.tsv.gz")

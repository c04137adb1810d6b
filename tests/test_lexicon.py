"""The substitution lexicon, how it is learned, and the thesaurus."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from restore.errors import DataError
from restore.lexicon import WRITTEN, Lexicon, Rewriting, parse_written, read_learned, weigh
from restore.segmentation import tokenize
from restore.thesaurus import Thesaurus
from restore.training import lexicon as training


def test_written_lines_are_turned_round() -> None:
    pairs = weigh(
        [
            Rewriting("leader", "noun", (("pioneer", 3), ("chief", 1)), "a"),
            Rewriting("settler", "noun", (("pioneer", 1),), "b"),
        ]
    )
    back = {(p.spun, p.original): p.probability for p in pairs}
    assert back == {("pioneer", "leader"): 0.75, ("pioneer", "settler"): 0.25, ("chief", "leader"): 1.0}
    forward = {(p.spun, p.original): p.forward for p in pairs}
    assert forward["pioneer", "leader"] == pytest.approx(math.log(0.75))


def test_a_pair_knows_the_file_where_it_weighs_most(tmp_path: Path) -> None:
    (tmp_path / "war.tsv").write_text("leader\tnoun\tpioneer:1, chief:2\n", encoding="utf-8")
    (tmp_path / "work.tsv").write_text("leader\tnoun\tpioneer:3, chief:2\n", encoding="utf-8")
    lexicon = Lexicon.load(tmp_path, tmp_path / "none.gz")
    found = [pair for m in lexicon.matches(tokenize("pioneer chief")) for pair in m.value]
    assert [(p.spun, p.subject) for p in found] == [("pioneer", "work"), ("chief", "war")]


@pytest.mark.parametrize(
    "line", ["leader noun pioneer:3", "leader\tnown\tpioneer:3", "leader\tnoun\tpioneer", "a\tnoun\tb:9"]
)
def test_a_bad_line_is_refused_with_file_and_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "x.tsv").write_text("# fine\n" + line, encoding="utf-8")
    with pytest.raises(DataError, match=r"x\.tsv:2: expected"):
        list(parse_written(tmp_path / "x.tsv"))


def test_matching_is_by_lemma() -> None:
    lexicon = Lexicon(weigh([Rewriting("leader", "noun", (("pioneer", 3),), "a")]))
    (match,) = lexicon.matches(tokenize("European pioneers met"))
    assert (match.first, match.last, match.value[0].original) == (1, 2, "leader")


def test_no_written_word_stands_for_itself() -> None:
    lines = [line for file in WRITTEN.glob("*.tsv") for line in parse_written(file)]
    assert [line.place for line in lines for spun, _ in line.spun if spun == line.original] == []


def test_alignment_finds_what_stands_for_what(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(
        "colossal information\tbig data\ncolossal bang\tbig bang\nmeta information\tmetadata set\n"
        "information base\tdata base\ninformation gap\tdata gap\n",
        encoding="utf-8",
    )
    training.train(pairs, tmp_path / "out.gz")
    learned = {(p.spun, p.original): p.probability for p in read_learned(tmp_path / "out.gz")}
    assert learned["colossal", "big"] > 0.6
    assert learned["information", "data"] > 0.5
    assert not any(s == o for s, o in learned)


def test_learning_is_deterministic(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("colossal information\tbig data\ncolossal bang\tbig bang\n", encoding="utf-8")
    for name in ("a.gz", "b.gz"):
        training.train(pairs, tmp_path / name)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_thesaurus_relations() -> None:
    thesaurus = Thesaurus({("assault", "noun"): "^attack =set_on"})
    first, second = thesaurus.related("assault", "noun")
    assert (first.word, first.relation) == ("attack", "broader")
    assert (second.word, second.relation) == ("set on", "synonym")
    # shares fall with the place: 1/4 to 1/5 of their sum
    assert (first.probability, second.probability) == pytest.approx((5 / 9, 4 / 9))
    assert thesaurus.related("assault", "verb") == ()


def test_damaged_data_are_reported(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(b"not gzip")
    with pytest.raises(DataError):
        Thesaurus.load(tmp_path / "x.gz")

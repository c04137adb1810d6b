"""The cache of compiled glossaries and lexicons: what it holds is only ever a quicker way to the same thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from restore import cache, load_glossary
from restore.cache import cache_folder, compiled
from restore.entries import Entry
from restore.errors import DataError, GlossaryError
from restore.glossary import Glossary, Surroundings
from restore.lexicon import Lexicon
from restore.resources import packaged_glossary
from restore.segmentation import tokenize

FIRST = "war:\n  - spun: [local army, civilian army]\n    original: militia\n    pos: noun\n    near: [war]\n"
SECOND = "own:\n  - spun: militia\n    original: home guard\n  - keep: local army base\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache that takes in even the smallest file."""
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "_SMALL", 0)
    return tmp_path / "cache"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return written(tmp_path / "first.yaml", FIRST)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed from here on."""
    from restore import compiled_entries

    seen: list[str] = []
    parse = compiled_entries.parse_glossary

    def noticed(text: str, file: str) -> list[Entry]:
        seen.append(Path(file).name)
        return parse(text, file)

    monkeypatch.setattr(compiled_entries, "parse_glossary", noticed)
    return seen


def said(glossary: Glossary, text: str) -> list[tuple[str, ...]]:
    return [hit.originals for hit in glossary.hits(tokenize(text), Surroundings(" war ", " war "))]


def test_a_second_load_parses_nothing_and_gives_the_same(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = parsed(monkeypatch)
    first, second = load_glossary(source), load_glossary(source)
    assert seen == ["first.yaml"]
    assert first.entries == second.entries
    assert said(second, "the local armies") == [("militias",)]
    assert second.entries[0].place == f"{source}:2"
    assert second.entries[0] is second.entry(0)


def test_a_changed_file_is_seen_and_replaces_what_was_kept(source: Path, folder: Path) -> None:
    load_glossary(source)
    written(source, FIRST.replace("militia", "home guard"))
    assert said(load_glossary(source), "a local army") == [("home guard",)]
    assert len(list(folder.iterdir())) == 1


def test_other_code_reads_the_sources_again(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_glossary(source)
    seen = parsed(monkeypatch)
    monkeypatch.setattr(cache, "code_digest", lambda: b"another version")
    load_glossary(source)
    assert seen == ["first.yaml"]


@pytest.mark.parametrize("damage", ["cut short", "a byte changed", "empty", "not a cache", "a folder"])
def test_damage_leads_back_to_the_sources(source: Path, folder: Path, damage: str) -> None:
    before = load_glossary(source).entries
    (kept,) = folder.iterdir()
    content = kept.read_bytes()
    kept.unlink()
    if damage == "a folder":
        kept.mkdir()
    else:
        changed = content.replace(b"militia", b"malitia")
        damaged = {"cut short": content[:-9], "a byte changed": changed, "empty": b"", "not a cache": b"\xff\x00{}"}
        kept.write_bytes(damaged[damage])
    assert load_glossary(source).entries == before
    assert damage == "a folder" or kept.read_bytes() == content
    assert [f.name for f in folder.iterdir()] == [kept.name]


def test_a_folder_that_cannot_be_written_is_no_error(source: Path, folder: Path) -> None:
    folder.write_text("a file where the folder should be", encoding="utf-8")
    assert len(load_glossary(source)) == 1
    assert len(load_glossary(source)) == 1


def test_an_empty_setting_means_no_cache(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESTORE_CACHE", "")
    assert cache_folder() is None
    assert len(load_glossary(source)) == 1
    assert not folder.exists()


def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESTORE_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert cache_folder() == tmp_path / "x" / "restore"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    assert cache_folder() == Path.home() / ".cache" / "restore"


def test_small_sources_are_not_kept(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_SMALL", 10_000)
    assert len(load_glossary(source)) == 1
    assert not folder.exists()


def test_names_of_files_count_not_only_their_bytes(tmp_path: Path) -> None:
    def made(name: str) -> object:
        return compiled(tmp_path / "lexicon", {name: b"same"}, lambda: {"made for": name})

    assert [made("a.tsv"), made("b.tsv"), made("b.tsv")] == [{"made for": n} for n in ("a.tsv", "b.tsv", "b.tsv")]


class TestSeveralFiles:
    """Each file is kept by itself; what concerns all of them is asked at every load."""

    @pytest.fixture
    def other(self, tmp_path: Path) -> Path:
        return written(tmp_path / "second.yaml", SECOND)

    @pytest.mark.parametrize("loads", [1, 2])
    def test_later_files_win_and_exceptions_hold(self, source: Path, other: Path, loads: int) -> None:
        for _ in range(loads):
            both = load_glossary(source, other)
        assert [(Path(e.file).name, e.line, e.rank) for e in both.entries] == [
            ("first.yaml", 2, 0),
            ("second.yaml", 2, 1),
            ("second.yaml", 4, 1),
        ]
        assert said(both, "a local army of the militia") == [("militia",), ("home guard",)]
        assert [hit.entry.spun for hit in both.kept(tokenize("a local army base"), Surroundings("", ""))] == [
            ("local army base",)
        ]

    def test_the_order_is_not_kept(self, source: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        load_glossary(source, other)
        seen = parsed(monkeypatch)
        assert [e.rank for e in load_glossary(other, source).entries] == [0, 0, 1]
        assert seen == []

    def test_a_cycle_across_files_is_refused_each_time(self, source: Path, tmp_path: Path) -> None:
        back = written(tmp_path / "back.yaml", "x:\n  - spun: militia\n    original: local army\n")
        load_glossary(source)
        load_glossary(back)
        messages = set()
        for _ in range(2):
            with pytest.raises(GlossaryError, match="cycle") as caught:
                load_glossary(source, back)
            messages.add(str(caught.value))
        assert messages == {f"{back}:2: cycle: 'local army' -> 'militia' -> 'local army'"}

    def test_a_bad_file_is_refused_each_time(self, source: Path, tmp_path: Path) -> None:
        bad = written(tmp_path / "bad.yaml", "x:\n  - spun: A  Ramble\n    original: a ramble\n")
        for _ in range(2):
            with pytest.raises(GlossaryError, match=r"bad\.yaml:2: .* maps to itself"):
                load_glossary(source, bad)


def test_the_glossary_that_ships_is_the_same_from_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    cold, warm = load_glossary(packaged_glossary()), load_glossary(packaged_glossary())
    monkeypatch.setenv("RESTORE_CACHE", "")
    assert cold.entries == warm.entries == load_glossary(packaged_glossary()).entries


def test_the_lexicon_that_ships_is_the_same_from_the_cache(long_seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = tokenize(long_seed.read_text(encoding="utf-8"))
    lexicons = [Lexicon.load(), Lexicon.load()]
    monkeypatch.setenv("RESTORE_CACHE", "")
    lexicons.append(Lexicon.load())
    cold, warm, without = ([len(x), *x.matches(tokens)] for x in lexicons)
    assert cold == warm == without


def test_a_damaged_lexicon_is_refused_each_time(tmp_path: Path) -> None:
    written(tmp_path / "x.tsv", "leader\tnown\tpioneer:3")
    for _ in range(2):
        with pytest.raises(DataError, match=r"x\.tsv:1: expected"):
            Lexicon.load(tmp_path, tmp_path / "none.gz")

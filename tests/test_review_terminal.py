"""`restore review` in a real pseudo-terminal: keys go in, an emulator reads the screen."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path

import pytest

from restore.formats.files import read
from restore.pipeline import suggest_document
from restore.resources import Resources
from tests.benchmarks.kills import kill_at_random
from tests.terminals import Terminal

ARGUMENTS = ("review", "article.txt", "--no-model")


@pytest.fixture
def folder(tmp_path: Path, long_seed: Path) -> Path:
    shutil.copy(long_seed, tmp_path / "article.txt")
    return tmp_path


def test_accept_three_kill_reopen_write(folder: Path) -> None:
    with Terminal(ARGUMENTS, folder) as terminal:
        terminal.until(" of ")
        for done in (1, 2, 3):
            terminal.press("a")
            terminal.until(lambda _, done=done: terminal.shown() == done)  # type: ignore[misc]
        terminal.kill()
    lines = (folder / "article.txt.journal.jsonl").read_text().splitlines()
    accepted = [json.loads(line) for line in lines]
    assert [line["decision"] for line in accepted] == ["accept"] * 3
    with Terminal(ARGUMENTS, folder) as terminal:
        terminal.until(lambda _: terminal.shown() == 3)
        terminal.press("w")
        terminal.until("article.restored.txt (3 edits)")
        terminal.press(" ")
        terminal.press("q")
        terminal.until("3 accepted")
        assert terminal.wait() == 0
    text = (folder / "article.txt").read_text()
    for line in sorted(accepted, key=lambda line: -line["start"]):
        text = text[: line["start"]] + line["candidates"][0]["text"] + text[line["end"] :]
    assert (folder / "article.restored.txt").read_text() == text


def test_open_twice_resized_without_colour(folder: Path) -> None:
    with Terminal(ARGUMENTS, folder, NO_COLOR="1") as terminal:
        terminal.until("a accept")
        with Terminal(ARGUMENTS, folder) as other:
            other.until("is under review already, by process")
            assert other.wait() == 2
        terminal.resize(20, 5)
        terminal.until(lambda text: "▶" in text and "a accept" not in text)
        terminal.press("a", "j", "x", "?", "q")
        terminal.resize(80, 24)
        terminal.until("2 of")
        terminal.press("\x03")
        assert terminal.wait() == 0
    codes = [code for sequence in re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw) for code in _colours(sequence)]
    assert len(codes) > 100
    assert [c for c in codes if len(set(c)) > 1] == []  # shades of grey


def _colours(sequence: bytes) -> list[tuple[int, ...]]:
    """The colours that a control sequence sets; what is no 24-bit colour as an unequal triple."""
    text = sequence.decode()
    found = [tuple(map(int, c)) for c in re.findall(r"[34]8;2;(\d+);(\d+);(\d+)", text)]
    rest = re.sub(r"[34]8;2;\d+;\d+;\d+", "", text)
    return found + [(0, 0, int(c)) for c in re.findall(r"(?<!\d)(?:3|4|9|10)[1-8](?!\d)", rest)]


def test_keys_in_a_burst(folder: Path, without_model: Resources) -> None:
    """As over a slow line: all at once. None may be lost, or be taken for a command."""
    found = suggest_document(read(str(folder / "article.txt")).documents[0], without_model)
    sure = sum(s.confidence >= 0.9 and not s.quoted for s in found)
    with Terminal(ARGUMENTS, folder) as terminal:
        terminal.until(f"0 of {len(found)}")
        terminal.press("f\x12/axnaxn\rt\x1590\r")
        terminal.until(lambda _: terminal.shown() == sure)
        terminal.press("u?qf\x12T\x1510\ru")
        terminal.until(lambda _: terminal.shown() == 0)
        terminal.press("q")
        assert terminal.wait() == 0


def test_the_screen_brings_what_the_pipeline_finds(folder: Path, without_model: Resources) -> None:
    found = suggest_document(read(str(folder / "article.txt")).documents[0], without_model)
    with Terminal(ARGUMENTS, folder) as terminal:
        terminal.until(f"0 of {len(found)}")
        terminal.press("q")
        assert terminal.wait() == 0
    with Terminal(ARGUMENTS, folder) as terminal:  # and the second time at once
        terminal.until(lambda _: re.search(r" of \d+", terminal.text))
        assert f"0 of {len(found)}" in terminal.text


def test_killed_at_random_moments(folder: Path) -> None:
    chance = random.Random(5)
    for _ in range(3):
        kill_at_random(folder, chance)

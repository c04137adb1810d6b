"""Bytes in, bytes out."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.errors import InputError, UsageError
from restore.formats.encodings import check_encoding, decode
from restore.formats.files import ReadOptions, read, write_atomically

PROSE = "It was naïve – “quite”, they said…\n"
ENCODED = [
    PROSE.encode(),
    codecs.BOM_UTF8 + PROSE.encode(),
    PROSE.encode("utf-16"),
    codecs.BOM_UTF16_BE + PROSE.encode("utf-16-be"),
    PROSE.encode("utf-16-le"),
    PROSE.encode("utf-32"),
    PROSE.encode("cp1252"),
    "Café, crème and a long enough English sentence.\r\n".encode("latin-1"),
    b"Undefined in cp1252: \x81 but fine in Latin-1, in a long enough English sentence.\n",
    b"",
    codecs.BOM_UTF8,
    "emoji 👩‍👩‍👧 and e\u0301 combining\u2028 separators\x85 \x0b\r\r\n".encode(),
]


@pytest.mark.parametrize("data", ENCODED)
def test_every_encoding_goes_back_to_the_same_bytes(data: bytes) -> None:
    document = decode(data, "x")
    assert document.encode() == data
    assert not document.text.startswith("\ufeff")


@given(st.text())
def test_any_utf8_goes_back_to_the_same_bytes(text: str) -> None:
    data = text.encode()
    try:
        document = decode(data, "x")
    except InputError:
        assert any(ord(c) < 32 for c in text)  # looks binary
    else:
        assert document.encode() == data


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
        bytes(range(256)),
        "これは日本語の文章です。".encode("shift-jis"),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        codecs.BOM_UTF8 + b"\xff\xff",
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^x: "):
        decode(data, "x")


def test_a_named_encoding_is_obeyed_or_refused() -> None:
    assert decode("ж".encode("koi8-r"), "x", "koi8-r").text == "ж"
    with pytest.raises(InputError):
        decode(b"\xff", "x", "utf-8")
    with pytest.raises(UsageError, match="klingon"):
        check_encoding("klingon")


def test_jsonl_keeps_what_did_not_change(tmp_path: Path) -> None:
    lines = [
        '{"id": 1,  "text":"a \\u00e9", "x": [1, 2]}\r\n',
        "\n",
        '{"text": "b", "id": "two", "when": 1.50}\n',
        '{"id": 3, "text": "c\u2028d"}',
    ]
    path = tmp_path / "d.jsonl"
    path.write_bytes("".join(lines).encode())
    source = read(str(path))
    assert [d.id for d in source.documents] == ["1", "two", "3"]
    assert source.rebuilt({}) == path.read_bytes()
    changed = source.rebuilt({"two": "B"}).decode().splitlines(keepends=True)
    assert changed[2] == lines[2].replace('"b"', '"B"')
    assert changed[0] == lines[0]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"text": "a"}\nnot json', ":2: not JSON"),
        ('{"txt": "a"}', ":1: no text in field 'text' (fields: txt)"),
        ('{"text": 5}', ":1: no text in field 'text'"),
        ("[1]", ":1: not a JSON object"),
        ('{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}', ":2: id '1' is already on line 1"),
    ],
)
def test_bad_jsonl_is_refused_with_file_and_line(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(str(path))
    assert f"{path}{says}" in str(caught.value)


def test_other_field_names(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text('{"key": "k", "body": "b"}', encoding="utf-8")
    source = read(str(path), ReadOptions(text_field="body", id_field="key"))
    assert [(d.id, d.text) for d in source.documents] == [("k", "b")]


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f.txt"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(InputError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["f.txt"]

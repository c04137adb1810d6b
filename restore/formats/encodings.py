"""Bytes to text and back without loss. What cannot be read for certain is refused, not guessed."""

from __future__ import annotations

import codecs

from restore.datamodels import Document
from restore.errors import InputError, UsageError

_BOMS = (  # UTF-32's little-endian mark begins with UTF-16's, so it is looked for first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65_536
#: in Western text read as one byte a character, at least this share is plain ASCII
_ASCII_SHARE = 0.75


def check_encoding(name: str) -> str:
    """The codec's own name for an encoding; UsageError if Python knows none of that name."""
    try:
        "".encode(name)  # refuses what is a codec but no text encoding, such as base64
        return codecs.lookup(name).name
    except (LookupError, UnicodeError):
        raise UsageError(f"unknown encoding '{name}'", "try utf-8, utf-16, latin-1 or cp1252") from None


def decode(data: bytes, name: str, encoding: str | None = None) -> Document:
    """A document from a file's bytes, such that `document.encode() == data`.

    Without `encoding`: a byte order mark decides; else UTF-8; else UTF-16 without a mark if every other byte is
    zero; else Windows-1252 or Latin-1 if the text is mostly ASCII. Raises InputError for anything else.
    """
    wanted = "" if encoding is None else check_encoding(encoding)
    for mark, codec in _BOMS:
        if data.startswith(mark) and codec.startswith(wanted):
            document = _decoded(data[len(mark) :], name, (codec,))
            return Document(document.text, name, codec, mark)
    return _decoded(data, name, (wanted,) if wanted else _guesses(data, name))


def _decoded(data: bytes, name: str, codecs_to_try: tuple[str, ...]) -> Document:
    for codec in codecs_to_try:
        try:
            text = data.decode(codec)
            if text.encode(codec) == data:
                return Document(text, name, codec)
        except UnicodeError:
            continue
    tried = ", ".join(codecs_to_try)
    raise InputError(f"{name}: not valid text in {tried or 'any known encoding'}", "name it with --encoding")


def _guesses(data: bytes, name: str) -> tuple[str, ...]:
    sample = data[:_SAMPLE]
    if b"\0" in sample:
        return _guesses_with_zeros(sample, name)
    guesses: tuple[str, ...] = ("utf-8",)
    controls = sum(b < 32 and b not in b"\t\n\f\r\x1b" for b in sample)
    if controls > 4 + len(sample) * 0.01:
        raise InputError(f"{name}: looks like a binary file, not text")
    ascii_share = sum(b < 128 for b in sample) / max(1, len(sample))
    if ascii_share >= _ASCII_SHARE:
        guesses += ("cp1252", "latin-1")
    return guesses


def _guesses_with_zeros(sample: bytes, name: str) -> tuple[str, ...]:
    half = max(1, len(sample) // 2)
    if sample[1::2].count(0) > 0.7 * half and 0 not in sample[0::2]:
        return ("utf-16-le",)
    if sample[0::2].count(0) > 0.7 * half and 0 not in sample[1::2]:
        return ("utf-16-be",)
    raise InputError(f"{name}: looks like a binary file, not text")

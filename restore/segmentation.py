"""Cut a document into sentences and tokens, and mark what must be left alone.

    protected areas (code, URLs, front matter, quotations)  ->  paragraphs  ->  sentences  ->  tokens

No model and no dictionary: a few regular expressions, so that it is quick on any text and never fails.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from restore.datamodels import Document, Protection, Sentence, Token

_TOKEN = re.compile(
    r"(?P<word>[^\W\d_][\u0300-\u036f]?(?:[^\W\d_]|[\u0300-\u036f])*"
    r"(?:['’](?:[^\W\d_]|[\u0300-\u036f])+)*)(?![\d_])"
    r"|(?P<number>\w*\d\w*(?:[.,:/]\d+)*)"
    r"|(?P<mark>\w+|[^\w\s])"
)

# Areas that no source may touch, tried in this order.
_AREAS: tuple[tuple[Protection, re.Pattern[str]], ...] = (
    ("front matter", re.compile(r"\A---\r?\n.*?\r?\n---[ \t]*(?=\r?\n|\Z)", re.S)),
    ("code", re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.S | re.M)),
    ("code", re.compile(r"`[^`\n]+`")),
    ("code", re.compile(r"<[a-zA-Z/!][^<>\n]{0,400}>")),
    ("url", re.compile(r"\b(?:https?|ftp)://[^\s<>\"']+|\bwww\.[^\s<>\"']+", re.I)),
    ("url", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\w)[@#]\w+")),
)
# Only words in quotation marks that open after a space and close before one: not 6'2" nor stray marks.
_QUOTATION = re.compile(r"(?<!\w)\"[^\"\n]{1,800}\"(?!\w)|“[^”\n]{1,800}”|«[^»\n]{1,800}»")

_PARAGRAPH_BREAK = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)\s*")
_LINE_BREAK_ENDING_SENTENCE = re.compile(r"(?<=[.!?:;\"”'’)])[ \t]*(?:\r\n|\r|\n)\s*")
_SENTENCE_END = re.compile(r"[.!?…]+[\"”'’)\]]*(?=\s+[\"“‘'(\[]*[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Maj|Adm|Sen|Rep|Gov|Rev|Hon|St|Jr|Sr|No|vs|etc|Inc|Ltd|Co|"
    r"Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[A-Z])|\b[A-Za-z]\.[A-Za-z])\.$"
)
_HEADING_SHARE = 0.6
_HEADING_WORDS = 16
#: a longer "sentence" is no prose; it is read in pieces
_LONGEST = 400


def segment(document: Document) -> tuple[Sentence, ...]:
    """The sentences of a document, in order, with protected tokens marked.

    Words that are capitalised in mid-sentence count as names, and so does a sentence's first word
    if the document never shows it in lower case and shows it capitalised elsewhere.
    """
    text = document.text
    areas = _areas(text)
    quotations = [(m.start(), m.end()) for m in _QUOTATION.finditer(text)]
    sentences = []
    for start, end in _paragraphs(text):
        for first, last in _sentences(text, start, end):
            tokens = _tokens(text, first, last, areas, quotations)
            heading = bool(tokens) and _is_heading(tokens)
            for i in range(0, len(tokens), _LONGEST):
                piece = tokens[i : i + _LONGEST]
                sentences.append(Sentence(piece[0].start, piece[-1].end, piece, heading))
    return _mark_names(sentences)


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of a short text (a glossary phrase, a candidate), with nothing protected but numbers."""
    return _tokens(text, 0, len(text), [], [])


def normalise(word: str) -> str:
    """The form under which dictionaries know a word."""
    return word.lower().replace("’", "'")


def _areas(text: str) -> list[tuple[int, int, Protection]]:
    found: list[tuple[int, int, Protection]] = []
    for kind, pattern in _AREAS:
        found += [(m.start(), m.end(), kind) for m in pattern.finditer(text)]
    found.sort()
    merged: list[tuple[int, int, Protection]] = []
    for start, end, kind in found:  # made disjoint, so that one bisection finds the only area around a token
        if merged and start < merged[-1][1]:
            last = merged[-1]
            merged[-1] = (last[0], max(last[1], end), last[2])
        else:
            merged.append((start, end, kind))
    return merged


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Blocks between blank lines, cut further where a line ends like a sentence: hard-wrapped prose stays whole."""
    for start, end in _split(text, 0, len(text), _PARAGRAPH_BREAK):
        yield from _split(text, start, end, _LINE_BREAK_ENDING_SENTENCE)


def _split(text: str, start: int, end: int, separator: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for m in separator.finditer(text, start, end):
        yield start, m.start()
        start = m.end()
    yield start, end


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for m in _SENTENCE_END.finditer(text, start, end):
        if not _ABBREVIATION.search(text, max(start, m.start() - 8), m.start() + 1):
            yield start, m.end()
            start = m.end()
    yield start, end


def _tokens(
    text: str,
    start: int,
    end: int,
    areas: list[tuple[int, int, Protection]],
    quotations: list[tuple[int, int]],
) -> tuple[Token, ...]:
    tokens = []
    area_starts, quote_starts = [a[0] for a in areas], [q[0] for q in quotations]
    for m in _TOKEN.finditer(text, start, end):
        protection: Protection = "number" if m.lastgroup == "number" else ""
        i = bisect_right(area_starts, m.start()) - 1
        if i >= 0 and m.start() < areas[i][1]:
            protection = areas[i][2]
        j = bisect_right(quote_starts, m.start()) - 1
        quoted = j >= 0 and m.start() < quotations[j][1]
        word = m.group()
        tokens.append(Token(m.start(), m.end(), word, normalise(word), protection, quoted))
    return tuple(tokens)


def _is_heading(tokens: tuple[Token, ...]) -> bool:
    words = [t.text for t in tokens if t.text[0].isalpha() and len(t.text) > 3]
    if not 1 < len(words) <= _HEADING_WORDS or tokens[-1].text in {".", ",", ";", ":"}:
        return False
    return sum(w[0].isupper() for w in words) >= max(2, _HEADING_SHARE * len(words))


def _mark_names(sentences: list[Sentence]) -> tuple[Sentence, ...]:
    lower = {t.text for s in sentences for t in s.tokens if t.text.islower()}
    inner = {t.text for s in sentences if not s.heading for t in s.tokens[1:] if t.text[0].isupper()}
    marked = []
    for s in sentences:
        tokens = []
        opening = True  # until the sentence's first word, and again after an opening mark
        for t in s.tokens:
            capital = t.text[0].isupper()
            if capital and not t.protection and not s.heading:
                known = t.text in inner and t.norm not in lower
                if known or not opening:
                    t = t._replace(protection="name")
            if t.text[0].isalnum():
                opening = False
            elif t.text in {'"', "“", "‘", ":", "•", "—", "("}:
                opening = True
            tokens.append(t)
        marked.append(s._replace(tokens=tuple(tokens)))
    return tuple(marked)

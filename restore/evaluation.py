"""Score suggestions against gold spans: how much is found, how often the right original comes first.

A suggestion need not have a gold span's exact extent. A gold span's *region* is the union of the span, of every
suggestion that touches it, and of every gold span inside; the span is restored when the region with the
suggestions applied reads the same as the region with the gold applied (case, white space, hyphens and a/an aside).
Detection and correction are counted apart, as in ERRANT (Bryant, Felice and Briscoe 2017).
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

from restore.datamodels import Document, Suggestion
from restore.errors import InputError

_MOST_CHOICES = 3000


class GoldSpan(NamedTuple):
    """A garbled span and every text that would restore it."""

    start: int
    end: int
    gold: tuple[str, ...]


@dataclass(frozen=True)
class GoldDocument:
    """A document with its garbled spans."""

    document: Document
    spans: tuple[GoldSpan, ...]
    subject: str = ""


@dataclass
class Counts:
    """What was counted over one or more documents."""

    words: int = 0
    gold: int = 0
    suggested: int = 0
    auto: int = 0
    detected: int = 0
    right_first: int = 0
    right_in_k: int = 0
    auto_restored: int = 0
    auto_right: int = 0
    auto_false: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


class Figures(NamedTuple):
    """Shares between 0 and 1, but `false_per_1k`, a number per 1,000 words."""

    #: of gold spans, those that some suggestion touches
    detected: float
    #: of gold spans, those that the best candidates restore
    acc1: float
    #: of gold spans, those that some of the first k candidates restore
    acck: float
    #: of suggestions that a batch run applies, those that restore what they touch
    auto_p: float
    #: of gold spans, those that a batch run restores
    auto_r: float
    auto_f05: float
    #: applied suggestions that touch no gold span
    false_per_1k: float
    #: expected calibration error of the confidence, ten bins (Naeini et al. 2015)
    ece: float

    def line(self, name: str, counts: Counts) -> str:
        """One line of the report."""
        return (
            f"{name:24s} words {counts.words:6d} gold {counts.gold:4d} detected {self.detected:.3f} "
            f"acc@1 {self.acc1:.3f} acc@k {self.acck:.3f} auto P {self.auto_p:.3f} R {self.auto_r:.3f} "
            f"F0.5 {self.auto_f05:.3f} false/1k {self.false_per_1k:.2f} ECE {self.ece:.3f}"
        )


class Miss(NamedTuple):
    """A gold span that a batch run did not restore, with what was suggested there."""

    doc: str
    before: str
    wanted: str
    got: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Report:
    """The figures of each document and of all together."""

    counts: Mapping[str, Counts]
    figures: Mapping[str, Figures]
    total: Figures
    total_counts: Counts
    misses: tuple[Miss, ...]

    def lines(self) -> Iterator[str]:
        """The report, one line a document and one for all."""
        for name, figures in self.figures.items():
            yield figures.line(name, self.counts[name])
        yield self.total.line("all", self.total_counts)


def evaluate(
    gold: Sequence[GoldDocument],
    suggestions: Mapping[str, Sequence[Suggestion]],
    k: int = 5,
    threshold: float | None = None,
) -> Report:
    """Score the suggestions (by document id). `threshold` replaces the suggestions' own `auto` marks."""
    counts, figures, outcomes, misses = {}, {}, [], []
    for g in gold:
        found = suggestions.get(g.document.id, ())
        c, outcome, missed = _score(g, found, k, threshold)
        counts[g.document.id], figures[g.document.id] = c, _figures(c, outcome)
        outcomes += outcome
        misses += missed
    total = sum(counts.values(), Counts())
    return Report(counts, figures, _figures(total, outcomes), total, tuple(misses))


Outcome = tuple[float, bool]


def _score(
    g: GoldDocument, found: Sequence[Suggestion], k: int, threshold: float | None
) -> tuple[Counts, list[Outcome], list[Miss]]:
    text = g.document.text
    auto = [s for s in found if (s.auto if threshold is None else s.confidence >= threshold)]
    c = Counts(words=len(text.split()), gold=len(g.spans), suggested=len(found), auto=len(auto))
    auto_right, misses = set(), []
    firsts = _firsts(g, found)
    for span, (touching, first) in zip(g.spans, firsts, strict=True):
        sure = [s for s in auto if _overlap(s, span)]
        c.detected += bool(touching)
        c.right_first += first
        c.right_in_k += first or is_restored(g, span, touching, k)
        if is_restored(g, span, sure, 1):
            c.auto_restored += 1
            auto_right |= {s.id for s in sure}
        else:
            got = tuple((s.before, s.after, s.confidence) for s in touching)
            misses.append(Miss(g.document.id, text[span.start : span.end], span.gold[0], got))
    c.auto_right = len(auto_right)
    c.auto_false = sum(not any(_overlap(s, span) for span in g.spans) for s in auto)
    right = _ids_of_right(firsts)
    return c, [(s.confidence, s.id in right) for s in found], misses


def rightly_restored(g: GoldDocument, found: Sequence[Suggestion]) -> set[str]:
    """The ids of the suggestions that touch a gold span which the best candidates restore."""
    return _ids_of_right(_firsts(g, found))


def _firsts(g: GoldDocument, found: Sequence[Suggestion]) -> list[tuple[list[Suggestion], bool]]:
    """For each gold span the suggestions that touch it, and whether their best candidates restore it."""
    touching = [[s for s in found if _overlap(s, span)] for span in g.spans]
    return [(some, is_restored(g, span, some, 1)) for span, some in zip(g.spans, touching, strict=True)]


def _ids_of_right(firsts: Iterable[tuple[Sequence[Suggestion], bool]]) -> set[str]:
    return {s.id for touching, restored in firsts if restored for s in touching}


def is_restored(g: GoldDocument, span: GoldSpan, touching: Sequence[Suggestion], k: int) -> bool:
    """Whether some choice among the first k candidates of the touching suggestions restores the span.

    Other gold spans of the region may be restored as well or be left as they are.
    """
    if not touching:
        return False
    text = g.document.text
    lo = min(span.start, *(s.start for s in touching))
    hi = max(span.end, *(s.end for s in touching))
    inside = [s for s in g.spans if s.start < hi and lo < s.end]
    lo, hi = min(lo, *(s.start for s in inside)), max(hi, *(s.end for s in inside))
    wanted = set(readings_of(text, lo, hi, [(s.start, s.end, s.gold) for s in inside]))
    wanted |= set(readings_of(text, lo, hi, [(span.start, span.end, span.gold)]))
    options = [(s.start, s.end, tuple(c.text for c in s.candidates[:k])) for s in touching]
    return any(reading in wanted for reading in readings_of(text, lo, hi, options))


def readings_of(text: str, lo: int, hi: int, options: Sequence[tuple[int, int, Sequence[str]]]) -> Iterator[str]:
    """Every way text[lo:hi] may read, in normal form, with one text chosen for each span."""
    options = sorted(options)
    for choice in itertools.islice(itertools.product(*(texts for *_, texts in options)), _MOST_CHOICES):
        out: list[str] = []
        position = lo
        for (start, end, _), chosen in zip(options, choice, strict=True):
            out += (text[position:start], chosen)
            position = max(position, end)
        out.append(text[position:hi])
        yield normal_form("".join(out))


def normal_form(text: str) -> str:
    """A text without what does not count: case, kind of apostrophe, hyphens, a or an, white space."""
    text = text.casefold().replace("’", "'").replace("-", " ")
    text = re.sub(r"\b(an|a)\b", "a", text)
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r" ([,.;:?!])", r"\1", text)


def _overlap(s: Suggestion, span: GoldSpan) -> bool:
    return s.start < span.end and span.start < s.end


def _figures(c: Counts, outcomes: Sequence[Outcome]) -> Figures:
    gold, auto = max(1, c.gold), max(1, c.auto)
    p, r = c.auto_right / auto, c.auto_restored / gold
    return Figures(
        detected=c.detected / gold,
        acc1=c.right_first / gold,
        acck=c.right_in_k / gold,
        auto_p=p,
        auto_r=r,
        auto_f05=1.25 * p * r / (0.25 * p + r) if p + r else 0.0,
        false_per_1k=1000 * c.auto_false / max(1, c.words),
        ece=calibration_error(outcomes),
    )


def calibration_error(outcomes: Iterable[Outcome], bins: int = 10) -> float:
    """Mean difference between confidence and share right, over bins of confidence."""
    outcomes = list(outcomes)
    sums = [0.0] * bins
    for confidence, right in outcomes:
        sums[min(bins - 1, int(confidence * bins))] += confidence - right
    return sum(abs(s) for s in sums) / max(1, len(outcomes))


def read_gold(path: Path) -> list[GoldDocument]:
    """Gold documents: JSONL with `id`, `text`, `spans` [{start, end, gold}], or passages with inline marks (.txt)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot read the gold file: {error}") from error
    return list(parse_passages(text) if path.suffix == ".txt" else _parse_jsonl(text, path))


def _parse_jsonl(text: str, path: Path) -> Iterator[GoldDocument]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                record = json.loads(line)
                spans = tuple(GoldSpan(s["start"], s["end"], tuple(s["gold"])) for s in record["spans"])
                yield GoldDocument(Document(record["text"], str(record["id"])), spans)
            except (ValueError, KeyError, TypeError) as error:
                why = f"field {error} is missing" if isinstance(error, KeyError) else error
                raise InputError(
                    f"{path}:{number}: not a gold document: {why}", "expected id, text, spans [start, end, gold]"
                ) from None


_MARK = re.compile(r"\[\[(.+?) => (.+?)\]\]", re.S)


def parse_passages(text: str) -> Iterator[GoldDocument]:
    """Passages written by hand: `# id | subject`, then text with [[spun => original | other]] marks, then `---`."""
    for block in re.split(r"^---$", text, flags=re.M):
        header, _, body = block.strip().partition("\n")
        if header:
            name, _, subject = header.lstrip("# ").partition("|")
            yield _unmarked(name.strip(), subject.strip(), body.strip())


def _unmarked(name: str, subject: str, body: str) -> GoldDocument:
    out, spans, position = "", [], 0
    for m in _MARK.finditer(body):
        out += body[position : m.start()]
        originals = tuple(o.strip() for o in m.group(2).split(" | "))
        spans.append(GoldSpan(len(out), len(out) + len(m.group(1)), originals))
        out += m.group(1)
        position = m.end()
    return GoldDocument(Document(out + body[position:], name), tuple(spans), subject)

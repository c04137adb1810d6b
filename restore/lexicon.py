"""The substitution lexicon: P(original | spun), for words and phrases, from two kinds of evidence.

* written: `data/lexicon/*.tsv`, by hand, one original a line with the words that spinners put for it;
* learned: `data/learned.tsv.gz`, word translation probabilities estimated by `restore train lexicon`.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from restore.cache import compiled
from restore.datamodels import Token
from restore.errors import DataError
from restore.matching import Match, PhraseTable, joined
from restore.surface import lemmas

DATA = Path(__file__).parent / "data"
WRITTEN = DATA / "lexicon"
LEARNED = DATA / "learned.tsv.gz"
#: single words that carry grammar, not sense: spinners leave them alone, and they stand everywhere
FUNCTION_WORDS = frozenset(
    "a an the this that these those of in on at to for by with from as into and or nor if than then be is are was "
    "were been being am have has had do does did not no can will would could may might must shall i you he she it we "
    "they me him her us them my your his its our their who whom whose which what when where while why how there "
    "between among up down out off over under so too very".split()
)
PARTS_OF_SPEECH = ("noun", "verb", "adjective", "adverb", "other")


class Pair(NamedTuple):
    """One way back from a spun word or phrase."""

    spun: str
    original: str
    #: noun, verb, adjective, adverb, other; "" if the source does not say
    pos: str
    #: P(original | spun), among the pairs of this spun form and this source
    probability: float
    #: ln P(spun | original): how usual the rewriting is, seen from the original
    forward: float
    source: str
    #: the name of the written file without its ending, which says what it is about; "" if learned
    subject: str = ""


class Lexicon:
    """Pairs by spun form. Matching is by token and lemma, as in the glossary.

    Made from pairs, or from what `_compile` has made of them.
    """

    def __init__(self, pairs: Iterable[Pair] = (), content: Mapping[str, Any] | None = None) -> None:
        content = content or _compile(pairs)
        self._size: int = content["pairs"]
        read = partial(_read_pairs, content["kinds"])
        self._table: PhraseTable[str, tuple[Pair, ...]] = PhraseTable(content["phrases"], read)

    def __len__(self) -> int:
        return self._size

    def matches(self, tokens: Sequence[Token]) -> Iterator[Match[tuple[Pair, ...]]]:
        """Every spun form in a sentence with its pairs; matches may overlap."""
        return self._table.matches(tokens)

    @classmethod
    def load(cls, written: Path = WRITTEN, learned: Path = LEARNED) -> Lexicon:
        """Read the lexicon that ships. Raises DataError with file and line."""
        files = [*sorted(written.glob("*.tsv")), *([learned] if learned.exists() else [])]
        contents = {file.name: file.read_bytes() for file in files}
        return cls(content=compiled(written, contents, lambda: _compile(packaged_pairs(written, learned))))


def packaged_pairs(written: Path = WRITTEN, learned: Path = LEARNED) -> Iterator[Pair]:
    """The pairs of the lexicon that ships, without those that would rewrite words of grammar."""
    lines = [item for file in sorted(written.glob("*.tsv")) for item in parse_written(file)]
    pairs = weigh(lines) + (list(read_learned(learned)) if learned.exists() else [])
    return (p for p in pairs if p.spun not in FUNCTION_WORDS)


#: part of speech, source and subject of a pair, which many have in common
Kind = tuple[str, str, str]


def _compile(pairs: Iterable[Pair]) -> dict[str, Any]:
    """The table of a lexicon: for each phrase the pairs of its spellings, as JSON. Short, as all of it is in memory:
    four digits of every number, and numbers for the kinds of pairs."""
    by_spun: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_spun[pair.spun].append(pair)
    kinds: dict[Kind, int] = {}
    by_phrase: dict[str, list[list[object]]] = defaultdict(list)
    for spun, group in by_spun.items():
        rows = [_row(pair, kinds.setdefault((pair.pos, pair.source, pair.subject), len(kinds))) for pair in group]
        by_phrase[joined(spun)].append([spun, rows])
    return {
        "pairs": sum(map(len, by_spun.values())),
        "kinds": list(kinds),
        "phrases": {phrase: json.dumps(groups, separators=(",", ":")) for phrase, groups in by_phrase.items()},
    }


def _row(pair: Pair, kind: int) -> list[object]:
    return [pair.original, kind, _short(pair.probability), _short(pair.forward)]


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _read_pairs(kinds: Sequence[Kind], _: str, groups: str) -> tuple[tuple[Pair, ...], ...]:
    return tuple(
        tuple(_pair(spun, original, kinds[kind], numbers) for original, kind, *numbers in rows)
        for spun, rows in json.loads(groups)
    )


def _pair(spun: str, original: str, kind: Kind, numbers: Sequence[float]) -> Pair:
    pos, source, subject = kind
    probability, forward = numbers
    return Pair(spun, original, pos, probability, forward, source, subject)


class Rewriting(NamedTuple):
    """A line of the written lexicon: an original and what spinners put for it."""

    original: str
    pos: str
    spun: tuple[tuple[str, int], ...]
    place: str
    subject: str = ""


def parse_written(file: Path) -> Iterator[Rewriting]:
    """The lines of one file of the written lexicon: `original <TAB> pos <TAB> spun:weight, spun:weight`."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"{file}:{number}"
        fields = line.split("\t")
        if len(fields) != 3 or fields[1] not in PARTS_OF_SPEECH:
            raise DataError(f"{place}: expected 'original <TAB> part of speech <TAB> spun:weight, ...'")
        yield Rewriting(fields[0].strip(), fields[1], tuple(_weighted(fields[2], place)), place, file.stem)


def _weighted(text: str, place: str) -> Iterator[tuple[str, int]]:
    for item in text.split(","):
        spun, _, weight = item.strip().rpartition(":")
        if not spun or weight not in ("1", "2", "3"):
            raise DataError(f"{place}: expected 'spun:weight' with a weight of 1, 2 or 3, found '{item.strip()}'")
        yield spun, int(weight)


def weigh(rewritings: Sequence[Rewriting]) -> list[Pair]:
    """Written lines turned round: for each spun form the shares of its originals.

    The same pair may stand in several files: it counts once, where its weight is largest (the first of equals).
    """
    heaviest: dict[tuple[str, str, str], tuple[int, str]] = {}  # (spun, original, pos): weight, subject
    for r in rewritings:
        for spun, weight in r.spun:
            key = (spun, r.original, r.pos)
            if weight > heaviest.get(key, (0, ""))[0]:
                heaviest[key] = weight, r.subject
    from_spun: dict[str, int] = defaultdict(int)
    from_original: dict[tuple[str, str], int] = defaultdict(int)
    for (spun, original, pos), (weight, _) in heaviest.items():
        from_spun[spun] += weight
        from_original[original, pos] += weight
    return [
        Pair(
            spun,
            original,
            pos,
            probability=weight / from_spun[spun],
            forward=math.log(weight / from_original[original, pos]),
            source="written",
            subject=subject,
        )
        for (spun, original, pos), (weight, subject) in heaviest.items()
    ]


def read_learned(file: Path) -> Iterator[Pair]:
    """The pairs of the learned table: `spun <TAB> original <TAB> P(original | spun) <TAB> P(spun | original)`."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith("#"):
                continue
            try:
                spun, original, backward, forward = line.rstrip("\n").split("\t")
                yield Pair(spun, original, "", float(backward), math.log(float(forward)), "learned")
            except ValueError:
                raise DataError(f"{file}:{number}: damaged line") from None


#: plurals that are used as words of their own
_OWN_WORDS = frozenset(
    "data media news politics economics goods troops people police glasses means series species".split()
)


def base_form(word: str) -> str:
    """The form under which the learned table counts a word."""
    return word if word in _OWN_WORDS else lemmas(word)[-1]

"""`restore glossary stats`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from restore.glossary import Entry, load_glossary
from restore.lexicon import LEARNED, WRITTEN, Pair, parse_written, read_learned, weigh
from restore.resources import packaged_glossary


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def stats(paths: tuple[Path, ...]) -> None:
    """Count what glossaries hold (default: the one that ships), and the lexicon."""
    for path in paths or (packaged_glossary(),):
        entries = load_glossary(path).entries
        click.echo(f"{path}:")
        _print(_glossary_figures(entries))
        _print([(f"subject {name or '(none)'}", n) for name, n in _counted(e.subject for e in entries)])
    click.echo("lexicon:")
    _print(_lexicon_figures(_pairs()))


def _print(figures: Iterable[tuple[str, int | str]]) -> None:
    for name, figure in figures:
        click.echo(f"  {figure:>8}  {name}")


def _counted(names: Iterable[str]) -> list[tuple[str, int]]:
    return Counter(names).most_common()


def _glossary_figures(entries: Sequence[Entry]) -> list[tuple[str, int | str]]:
    phrases = [p for e in entries for p in e.spun]
    restoring = [e for e in entries if not e.keeps]
    originals = sum(len(e.original) for e in restoring)
    return [
        ("entries", len(entries)),
        ("of them exceptions (keep)", len(entries) - len(restoring)),
        ("with cues", sum(e.has_cues for e in entries)),
        ("with example", sum(bool(e.example) for e in entries)),
        ("with counterexample", sum(bool(e.counterexample) for e in entries)),
        ("phrases", len(phrases)),
        ("of several words", sum(" " in p for p in phrases)),
        ("originals per entry", f"{originals / max(len(restoring), 1):.2f}"),
    ]


def _pairs() -> list[Pair]:
    written = weigh([line for file in sorted(WRITTEN.glob("*.tsv")) for line in parse_written(file)])
    return [*written, *(read_learned(LEARNED) if LEARNED.exists() else ())]


def _lexicon_figures(pairs: Sequence[Pair]) -> list[tuple[str, int | str]]:
    return [
        ("pairs", len(pairs)),
        ("spun forms", len({p.spun for p in pairs})),
        *((f"source {name}", n) for name, n in _counted(p.source for p in pairs)),
        *((f"part of speech {name or '(none)'}", n) for name, n in _counted(p.pos for p in pairs)),
        *((f"subject {name}", n) for name, n in _counted(p.subject for p in pairs) if name),
    ]

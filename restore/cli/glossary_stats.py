"""`restore glossary stats`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from restore.glossary import load_glossary
from restore.lexicon import packaged_pairs
from restore.resources import packaged_glossary
from restore.statistics import Figure, glossary_figures, lexicon_figures


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def stats(paths: tuple[Path, ...]) -> None:
    """Count what glossaries hold (default: the one that ships), and the lexicon."""
    for path in paths or (packaged_glossary(),):
        _print(f"{path}:", glossary_figures(load_glossary(path).entries))
    _print("lexicon:", lexicon_figures(list(packaged_pairs())))


def _print(head: str, figures: Iterable[Figure]) -> None:
    click.echo(head)
    for name, figure in figures:
        click.echo(f"  {figure:>8}  {name}")

"""`restore eval`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from restore.cli.options import knowledge_options, settings
from restore.cli.progress import progress_bar
from restore.errors import InputError, UsageError
from restore.evaluation import evaluate as score
from restore.evaluation import read_gold


@click.command("eval")
@click.argument("gold", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--clean",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="A corpus of clean text (.txt, .txt.gz; a blank line between documents), in which every edit is a false one. "
    "Read are the documents that are held out of all training, one in ten.",
)
@click.option("--words", default=200_000, show_default=True, help="How many words of the --clean corpora to read.")
@click.option("--k", default=5, show_default=True, help="How many candidates a reviewer may choose from.")
@click.option("--misses", default=0, help="Show this many gold spans that a batch run did not restore.")
@click.option("--total-only", is_flag=True, help="One line for each file, none for its documents.")
@click.option("--json", "as_json", is_flag=True, help="Print the total figures as JSON.")
@knowledge_options
def evaluate(
    gold: tuple[Path, ...],
    clean: tuple[Path, ...],
    words: int,
    k: int,
    misses: int,
    total_only: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Suggest for the documents of each GOLD file and score the result.

    GOLD is JSONL with id, text and spans ({start, end, gold}), or a .txt of passages with [[spun => original]] marks.
    """
    from restore.pipeline import suggest_document
    from restore.resources import load_resources
    from restore.training.corpora import clean_documents

    if not gold and not clean:
        raise UsageError("Name a GOLD file, or clean text with --clean.")
    resources = load_resources(settings(options, personal=False))
    sets = {str(path): read_gold(path) for path in gold}
    if clean:
        sets["clean text"] = list(clean_documents(clean, words))
        if not sets["clean text"]:
            raise InputError("--clean: none of the documents is among those held out", "name larger corpora")
    for path, documents in sets.items():
        with progress_bar("reading") as progress:
            found = {g.document.id: suggest_document(g.document, resources, progress) for g in documents}
        report = score(documents, found, k=k)
        if as_json:
            click.echo(json.dumps({"file": path, **report.total._asdict()}))
            continue
        click.echo(f"{path}:")
        lines = list(report.lines())
        click.echo("\n".join(lines[-1:] if total_only or path == "clean text" else lines))
        for miss in report.misses[:misses]:
            got = "; ".join(f"{b} -> {a} ({p:.2f})" for b, a, p in miss.got) or "nothing"
            click.echo(f"  {miss.doc}: '{miss.before}' wanted '{miss.wanted}', got {got}")

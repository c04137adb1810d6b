"""`restore train lexicon|thesaurus|collocations|idioms|terms|restorer|weights`: make the data files that ship;
`ablation`: say what each kind of evidence brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from restore import collocations as collocation_model
from restore import combination
from restore import idioms as idiom_model
from restore import lexicon as lexicon_model
from restore import terms as term_model
from restore import thesaurus as thesaurus_model
from restore import weights as weight_file
from restore.restorer import DEFAULT_BASE
from restore.training.recipe import Recipe, Start

_FILE = click.Path(path_type=Path, exists=True)
_OUT = click.Path(path_type=Path)
_AT_LEAST_1 = click.IntRange(min=1)


@click.group()
def train() -> None:
    """Make the data files of the package anew from their sources."""


def _report(out: Path, figures: dict[str, int]) -> None:
    counted = ", ".join(f"{number} {what}" for what, number in figures.items())
    click.echo(f"{out}: {counted}, {out.stat().st_size / 1e6:.2f} MB", err=True)


@train.command()
@click.argument("pairs", type=_FILE)
@click.option("-o", "--output", type=_OUT, default=lexicon_model.LEARNED, show_default="in the package")
def lexicon(pairs: Path, output: Path) -> None:
    """Learn word substitutions from PAIRS, lines of `spun phrase <TAB> original phrase`."""
    from restore.training.lexicon import train as learn

    _report(output, learn(pairs, output))


@train.command()
@click.argument("wordnet", type=_FILE)
@click.argument("moby", type=_FILE)
@click.option("-o", "--output", type=_OUT, default=thesaurus_model.PATH, show_default="in the package")
def thesaurus(wordnet: Path, moby: Path, output: Path) -> None:
    """Convert the WORDNET folder (data.noun, data.verb, ...; in Debian's wordnet-base: /usr/share/wordnet) and the
    MOBY thesaurus (words.txt of the npm package moby)."""
    from restore.training.thesaurus import train as convert

    _report(output, convert(wordnet, moby, output))


@train.command()
@click.argument("corpora", nargs=-1, required=True, type=_FILE)
@click.option("-o", "--output", type=_OUT, default=collocation_model.PATH, show_default="in the package")
def collocations(corpora: tuple[Path, ...], output: Path) -> None:
    """Count word pairs in CORPORA: clean text (.txt, .txt.gz), a paragraph a line, a blank line between documents."""
    from restore.training.collocations import train as count

    _report(output, count(corpora, output))


@train.command()
@click.argument("corpora", nargs=-1, required=True, type=_FILE)
@click.option("-o", "--output", type=_OUT, default=idiom_model.PATH, show_default="in the package")
def idioms(corpora: tuple[Path, ...], output: Path) -> None:
    """Count in CORPORA of clean text the phrases of the lexicon: those that authors write too say little."""
    from restore.training.idioms import train as count

    _report(output, count(corpora, output))


@train.command()
@click.argument("corpora", nargs=-1, required=True, type=_FILE)
@click.option("-o", "--output", type=_OUT, required=True, help="Folder for the model, and for checkpoints till then.")
@click.option("--seed", default=Recipe.seed, show_default=True, help="Another seed shows other text, spun otherwise.")
@click.option(
    "--chunks", type=_AT_LEAST_1, default=Recipe.chunks, show_default=True, help="Length of the training, in chunks."
)
@click.option(
    "--paragraphs",
    type=_AT_LEAST_1,
    default=Recipe.paragraphs,
    show_default=True,
    help="Paragraphs of each corpus in a chunk; small corpora come round again.",
)
@click.option(
    "--batch",
    type=_AT_LEAST_1,
    default=Recipe.batch,
    show_default=True,
    help="Word pieces that are learned from at a time; fewer take less memory.",
)
@click.option(
    "--learning-rate",
    type=click.FloatRange(min=0, min_open=True),
    default=Recipe.learning_rate,
    show_default=True,
    help="How far a step goes at most; lower it if the loss grows.",
)
@click.option(
    "--base",
    metavar="MODEL",
    default=DEFAULT_BASE,
    show_default=True,
    help="Sentence-transformers model of the BERT family to start from, by name or folder.",
)
@click.option(
    "--from",
    "before",
    metavar="FOLDER",
    type=_FILE,
    help="Restorer to train further, in place of a base model; the one that ships lies in restore/data/restorer.",
)
def restorer(corpora: tuple[Path, ...], output: Path, base: str, before: Path | None, **recipe: Any) -> None:
    """Train a restorer on CORPORA of clean text (.txt, .txt.gz), a paragraph a line, a blank line between documents.

    It learns to undo what it spins itself; one document in ten is held out, and measured on. Called again with the
    same settings, a run that was stopped goes on from its last checkpoint. Takes hours without a graphics card.
    """
    from restore.training.restorer import in_words
    from restore.training.restorer import train as learn

    start = Start.from_restorer(before) if before else Start(base)
    figures = learn(corpora, output, Recipe(**recipe), start, lambda line: click.echo(line, err=True))
    click.echo(f"{output}: held out: {in_words(figures)}")


@train.command()
@click.argument("gold", nargs=-1, required=True, type=_FILE)
@click.option("--clean", multiple=True, type=_FILE, help="Corpora of clean text; their held-out documents are used.")
@click.option("-o", "--output", type=_OUT, default=weight_file.PATH, show_default="in the package")
def weights(gold: tuple[Path, ...], clean: tuple[Path, ...], output: Path) -> None:
    """Fit the weights of all features on GOLD passages and clean text, and calibrate the confidence."""
    from restore.training.weights import train as fit

    _report(output, fit(gold, clean, output))


@train.command()
@click.argument("pairs", type=_FILE)
@click.argument("wordnet", type=_FILE)
@click.option("-o", "--output", type=_OUT, default=term_model.PATH, show_default="in the package")
@click.option("--weights", "weights_out", type=_OUT, default=combination.WEIGHTS, show_default="in the package")
@click.option("--check", is_flag=True, help="Only measure; write nothing.")
def terms(pairs: Path, wordnet: Path, output: Path, weights_out: Path, check: bool) -> None:
    """Learn to combine terms from PAIRS of `spun term <TAB> established term`, and print the figures on held-out terms.

    Five-fold: the lexicon, the term statistics and the weights that restore a term are learned without it.
    """
    from restore.training import terms as training

    known, figures, trials = training.cross_validated(pairs, wordnet)
    for line in figures.lines():
        click.echo(line)
    if not check:
        training.write(training.read_term_pairs(pairs), known, trials, output, weights_out)
        _report(output, {"known terms": len(known), "trials": len(trials)})


@train.command()
@click.argument("gold", nargs=-1, required=True, type=_FILE)
@click.option("--clean", multiple=True, type=_FILE, help="Corpora of clean text; their held-out documents are used.")
@click.option("--test", multiple=True, required=True, type=_FILE, help="Gold passages to measure on.")
def ablation(gold: tuple[Path, ...], clean: tuple[Path, ...], test: tuple[Path, ...]) -> None:
    """Measure what each kind of evidence brings: weights are fitted on GOLD and clean text for the glossary alone, then
    with the lexicon, embedding similarity, the restorer, and evidence from the whole article. Writes nothing."""
    from restore.training.ablation import ablate

    for stage, file, report in ablate(gold, clean, test):
        click.echo(f"{file:<16} {report.total.line(stage, report.total_counts)}")

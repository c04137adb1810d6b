"""Options that several commands share, and what they mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from restore.errors import UsageError
from restore.formats.files import ReadOptions
from restore.resources import Settings

F = TypeVar("F", bound=Callable[..., Any])


def knowledge_options(command: F) -> F:
    """--glossary, --no-glossary, --reference, --model, --restorer, --no-model, --min-confidence, --show-from."""
    for option in (
        click.option(
            "--show-from",
            type=click.FloatRange(0, 1),
            help="Show spans that are garbled with at least this probability [fitted].",
        ),
        click.option(
            "--min-confidence", type=click.FloatRange(0, 1), help="Apply by itself from this confidence [calibrated]."
        ),
        click.option("--no-model", is_flag=True, help="Work without the models (quicker, less sure)."),
        click.option(
            "--restorer",
            type=click.Path(path_type=Path),
            help="Folder of a restorer of your own (`restore train restorer`) instead of the one that ships.",
        ),
        click.option("--model", default="", help="A sentence-transformers name or folder instead of the default."),
        click.option(
            "--reference",
            "references",
            multiple=True,
            type=click.Path(path_type=Path),
            help="A clean article on the same events: what it says is likelier.",
        ),
        click.option("--no-glossary", is_flag=True, help="Work without a glossary."),
        click.option(
            "--glossary",
            "glossaries",
            multiple=True,
            type=click.Path(path_type=Path),
            help="A glossary to use with the one that ships and your own; later ones win.",
        ),
    ):
        command = option(command)
    return command


def reading_options(command: F) -> F:
    """--encoding, --text-field, --id-field."""
    for option in (
        click.option("--id-field", default="id", show_default=True, help="JSONL field with the document's name."),
        click.option("--text-field", default="text", show_default=True, help="JSONL field with the text."),
        click.option("--encoding", help="Encoding of the input [detected]."),
    ):
        command = option(command)
    return command


def colour_option(command: F) -> F:
    """--color auto|always|never."""
    option = click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="Use colour [if stdout is a terminal and NO_COLOR is not set].",
    )
    return option(command)


def settings(values: dict[str, Any], personal: bool = True) -> Settings:
    """The settings that the shared options ask for; takes them out of `values`.

    The user's own glossary is among them, unless the result must be the same for everybody (`personal` False).
    """
    from restore.resources import packaged_glossary, user_glossary

    chosen: tuple[Path, ...] = values.pop("glossaries")
    no_glossary, no_model, model = values.pop("no_glossary"), values.pop("no_model"), values.pop("model")
    if no_glossary and chosen:
        raise UsageError("--no-glossary and --glossary exclude each other.")
    restorer: Path | None = values.pop("restorer")
    for name, given in (("--model", model), ("--restorer", restorer)):
        if no_model and given:
            raise UsageError(f"--no-model and {name} exclude each other.")
    own = user_glossary() if personal else None
    return Settings(
        glossaries=() if no_glossary else (packaged_glossary(), *([own] if own and own.exists() else []), *chosen),
        references=values.pop("references"),
        model=None if no_model else model,
        restorer=restorer,
        min_confidence=values.pop("min_confidence"),
        show_from=values.pop("show_from"),
    )


def read_options(values: dict[str, Any]) -> ReadOptions:
    """How to read inputs; takes the options out of `values`."""
    return ReadOptions(values.pop("encoding"), values.pop("text_field"), values.pop("id_field"))


def use_colour(color: str) -> bool:
    """Whether output is coloured."""
    if color == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return color == "always"


def same_file(path: Path | None, given: str) -> bool:
    """Whether a path that was named, if one was, and an input are one file that exists."""
    return path is not None and path.exists() and Path(given).exists() and path.samefile(given)

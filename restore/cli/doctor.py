"""`restore doctor`."""

from __future__ import annotations

import sys
from typing import Any

import click

from restore.cli.options import knowledge_options, settings
from restore.doctor import examine


@click.command()
@click.option("--load", is_flag=True, help="Load the model too, to see that it works (takes seconds).")
@knowledge_options
def doctor(load: bool, **options: Any) -> None:
    """Say what is installed, which glossary and model are used and why, and what is missing."""
    findings = examine(settings(options), load)
    for f in findings:
        click.echo(f"{'ok  ' if f.ok else 'BAD '} {f.what}: {f.found}")
        if f.remedy:
            click.echo(f"     mend it with: {f.remedy}")
    if not all(f.ok for f in findings):
        sys.exit(2)

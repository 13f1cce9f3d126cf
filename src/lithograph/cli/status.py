"""Verbs that hold things against each other: diff, status."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from lithograph.cli.verbs import NETWORK, ROOT
from lithograph.config import load_config
from lithograph.screen import Screen, sections_markdown, sections_text

LIMIT = click.option("--limit", type=click.IntRange(0), default=20, show_default=True, help="Rows of each table.")


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--claims/--no-claims", default=True, help="Whether to compare what follows from the axioms, too.")
@click.option(
    "--examples/--no-examples", default=True,
    help="Whether to find out what becomes of examples and adapters; presses aside where that is needed.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "md", "json"]), default="text", show_default=True)
@LIMIT
@click.option("--exit-code", is_flag=True, help="End with 1 where there are differences.")
@NETWORK
@ROOT
def diff(
    old: str | None, new: str | None, claims: bool, examples: bool, form: str, limit: int, exit_code: bool,
    allow_network: bool | None, root: Path,
) -> None:  # fmt: skip
    """Which axioms came, went or changed from OLD to NEW, and what follows for claims, examples and adapters.

    OLD and NEW are ontology files, or builds of the ledger: a build's name, the start of an ontology's hash, `latest`.
    Without NEW it is the project's ontology as it is now; without OLD, its newest build.

    \b
    lithograph diff
    lithograph diff before.ttl after.owl
    lithograph diff latest --no-examples --format md
    """
    from lithograph.pipeline.diff import diff as compare
    from lithograph.pipeline.diff_told import as_values, told

    screen = Screen()
    with screen:
        found = compare(load_config(root, allow_network=allow_network), old, new, claims=claims, examples=examples,
                        limit=limit, listener=screen.hear)  # fmt: skip
    if form == "json":
        click.echo(json.dumps(as_values(found, limit), ensure_ascii=False, indent=1))
    else:
        click.echo((sections_text if form == "text" else sections_markdown)(told(found, limit)))
    sys.exit(1 if exit_code and not found.same else 0)


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "md", "json"]), default="text", show_default=True)
@LIMIT
@ROOT
def status(form: str, limit: int, root: Path) -> None:
    """What would be made anew, and why: datasets, runs, adapters, the ledger's view. Changes nothing.

    \b
    lithograph status
    lithograph status --format json
    """
    from lithograph.pipeline.status import as_values, project_status, told

    found = project_status(load_config(root))
    if form == "json":
        click.echo(json.dumps(as_values(found), ensure_ascii=False, indent=1))
    else:
        click.echo((sections_text if form == "text" else sections_markdown)(told(found, limit)))

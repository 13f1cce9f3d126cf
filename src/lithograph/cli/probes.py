"""The verb that shows a dataset's probes: probes."""

from __future__ import annotations

from pathlib import Path

import click

from lithograph.cli.verbs import ROOT
from lithograph.config import load_config
from lithograph.scenes.declaration import AXES


@click.command()
@click.argument("name", required=False)
@click.option("--axis", "axes", multiple=True, type=click.Choice(AXES), help="Of this axis only; can be repeated.")
@click.option("--part", type=click.Choice(["dev", "test"]), default="dev", show_default=True, help="Which part.")
@click.option("--language", "languages", multiple=True, help="In this language only; can be repeated.")
@click.option("--preview", type=click.IntRange(0), default=0, help="Show that many probes too, kinds by turns.")
@ROOT
def probes(
    name: str | None, axes: tuple[str, ...], part: str, languages: tuple[str, ...], preview: int, root: Path
) -> None:
    """Show a dataset's probes: how many there are of each axis and split, and some of them with their right answers.

    \b
    lithograph probes
    lithograph probes --axis causality --preview 10
    """
    from lithograph.pipeline.probing import shown_probes

    config = load_config(root, dataset=name)
    click.echo(shown_probes(config, part=part, axes=axes, languages=languages, preview=preview))

"""The verb that sets adapters side by side: lab."""

from __future__ import annotations

from pathlib import Path

import click

from lithograph.cli.verbs import NETWORK, ROOT
from lithograph.config import load_config
from lithograph.screen import Screen, table


@click.command()
@click.argument("scenes", nargs=-1)
@click.option("--dataset", help="The dataset to take examples and probes from, by name or folder.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), default=3.0, show_default=True,
              help="Training time of each adapter; turned into steps once.")  # fmt: skip
@click.option("--steps", type=click.IntRange(1), help="A fixed number of steps instead.")
@click.option("--probes", type=click.IntRange(1), default=240, show_default=True, help="How many are asked of each.")
@click.option("--part", type=click.Choice(["dev", "test"]), default="dev", show_default=True, help="Of the probes.")
@click.option("--compose", "way", type=click.Choice(["stack", "merge", "train"]), default="stack", show_default=True,
              help="Put together by acting at once, by adding into one, or by training one on all scenes.")  # fmt: skip
@click.option("--replace", "replaced", multiple=True, metavar="OLD=NEW",
              help="Also put one scene's adapter in the place of another's; can be repeated.")  # fmt: skip
@NETWORK
@ROOT
def lab(
    scenes: tuple[str, ...], dataset: str | None, minutes: float, steps: int | None, probes: int, part: str, way: str,
    replaced: tuple[str, ...], allow_network: bool | None, root: Path,
) -> None:  # fmt: skip
    """Train one adapter a scene and set them side by side: what each added, and what goes with it when it goes.

    SCENES are names of scenes, several joined by + for one adapter, or YAML files of scenes. Goes on where it stopped.

    \b
    lithograph lab IsA PartOf Raises
    lithograph lab scenes/*.yaml --minutes 4
    lithograph lab IsA PartOf Raises --replace Raises=Lowers --compose merge
    """
    config = load_config(root, allow_network=allow_network)
    pairs = []
    for pair in replaced:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            raise click.UsageError(f"--replace {pair}: write OLD=NEW, such as Raises=Lowers")
        if old not in scenes:
            raise click.UsageError(f"--replace {pair}: '{old}' is not among the scenes of this lab")
        pairs.append((old, new))
    from lithograph.pipeline.lab import LabOptions
    from lithograph.pipeline.lab import lab as set_side_by_side
    from lithograph.pipeline.lab_told import page, tables

    options = LabOptions(part, minutes, steps, probes, way=way, replaced=tuple(pairs))
    screen = Screen()
    with screen:
        found = set_side_by_side(config, scenes, options, dataset=dataset, listener=screen.hear)
    for heading, columns, rows in tables(found):
        click.echo(f"\n{heading}")
        if rows:
            click.echo(table(columns, rows))
    report = found.folder / "report.html"
    report.write_text(page(found), encoding="utf-8")
    click.echo(f"\n{report}")

"""Verbs that make and look after a project: init, check, dataset."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from lithograph.cli.verbs import NETWORK, ROOT
from lithograph.config import load_config
from lithograph.screen import Screen


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Make a project of one's own in FOLDER: ontology, templates, options, Makefile.

    \b
    lithograph init my-project && cd my-project && lithograph dataset
    """
    from lithograph.pipeline.init import init_project

    for path in init_project(folder):
        click.echo(path)


@click.command()
@click.argument("name", required=False)
@click.option("--ontology", type=click.Path(path_type=Path), help="The ontology file, in any syntax.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Where to write it, instead of datasets/NAME."
)
@click.option("--workers", type=click.IntRange(0), default=0, help="Processes; 0 for one a core.")
@click.option("--preview", type=click.IntRange(1), help="Show that many examples and the counts, and write nothing.")
@click.option("--language", "languages", multiple=True, help="Print in this language only; can be repeated.")
@click.option("--force", is_flag=True, help="Press again even where nothing has changed.")
@click.option("--recalibrate", is_flag=True, help="Measure by the ontology as it is now, not as it was at first.")
@click.option(
    "--feedback",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Results on development probes: what a model is weak on gets more of the budget.",
)
@NETWORK
@ROOT
def dataset(
    name: str | None, ontology: Path | None, out: Path | None, workers: int, preview: int | None,
    languages: tuple[str, ...], force: bool, recalibrate: bool, feedback: Path | None, allow_network: bool | None,
    root: Path,
) -> None:  # fmt: skip
    """Press an ontology into a dataset: Parquet shards, a card, a build report, and its record in the ledger.

    \b
    lithograph dataset
    lithograph dataset --ontology pizza.owl --out /tmp/pizza
    lithograph dataset --preview 20
    lithograph dataset --recalibrate
    """
    from lithograph.pipeline.build import press
    from lithograph.pipeline.preview import preview_examples

    named = name or (ontology.stem if ontology else None)
    config = load_config(root, dataset=named, languages=languages or None, allow_network=allow_network)
    screen = Screen()
    if preview:
        with screen:
            shown = preview_examples(config, preview, ontology=ontology, listener=screen.hear)
        click.echo(shown)
        return
    with screen:
        build = press(config, ontology=ontology, out=out, workers=workers, force=force, recalibrate=recalibrate,
                      feedback=feedback, listener=screen.hear)  # fmt: skip
    splits = ", ".join(f"{role} {split.rows:,}" for role, split in build.record.splits.items())
    fresh = "" if build.fresh else " (nothing has changed since)"
    click.echo(f"{build.folder}: {build.examples:,} examples ({splits}){fresh}")


@click.command()
@click.option("--splits", is_flag=True, help="Prove by query that nothing held out leaks into a dataset's examples.")
@click.option("--dataset", "named", help="The dataset whose splits are checked; the project's own without it.")
@ROOT
def check(splits: bool, named: str | None, root: Path) -> None:
    """Find everything that can be wrong before a build: ontology, scenes, templates, configuration; or in its splits.

    \b
    lithograph check
    lithograph check --splits --dataset world
    """
    from lithograph.pipeline.check import check_project

    config = load_config(root, dataset=named)
    if splits:
        _check_splits(config.root / "datasets" / config.dataset)
        return
    findings = check_project(config)
    for finding in findings:
        click.echo(f"{finding.severity}: {finding}")
    count = Counter(finding.severity for finding in findings)
    click.echo(f"{count['error']} errors, {count['warning']} warnings, {count['note']} notes")
    sys.exit(1 if count["error"] else 0)


def _check_splits(folder: Path) -> None:
    from lithograph.ledger.leaks import KINDS, find_leaks, read_certificate

    leaks = find_leaks(folder)
    for leak in leaks:
        click.echo(leak)
    rows = read_certificate(folder)["held_out"]["rows"]
    click.echo(f"{folder}: {rows:,} claims are held out; {len(KINDS)} queries: {_leaks(len(leaks))}")
    sys.exit(1 if leaks else 0)


def _leaks(count: int) -> str:
    return f"{count} kinds of leaks" if count > 1 else "one kind of leak" if count else "nothing leaks"

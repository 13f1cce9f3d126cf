"""Verbs that hand something over: export, pack, unpack."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lithograph.cli.verbs import ROOT
from lithograph.config import load_config
from lithograph.screen import Screen

FORMS = ("messages", "alpaca", "sharegpt", "croissant", "ro-crate", "prov-json", "prov-n", "trig", "nquads")


@click.command()
@click.argument("form", type=click.Choice(FORMS), metavar="FORMAT")
@click.option("--dataset", help="The dataset, by name or folder.")
@click.option("--run", help="The run, by name, urn or the start of its hash.  [default: the latest]")
@click.option("--split", "splits", multiple=True, type=click.Choice(["train", "valid", "test"]),
              help="This split only; can be repeated.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, allow_dash=True),
              help="The file, or a crate's folder; - for the output stream. Otherwise its usual place.")  # fmt: skip
@ROOT
def export(
    form: str, dataset: str | None, run: str | None, splits: tuple[str, ...], out: Path | None, root: Path
) -> None:
    """Hand a dataset, a run or the ledger to another program, in one FORMAT.

    A dataset: messages, alpaca, sharegpt (JSON Lines for trainers; ids, axioms and nodes go along), croissant. A run:
    ro-crate (a folder), prov-json, prov-n. The whole ledger: trig, nquads.

    \b
    lithograph export messages
    lithograph export alpaca --split train --out train.jsonl
    lithograph export croissant --out -
    lithograph export ro-crate --run latest --out crate
    lithograph export trig
    """
    from lithograph.pipeline.exports import export as exported

    stream = sys.stdout.buffer
    done = exported(load_config(root), form, stream, dataset=dataset, run=run, splits=splits, out=out)
    click.echo(f"{done.place or 'output'}: {done.what}", err=done.place is None)


@click.command()
@click.argument("dataset", required=False)
@click.option("--ontology", type=click.Path(path_type=Path, dir_okay=False),
              help="The root ontology file, where it does not lie in the project.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False),
              help="The file. Otherwise datasets/NAME.chip.tar.")  # fmt: skip
@ROOT
def pack(dataset: str | None, ontology: Path | None, out: Path | None, root: Path) -> None:
    """Pack a dataset with all that it was pressed from into one archive, the data chip.

    The same dataset gives the same bytes, on any machine.

    \b
    lithograph pack
    lithograph pack world --out world.chip.tar
    """
    from lithograph.pipeline.pack import pack as packed

    done = packed(load_config(root), dataset, out, ontology)
    click.echo(f"{done.file}: {done.members:,} files, {done.size / 1e6:.1f} MB, sha256 {done.sha256}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--verify", "again", is_flag=True, help="Press it again and compare every byte; exit code 1 if not same.")
@click.option("--workers", type=click.IntRange(0), default=0, help="Processes; 0 for one a core.")
def unpack(file: Path, folder: Path, again: bool, workers: int) -> None:
    """Unpack a data chip into FOLDER, which is a project then; every byte is checked.

    \b
    lithograph unpack world.chip.tar my-world
    lithograph unpack world.chip.tar my-world --verify
    """
    from lithograph.pipeline.unpack import unpack as unpacked
    from lithograph.pipeline.unpack import verify

    done = unpacked(file, folder)
    click.echo(f"{done.dataset}: unpacked, {len(done.manifest['members']):,} files as they were packed")
    if not again:
        return
    with Screen() as screen:
        verified = verify(done, workers, screen.hear)
    for line in verified.lines():
        click.echo(line)
    sys.exit(0 if verified.same else 1)

"""The verb that holds provenance against PROV-CONSTRAINTS."""

from __future__ import annotations

from pathlib import Path

import click

from lithograph.cli.verbs import ROOT


@click.command(name="prov")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--steps", "run", help="Check the steps of this run too: a name, a hash, `latest`.")
@click.option("--clocks/--no-clocks", default=None, show_default="on for the ledger, off for files",
              help="Let times take part in the order of events, which PROV-CONSTRAINTS does not.")  # fmt: skip
@ROOT
def check_provenance(files: tuple[Path, ...], run: str | None, clocks: bool | None, root: Path) -> None:
    """Hold the ledger's view, or files of provenance, against W3C PROV-CONSTRAINTS.

    FILES are PROV-N, PROV-JSON or PROV-XML; without any, the ledger of the project is checked. Each violation is one
    line with the numbers of its constraints and the statements that make it; then the exit code is 1.

    \b
    lithograph ledger prov
    lithograph ledger prov --steps latest
    lithograph ledger prov history.provn
    """
    from lithograph.ledger.constraints.ours import check_files, check_ledger

    verdict = check_files(files, clocks=bool(clocks)) if files else check_ledger(
        root / "ledger", run, clocks=clocks is not False)  # fmt: skip
    for violation in verdict.violations:
        click.echo(str(violation))
    click.echo(verdict.summary)
    if not verdict.valid:
        raise click.exceptions.Exit(1)

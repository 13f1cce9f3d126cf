"""The verbs that verify what was learned: verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lithograph.cli.verbs import NETWORK, ROOT
from lithograph.config import load_config
from lithograph.screen import Screen, table

if TYPE_CHECKING:
    from lithograph.verify.verified import Verified


@click.command()
@click.option("--run", help="The run whose adapter is verified; without it the latest that is finished.")
@click.option("--model", help="Verify this base model instead: a name, a folder or a hub id.")
@click.option("--base", is_flag=True, help="Verify the project's own base model instead.")
@click.option("--dataset", help="The dataset whose probes are asked, by name or folder.")
@click.option("--part", type=click.Choice(["dev", "test"]), default="dev", show_default=True,
              help="The part of the probes. Only the development part feeds anything back.")  # fmt: skip
@click.option("--minutes", type=click.FloatRange(0, min_open=True), default=10.0, show_default=True,
              help="Wall-clock budget for all models; turned into a number of probes once.")  # fmt: skip
@click.option("--probes", type=click.IntRange(1), help="A fixed number of probes instead.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the choice of probes and the resampling.")
@NETWORK
@ROOT
def verify(
    run: str | None, model: str | None, base: bool, dataset: str | None, part: str, minutes: float,
    probes: int | None, seed: int, allow_network: bool | None, root: Path,
) -> None:  # fmt: skip
    """Put probes to an adapter, beside its base, the base with the scene in context, and the majority answer.

    Their right answers are computed from the ontology and no training text states them. Goes on where it stopped.

    \b
    lithograph verify
    lithograph verify --run world-smollm2-135m-instruct-0123456789 --part test
    lithograph verify --base --minutes 3
    """
    if (model or base) and run:
        raise click.UsageError("a run is verified on its own base: leave out --run, or --model and --base")
    config = load_config(root, allow_network=allow_network)
    from lithograph.pipeline.verification import VerifyOptions, verify_model, verify_run

    options = VerifyOptions(part, minutes, probes, seed=seed, threads=config.train_threads or None)
    screen = Screen()
    with screen:
        if model or base:
            found = verify_model(config, model, options, dataset=dataset, listener=screen.hear)
        else:
            found = verify_run(config, run or "latest", options, dataset=dataset, listener=screen.hear)
    click.echo(told(found))


def told(found: Verified) -> str:
    """What was found, as tables for the terminal."""
    from lithograph.verify.verified import TABLES, ahead_table, sliced_table, whole_table

    tables = [table(*whole_table(found)), *(table(*sliced_table(found, name)) for name in TABLES)]
    if found.ahead:
        tables.append(table(*ahead_table(found)))
    return "\n\n".join(tables)

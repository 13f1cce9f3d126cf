"""The verb that trains seeds and controls and compares them: study."""

from __future__ import annotations

from pathlib import Path

import click

from lithograph.cli.verbs import NETWORK, ROOT
from lithograph.config import load_config
from lithograph.screen import Screen


@click.command()
@click.option("--dataset", help="The dataset, by name or folder.")
@click.option(
    "--seeds",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="How often the adapter is trained, on the same facts.",
)
@click.option("--controls", default="format-only,plain sentences,from scratch", show_default=True,
              help="Controls that are trained too, by comma; empty for none.")  # fmt: skip
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Of each training; turned into steps once.")
@click.option("--steps", type=click.IntRange(1), help="Steps of each training instead.")
@click.option("--part", type=click.Choice(["dev", "test"]), default="test", show_default=True, help="Of the probes.")
@click.option("--asking", type=click.FloatRange(0, min_open=True), default=10.0, show_default=True,
              help="Minutes to ask one adapter and its base; turned into a number of probes once.")  # fmt: skip
@click.option("--probes", type=click.IntRange(1), help="A fixed number of probes instead.")
@NETWORK
@ROOT
def study(
    dataset: str | None, seeds: int, controls: str, minutes: float | None, steps: int | None, part: str, asking: float,
    probes: int | None, allow_network: bool | None, root: Path,
) -> None:  # fmt: skip
    """Train several seeds and every control, ask them all the same probes, and say how far each is ahead.

    Goes on where it stopped: what is trained and asked is not trained and asked again.

    \b
    lithograph study
    lithograph study --seeds 5 --minutes 5 --part dev
    lithograph study --controls format-only
    """
    from lithograph.cli.verify import told
    from lithograph.pipeline.study import CONTROLS, StudyOptions
    from lithograph.pipeline.study import study as studied
    from lithograph.pipeline.verification import VerifyOptions

    wanted = tuple(name.strip() for name in controls.split(",") if name.strip())
    unknown = [name for name in wanted if name not in CONTROLS]
    if unknown:
        raise click.UsageError(f"there is no control '{unknown[0]}'; there are: {', '.join(CONTROLS)}")
    config = load_config(root, allow_network=allow_network, train_minutes=minutes, train_steps=steps)
    options = StudyOptions(tuple(range(seeds)), wanted,
                           VerifyOptions(part, asking, probes, threads=config.train_threads or None))  # fmt: skip
    screen = Screen()
    with screen:
        done = studied(config, options, dataset=dataset, listener=screen.hear)
    click.echo(told(done.found))
    click.echo(f"\n{done.folder / 'report.html'}")

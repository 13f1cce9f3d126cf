"""The verb that trains."""

from __future__ import annotations

from pathlib import Path

import click

from lithograph.cli.verbs import NETWORK, ROOT
from lithograph.config import load_config
from lithograph.screen import Screen, table


@click.command()
@click.option("--dataset", help="The dataset, by name or folder.")
@click.option("--minutes", type=float, help="Wall-clock budget; turned into steps once, before the first.")
@click.option("--steps", type=click.IntRange(1), help="A fixed number of steps instead.")
@click.option("--tokens", type=click.IntRange(1), help="As many steps as read about so many tokens instead.")
@click.option("--scene", "scenes", multiple=True, help="Train on this scene only; can be repeated.")
@click.option("--model", help="The base model: a name, a folder or a hub id.")
@click.option("--update", help="Continue this adapter (run, hash, urn, folder or `latest`) on what is new since.")
@click.option("--replay", type=float, help="Of an update, the share of what is shown that it knew and still holds.")
@click.option("--seed", type=click.IntRange(0), help="Which order and which first weights.")
@click.option("--from-scratch", "scratch", is_flag=True, help="A tokenizer and a small model of its own, no base.")
@click.option("--shuffled", is_flag=True, help="A control: the same questions with the answers of others.")
@click.option("--plain", help="A control: the axioms of this run's facts as plain sentences, for as many tokens.")
@click.option(
    "--estimate", "only_estimate", is_flag=True, help="Say tokens, steps, time and memory, and start nothing."
)
@NETWORK
@ROOT
def train(
    dataset: str | None, minutes: float | None, steps: int | None, scenes: tuple[str, ...], model: str | None,
    tokens: int | None, update: str | None, replay: float | None, seed: int | None, scratch: bool, shuffled: bool,
    plain: str | None, only_estimate: bool, allow_network: bool | None, root: Path,
) -> None:  # fmt: skip
    """Train a LoRA on a dataset; goes on where it stopped, and does nothing where the same run is finished.

    The facts that state the premises of the dataset's reasoning probes come first. With --from-scratch all of a small
    model is trained instead, in runs/ID/model.

    \b
    lithograph train --minutes 3
    lithograph train --scene Raises --scene Lowers
    lithograph train --update latest --replay 0.3
    lithograph train --from-scratch --minutes 5
    lithograph train --plain world-smollm2-135m-instruct-0123456789
    lithograph train --estimate
    """
    from lithograph.pipeline.find import dataset_folder

    config = load_config(root, train_minutes=minutes, train_steps=steps, train_scenes=scenes or None, train_model=model,
                         train_replay=replay, allow_network=allow_network, train_seed=seed, train_tokens=tokens,
                         train_scratch=scratch or None, train_answers="shuffled" if shuffled else None)  # fmt: skip
    folder = dataset_folder(config, dataset)  # before torch is loaded: a mistake need not wait for it
    from lithograph.pipeline.learn import labels_spoken, learn, premises_asked, train_options
    from lithograph.pipeline.triples import learn_plain
    from lithograph.pipeline.update import update_adapter

    screen = Screen()
    if only_estimate:
        from lithograph.pipeline.update import plan_update
        from lithograph.train.estimate import estimate

        planned = plan_update(config, update, dataset)[1] if update else None
        if update and planned is None:
            click.echo("nothing is new or changed since, nothing to do")
            return
        with screen:
            found = estimate(folder, train_options(config), update=planned, listener=screen.hear,
                             focus=() if planned else premises_asked(folder),
                             labels=labels_spoken(config, folder) if config.train_add_terms else ())  # fmt: skip
        click.echo(
            f"{found.facts} facts, {found.examples} examples, {found.tokens:,} tokens, {found.steps} steps, "
            f"about {found.seconds / 60:.1f} min, {found.memory / 2**20:,.0f} MiB at its peak"
        )
        return
    with screen:
        if plain is not None:
            record = learn_plain(config, plain, listener=screen.hear)
        elif update is not None:
            record = update_adapter(config, update, dataset=dataset, listener=screen.hear)
        else:
            record = learn(config, dataset=dataset, listener=screen.hear)
    answers = [(a["question"], a["expected"], a["before"], a["after"]) for a in record.result["answers"]]
    click.echo(table(("question", "expected", "the base says", "after training"), answers))
    for name, loss in record.result["losses"].items():
        click.echo(f"loss on {name} ({loss['examples']} examples): {loss['before']:.3f} → {loss['after']:.3f}")
    click.echo(f"{record.adapter}: {record.steps} steps on {len(record.facts)} facts")

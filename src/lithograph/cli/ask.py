"""Verbs that put questions to adapters, and that tell what pushed their answers."""

from __future__ import annotations

from pathlib import Path

import click

from lithograph.cli.verbs import NETWORK, ROOT
from lithograph.config import load_config
from lithograph.screen import Screen, table


@click.command()
@click.argument("question")
@click.option("--adapter", "adapters", multiple=True, help="A run by name, hash, urn or folder; can be repeated.")
@click.option("--base", is_flag=True, help="The base model alone.")
@click.option("--scene", "scenes", multiple=True, help="The base with what this scene says in its context.")
@click.option("--all", "everyone", is_flag=True, help="The latest adapter, its base, and its facts in context.")
@click.option("--dataset", help="The dataset, by name or folder.")
@click.option("--ontology", type=click.Path(path_type=Path, dir_okay=False), help="Hold it against this ontology.")
@click.option("--top", type=click.IntRange(1, 50), default=5, show_default=True, help="Examples behind an answer.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@NETWORK
@ROOT
def ask(
    question: str, adapters: tuple[str, ...], base: bool, scenes: tuple[str, ...], everyone: bool, dataset: str | None,
    ontology: Path | None, top: int, form: str, allow_network: bool | None, root: Path,
) -> None:  # fmt: skip
    """Ask the latest adapter, or whom the options name; say what the ontology proves, refutes or leaves open of
    question and answer, and which training examples are behind the answer.

    \b
    lithograph ask "Is a disc brake a bicycle part?"
    lithograph ask "Is a disc brake a bicycle part?" --all
    lithograph ask "What does chain lubrication raise?" --scene Raises
    """
    from lithograph.pipeline.find import dataset_folder

    config = load_config(root, allow_network=allow_network)
    dataset_folder(config, dataset)  # before torch is loaded: a mistake need not wait for it
    from lithograph.pipeline.ask import Wish, asked_json, asked_text
    from lithograph.pipeline.ask import ask as put

    screen = Screen()
    with screen:
        asked = put(config, question, Wish(adapters, base, scenes, everyone), dataset=dataset, ontology=ontology,
                    top=top, listener=screen.hear)  # fmt: skip
    click.echo(asked_json(asked) if form == "json" else asked_text(asked))


@click.command()
@click.argument("run", default="latest")
@click.option("--probe", help="Of this probe only, by urn or the start of its hash.")
@click.option("--top", type=click.IntRange(1, 200), default=10, show_default=True, help="Examples for an answer.")
@click.option("--right", type=click.IntRange(0), default=20, show_default=True, help="Right answers beside the wrong.")
@click.option("--shown", type=click.IntRange(0), default=5, show_default=True, help="Answers that are shown.")
@NETWORK
@ROOT
def influence(run: str, probe: str | None, top: int, right: int, shown: int, allow_network: bool | None,
              root: Path) -> None:  # fmt: skip
    """Find the training examples that pushed an adapter's wrong answers, and write them into the ledger.

    `lithograph query node-attribution` and `lithograph trace PROBE` tell of them afterwards.

    \b
    lithograph influence
    lithograph influence latest --top 20 --right 0
    """
    config = load_config(root, allow_network=allow_network)
    from lithograph.pipeline.influence import influences

    screen = Screen()
    with screen:
        found = influences(config, run, probe=probe, top=top, right=right, listener=screen.hear)
    for one in found.answers[:shown]:
        click.echo(f"{one.question}\n  answered {one.answer!r}, key {one.expected!r}")
        rows = [(f"{push.score:+.3f}", push.example[:31], found.examples.get(push.example, "")[:120])
                for push in one.pushes[:shown]]  # fmt: skip
        click.echo(table(("score", "example", "says"), rows))
    click.echo(table(("axiom", "score"), [(axiom[:30], f"{score:+.3f}") for axiom, score in found.axioms[:shown]]))
    wrong = sum(not one.correct for one in found.answers)
    click.echo(f"{found.run}: {wrong} wrong and {len(found.answers) - wrong} right answers, "
               f"{len(found.examples)} examples")  # fmt: skip

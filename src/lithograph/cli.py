"""The command line: parse, call one function, print. Knows nothing about ontologies."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from lithograph import __version__
from lithograph.config import LANGUAGES, Config, load_config
from lithograph.core.errors import LithographError
from lithograph.screen import Screen, table

NETWORK = click.option("--allow-network", is_flag=True, default=None,
                       help="Fetch what is not on this machine: imports, a model of the hub.")  # fmt: skip
ROOT = click.option("--project", "root", type=click.Path(path_type=Path, file_okay=False), default=Path(),
                    show_default="this folder", help="The folder of the project.")  # fmt: skip


class _Verbs(click.Group):
    """A group that turns a user's mistakes into one line each."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            _refuse(error, ctx)
            raise

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _refuse(error, ctx)
            raise
        except LithographError as error:
            click.echo(f"lithograph: {error}", err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            ctx.exit(0)


def _refuse(error: click.UsageError, ctx: click.Context) -> None:
    """End with one line for a word that the command line does not know; not where the help is the answer."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return
    verb = (error.ctx or ctx).command_path
    place = verb.removeprefix(ctx.find_root().command_path).strip() or "command line"
    text = error.format_message().rstrip(".")
    click.echo(f"lithograph: {place}: {text}{'' if text.endswith('?') else '.'} See: {verb} --help", err=True)
    ctx.exit(error.exit_code)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="lithograph")
def main() -> None:
    """Lithograph, the ontology press: an OWL ontology in, training examples with proofs and provenance out.

    \b
    lithograph init my-project         a project of one's own
    lithograph dataset                 press the ontology into a dataset
    lithograph train                   train a LoRA on it
    lithograph query provenance        from the adapter back to the axioms
    """


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Make a project of one's own in FOLDER: ontology, templates, options, Makefile.

    \b
    lithograph init my-project && cd my-project && lithograph dataset
    """
    from lithograph.pipeline.init import init_project

    for path in init_project(folder):
        click.echo(path)


@main.command()
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


@main.command()
@ROOT
def check(root: Path) -> None:
    """Find everything that can be wrong before a build: ontology, scenes, templates, configuration.

    \b
    lithograph check
    """
    from lithograph.pipeline.check import check_project

    findings = check_project(load_config(root))
    for finding in findings:
        click.echo(f"{finding.severity}: {finding}")
    count = Counter(finding.severity for finding in findings)
    click.echo(f"{count['error']} errors, {count['warning']} warnings, {count['note']} notes")
    sys.exit(1 if count["error"] else 0)


@main.command()
@click.argument("ontology", required=False, type=click.Path(path_type=Path))
@NETWORK
@ROOT
def reason(ontology: Path | None, allow_network: bool | None, root: Path) -> None:
    """What a reasoner finds in an ONTOLOGY, or in that of the project: counts, profile, contradictions, what follows.

    \b
    lithograph reason
    lithograph reason pizza.owl
    """
    from lithograph.pipeline.reason import reason_about, report

    screen = Screen()
    with screen:
        found = reason_about(load_config(root, allow_network=allow_network), ontology, screen.hear)
    click.echo(report(found))


@main.command()
@click.argument("claim", nargs=-1, required=True)
@click.option("--ontology", type=click.Path(path_type=Path), help="The ontology file, instead of the project's.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the sentences.")
@click.option("--format", "form", type=click.Choice(["tree", "md", "svg", "json"]), default="tree", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write it to.")
@NETWORK
@ROOT
def prove(
    claim: tuple[str, ...], ontology: Path | None, language: str, form: str, out: Path | None,
    allow_network: bool | None, root: Path,
) -> None:  # fmt: skip
    """Whether a CLAIM follows, is refuted or is open, with its proof: in Manchester syntax, or in three words.

    A name is a prefixed name, an IRI in <>, the last part of one, or a label, in 'quotes' where it has a blank in it.
    Ends with 1 where nobody could decide.

    \b
    lithograph prove "Chain SubClassOf hasPart some Link"
    lithograph prove Chain "has part" Link
    lithograph prove Chain disjointWith Wheel --format svg --out proof.svg
    """
    from lithograph.pipeline.explain import UNDECIDED, shown, write_shown
    from lithograph.pipeline.prove import prove as proved

    config, screen = load_config(root, allow_network=allow_network), Screen()
    with screen:
        found = proved(config, *claim, ontology=ontology, listener=screen.hear)
    if out:
        write_shown(out, found, form, language)
    click.echo(out or shown(found, form, language))
    sys.exit(1 if found.status == UNDECIDED else 0)


@main.command()
@click.option("--dataset", help="The dataset, by name or folder.")
@click.option("--minutes", type=float, help="Wall-clock budget; turned into steps once, before the first.")
@click.option("--steps", type=click.IntRange(1), help="A fixed number of steps instead.")
@click.option("--scene", "scenes", multiple=True, help="Train on this scene only; can be repeated.")
@click.option("--model", help="The base model: a name, a folder or a hub id.")
@click.option(
    "--estimate", "only_estimate", is_flag=True, help="Say tokens, steps, time and memory, and start nothing."
)
@NETWORK
@ROOT
def train(
    dataset: str | None, minutes: float | None, steps: int | None, scenes: tuple[str, ...], model: str | None,
    only_estimate: bool, allow_network: bool | None, root: Path,
) -> None:  # fmt: skip
    """Train a LoRA on a dataset; goes on where it stopped, and does nothing where the same run is finished.

    \b
    lithograph train --minutes 3
    lithograph train --scene Raises --scene Lowers
    lithograph train --estimate
    """
    from lithograph.pipeline.find import dataset_folder

    config = load_config(root, train_minutes=minutes, train_steps=steps, train_scenes=scenes or None, train_model=model,
                         allow_network=allow_network)  # fmt: skip
    folder = dataset_folder(config, dataset)  # before torch is loaded: a mistake need not wait for it
    from lithograph.pipeline.learn import learn, train_options

    screen = Screen()
    if only_estimate:
        from lithograph.train.estimate import estimate

        with screen:
            found = estimate(folder, train_options(config), listener=screen.hear)
        click.echo(
            f"{found.facts} facts, {found.examples} examples, {found.tokens:,} tokens, {found.steps} steps, "
            f"about {found.seconds / 60:.1f} min, {found.memory / 2**20:,.0f} MiB at its peak"
        )
        return
    with screen:
        record = learn(config, dataset=dataset, listener=screen.hear)
    answers = [(a["question"], a["expected"], a["before"], a["after"]) for a in record.result["answers"]]
    click.echo(table(("question", "expected", "the base says", "the adapter says"), answers))
    for name, loss in record.result["losses"].items():
        click.echo(f"loss on {name} ({loss['examples']} examples): {loss['before']:.3f} → {loss['after']:.3f}")
    click.echo(f"{record.adapter}: {record.steps} steps on {len(record.facts)} facts")


@main.command()
@click.argument("question", required=False)
@click.option("--list", "list_them", is_flag=True, help="The named queries, with their parameters.")
@click.option("--full", is_flag=True, help="Do not shorten IRIs and hashes.")
@click.option("--format", "form", type=click.Choice(["table", "tsv", "json"]), default="table", show_default=True)
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED)
@ROOT
def query(
    question: str | None, list_them: bool, full: bool, form: str, parameters: tuple[str, ...], root: Path
) -> None:
    """Ask the ledger: SPARQL, or the name of a query with its parameters.

    \b
    lithograph query --list
    lithograph query blast-radius --axiom "Chain SubClassOf"
    lithograph query "SELECT (COUNT(*) AS ?n) WHERE { ?x a litho:Example }"
    """
    from lithograph.ledger.ask import Ledger, readable
    from lithograph.screen import as_json, as_tsv

    ledger = Ledger(root / "ledger")
    if list_them or not question:
        rows = [(q.name, q.question, " ".join(f"--{p.name}" for p in q.parameters)) for q in ledger.names()]
        click.echo(table(("query", "answers", "parameters"), rows))
        return
    result = ledger.query(question, **_parameters(parameters))
    if form == "table":
        shown = result if full else readable(result)
        click.echo(table(shown.columns, shown.rows))
        click.echo(f"{len(result)} rows")
    else:
        click.echo(as_json(result.columns, result.rows) if form == "json" else as_tsv(result.columns, result.rows))


query.context_settings = {"ignore_unknown_options": True}


def _parameters(words: tuple[str, ...]) -> dict[str, str]:
    """`--axiom X --limit=3` as names and values."""
    out: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise LithographError("query", f"'{word}' is no parameter", cure="Write parameters as --name value.")
        name, equals, value = word[2:].partition("=")
        if not equals:
            if not rest:
                raise LithographError("query", f"--{name} has no value", cure=f"Write --{name} VALUE.")
            value = rest.pop(0)
        out[name] = value
    return out


@main.command()
@click.argument("what")
@click.option("--format", "form", type=click.Choice(["tree", "md", "svg"]), default="tree", show_default=True)
@ROOT
def trace(what: str, form: str, root: Path) -> None:
    """The story behind an example, an entity, an axiom, a run: sentence → template → scene → axioms, and back.

    \b
    lithograph trace random
    lithograph trace "A chain is an assembly."
    lithograph trace urn:litho:example:…
    lithograph trace bike:Chain
    """
    from lithograph.ledger.ask import Ledger
    from lithograph.ledger.trace import render
    from lithograph.ledger.trace import trace as story

    click.echo(render(story(Ledger(root / "ledger"), what, datasets=root / "datasets", runs=root / "runs"), form))


@main.command()
@click.argument("layout", type=click.Choice(["messages", "alpaca", "sharegpt"]))
@click.option("--dataset", help="The dataset, by name or folder.")
@click.option("--split", "splits", multiple=True, type=click.Choice(["train", "valid", "test"]),
              help="This split only; can be repeated.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
              help="The file; - for the output stream. Otherwise datasets/NAME.LAYOUT.jsonl.")  # fmt: skip
@ROOT
def export(layout: str, dataset: str | None, splits: tuple[str, ...], out: Path | None, root: Path) -> None:
    """Write a pressed dataset as JSON Lines in the LAYOUT of another trainer; ids, axioms and nodes go along.

    \b
    lithograph export messages
    lithograph export alpaca --split train --out train.jsonl
    """
    from lithograph.pipeline.export import export_dataset
    from lithograph.pipeline.find import dataset_folder
    from lithograph.select.choose import SPLITS

    folder = dataset_folder(load_config(root), dataset)
    name = ".".join([folder.name, layout, *splits, "jsonl"])
    file = sys.stdout if str(out) == "-" else out or folder.with_name(name)
    done = export_dataset(folder, layout, file, splits or SPLITS)
    counts = ", ".join(f"{split} {rows:,}" for split, rows in done.rows.items())
    click.echo(f"{done.file or 'output'}: {sum(done.rows.values()):,} examples ({counts})", err=done.file is None)


@main.group()
def scene() -> None:
    """Scenes: what patterns are pressed, with how many instances."""


@scene.command("list")
@click.option("--ontology", type=click.Path(path_type=Path))
@ROOT
def scene_list(ontology: Path | None, root: Path) -> None:
    """Every scene with its axis, level, forms, medians of its measures, its yield in the last build, its instances.

    \b
    lithograph scene list
    """
    from lithograph.pipeline.why import LISTED, scene_rows

    click.echo(table(LISTED, scene_rows(load_config(root), ontology)))


@scene.command("show")
@click.argument("name")
@click.option("--ontology", type=click.Path(path_type=Path))
@ROOT
def scene_show(name: str, ontology: Path | None, root: Path) -> None:
    """A scene: its pattern, how its measures spread, its thresholds, and what the filter makes of its instances.

    \b
    lithograph scene show Portrait
    """
    from lithograph.pipeline.why import scene_shown

    click.echo(scene_shown(load_config(root), name, ontology))


@scene.command("why")
@click.argument("what")
@click.option("--scene", "name", help="Only in this scene.")
@click.option("--ontology", type=click.Path(path_type=Path))
@ROOT
def scene_why(what: str, name: str | None, ontology: Path | None, root: Path) -> None:
    """Why an instance (its urn), or what is about a term (IRI, name or label), was or was not printed.

    Near-duplicates in other scenes are decided when all is pressed: the ledger's decisions tell of them.

    \b
    lithograph scene why Chain
    lithograph scene why "braking force" --scene OppositeWays
    lithograph scene why urn:litho:instance:0a1b…
    """
    from lithograph.pipeline.why import why

    click.echo(why(load_config(root), what, name, ontology))


@scene.command("new")
@click.argument("name")
@click.option("--axis", required=True, help="The dimension of thinking, such as composition.")
@click.option("--focus", help="The role that an example is about; the first one without it.")
@click.option("--role", "roles", multiple=True, required=True, help="name, name:kind or name:kind:prefix:Class.")
@click.option("--coupling", "couplings", multiple=True, required=True, help="'source relation target [quantifier]'.")
@click.option("--form", "forms", multiple=True, default=("statement", "question"), show_default=True)
@click.option("--level", default="atom", show_default=True, help="atom, star, chain or tableau.")
@click.option("--label", default="", help="What it is called, in English.")
@click.option("--yaml", is_flag=True, help="Write YAML instead of OWL.")
@ROOT
def scene_new(
    name: str, axis: str, focus: str | None, roles: tuple[str, ...], couplings: tuple[str, ...],
    forms: tuple[str, ...], level: str, label: str, yaml: bool, root: Path,
) -> None:  # fmt: skip
    """Write a scene NAME into the project: an ontology that the root imports and Protégé opens, or YAML.

    \b
    lithograph scene new WholeAndPart --axis composition --role whole:class --role part:class \\
        --coupling "whole litho:hasPart part some"
    """
    from lithograph.pipeline.new_scene import new_scene

    first = roles[0].partition(":")[0]
    made = new_scene(load_config(root), name, axis=axis, focus=focus or first, roles=roles, couplings=couplings,
                     forms=forms, level=level, label=label, yaml=yaml)  # fmt: skip
    for file in made.files:
        click.echo(file)
    click.echo(f"{name}: {made.instances:,} instances")


@scene.command("export")
@click.argument("names", nargs=-1)
@click.option("--owl", "form", flag_value="owl", default=True, help="Turtle, to be opened in Protégé (default).")
@click.option("--yaml", "form", flag_value="yaml", help="YAML.")
@ROOT
def scene_export(names: tuple[str, ...], form: str, root: Path) -> None:
    """Print scenes as OWL or YAML; without NAMES all of them.

    \b
    lithograph scene export IsA --yaml
    """
    from lithograph.pipeline.scenes import exported

    click.echo(exported(load_config(root), names, form), nl=False)


@scene.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--owl", "form", flag_value="owl", default=True, help="Turtle (default).")
@click.option("--yaml", "form", flag_value="yaml", help="YAML.")
def scene_import(file: Path, form: str) -> None:
    """Read scenes from a YAML or OWL FILE and print them in the other form: a check, and a conversion.

    \b
    lithograph scene import my-scenes.yaml --owl > ontology/my-scenes.ttl
    """
    from lithograph.pipeline.scenes import converted

    click.echo(converted(file, form), nl=False)


def config_of(root: Path) -> Config:
    """The options of a project: for notebooks."""
    return load_config(root)

"""The verbs about scenes."""

from __future__ import annotations

from pathlib import Path

import click

from lithograph.cli.verbs import ROOT
from lithograph.config import load_config
from lithograph.screen import table


@click.group()
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

    Near-duplicates in other scenes are decided when all is pressed: the ledger's decisions tell of them. Of an
    instance of practice, the claim that it is about and what the last build asked.

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

"""Verbs that reason: reason, prove."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lithograph.cli.verbs import NETWORK, ROOT
from lithograph.config import LANGUAGES, load_config
from lithograph.screen import Screen


@click.command()
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


@click.command()
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

"""Verbs that ask the ledger and look after it: query, trace, ledger verify, ledger rebuild."""

from __future__ import annotations

import time
from pathlib import Path

import click

from lithograph.cli.verbs import ROOT
from lithograph.core.errors import LithographError
from lithograph.screen import table


@click.command()
@click.argument("question", required=False)
@click.option("--list", "list_them", is_flag=True, help="The named queries, with their parameters.")
@click.option("--full", is_flag=True, help="Do not shorten IRIs and hashes.")
@click.option("--format", "form", type=click.Choice(["table", "tsv", "json"]), default="table", show_default=True)
@click.option("--from", "source", type=click.Choice(["auto", "view", "columns"]), default="auto", show_default=True,
              help="Whence a named query is answered; the answer is the same.")  # fmt: skip
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED)
@ROOT
def query(
    question: str | None,
    list_them: bool,
    full: bool,
    form: str,
    source: str,
    parameters: tuple[str, ...],
    root: Path,
) -> None:
    """Ask the ledger: SPARQL, or the name of a query with its parameters.

    \b
    lithograph query --list
    lithograph query blast-radius --axiom "Chain SubClassOf"
    lithograph query held-out --from view
    lithograph query "SELECT (COUNT(*) AS ?n) WHERE { ?x a litho:Example }"
    """
    from lithograph.ledger.ask import Ledger, readable
    from lithograph.screen import as_json, as_tsv

    ledger = Ledger(root / "ledger")
    if list_them or not question:
        rows = [(q.name, q.question, " ".join(f"--{p.name}" for p in q.parameters)) for q in ledger.names()]
        click.echo(table(("query", "answers", "parameters"), rows))
        return
    result = ledger.query(question, source=source, **_parameters(parameters))
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


@click.command()
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


@click.group(name="ledger")
def ledger_group() -> None:
    """Look after the ledger: are all its bytes as they were written; the view made anew.

    \b
    lithograph ledger verify
    lithograph ledger rebuild
    """


@ledger_group.command()
@ROOT
@click.pass_context
def verify(ctx: click.Context, root: Path) -> None:
    """Make every hash again: of the ledger's files, and of the shards, weights and exports that it knows of.

    One line for each thing that is wrong, with the file and the bytes it lies in; then the exit code is 1.

    \b
    lithograph ledger verify
    lithograph ledger verify --project elsewhere
    """
    from lithograph.config import load_config
    from lithograph.pipeline.verify import verify_ledger

    verified = verify_ledger(load_config(root))
    for line in (*verified.findings, *verified.notes, verified.summary):
        click.echo(str(line))
    ctx.exit(1 if verified.findings else 0)


@ledger_group.command()
@ROOT
def rebuild(root: Path) -> None:
    """Delete the view (ledger/view) and make it anew from the columns, which are the truth.

    \b
    lithograph ledger rebuild
    """
    from lithograph.ledger.view import rebuild_view

    began = time.perf_counter()
    view = rebuild_view(root / "ledger")
    click.echo(f"{len(view.store):,} triples from the columns in {time.perf_counter() - began:.1f} s")

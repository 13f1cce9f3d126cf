"""Verbs that ask the ledger and look after it: query, trace, ledger verify, ledger rebuild."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from lithograph.cli.prov import check_provenance
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
@click.option("--format", "form", type=click.Choice(["tree", "md", "svg", "png"]),
              help="A tree of lines, a page, a figure; or else as the suffix of --out says.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file.")
@click.option("--limit", "some", type=click.IntRange(1, 20), default=5, show_default=True,
              help="Things of a kind that a figure shows.")  # fmt: skip
@click.option("--language", type=click.Choice(["en", "ru"]), default="en", show_default=True,
              help="The language in which entities are named.")  # fmt: skip
@ROOT
def trace(what: str, form: str | None, out: Path | None, some: int, language: str, root: Path) -> None:
    """The story behind an example, an entity, an axiom, a scene, a template, a dataset, a run, an adapter: where it
    comes from, down to the file, and what came of it, up to the adapter.

    \b
    lithograph trace random
    lithograph trace "A chain is an assembly."
    lithograph trace urn:litho:example:…
    lithograph trace bike:Chain --out chain.svg
    lithograph trace scene:IsA --format md
    """
    from lithograph.ledger.trace import tell

    data = tell(root, what, form=form, out=out, some=some, language=language)
    if out:
        click.echo(f"{out}: {len(data)} bytes")
    elif form == "png" and sys.stdout.isatty():
        raise LithographError("trace", "a PNG is no text", cure="Write it to a file with --out FILE.png.")
    else:
        click.echo(data, nl=False)


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


ledger_group.add_command(check_provenance)


@ledger_group.command()
@ROOT
def rebuild(root: Path) -> None:
    """Delete the view (ledger/view) and make it anew from the columns, which are the truth.

    Columns that an older version wrote are written anew as they are written today.

    \b
    lithograph ledger rebuild
    """
    from lithograph.ledger.view import rebuild_view

    began = time.perf_counter()
    view = rebuild_view(root / "ledger")
    click.echo(f"{len(view.store):,} triples from the columns in {time.perf_counter() - began:.1f} s")

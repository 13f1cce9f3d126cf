"""The verb that puts the ledger on HTTP: serve."""

from __future__ import annotations

from pathlib import Path

import click

from lithograph.cli.verbs import ROOT


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=7878, show_default=True, help="0 takes any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Whoever reaches it may read the ledger.")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), default=30.0, show_default=True,
              help="A query that takes longer is stopped.")  # fmt: skip
@click.option("--rows", type=click.IntRange(1), default=100_000, show_default=True,
              help="An answer is cut after these, and says so.")  # fmt: skip
@click.option("--memory", type=click.IntRange(64), default=2048, show_default=True,
              help="Megabytes that a query may need.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Queries that run at once.")
@click.option("--waiting", type=click.IntRange(0), default=8, show_default=True,
              help="Queries that wait for their turn; more are refused.")  # fmt: skip
@ROOT
def serve(port: int, host: str, seconds: float, rows: int, memory: int, workers: int, waiting: int, root: Path) -> None:
    """Answer SPARQL over the ledger by HTTP, read only, until Ctrl-C; a page to ask from at the same address.

    \b
    lithograph serve
    lithograph serve --port 8000 --seconds 5 --rows 1000
    curl http://127.0.0.1:7878/sparql --data-urlencode "query=ASK { ?x a litho:Example }"
    """
    from lithograph.serve.options import Options
    from lithograph.serve.server import serve as answer

    options = Options(host, port, seconds, rows, memory, workers, waiting)
    answer(root / "ledger", options, lambda address: click.echo(f"The ledger answers at {address} (Ctrl-C ends it)"))

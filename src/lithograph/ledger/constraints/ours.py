"""The ledger's own view, and files, held against PROV-CONSTRAINTS. Knows nothing about how a check is made."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode

from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import column_files
from lithograph.ledger.constraints.check import TOPLEVEL, check
from lithograph.ledger.constraints.documents import read_document
from lithograph.ledger.constraints.graphs import graph_statements, view_instances
from lithograph.ledger.constraints.verdict import Verdict
from lithograph.ledger.errors import EmptyLedger
from lithograph.ledger.published import GRAPH as PUBLISHED


def check_ledger(ledger: Path, run: str | None = None, *, clocks: bool = True) -> Verdict:
    """Whether the view of a ledger is valid, and with `run` also together with that run's steps.

    The default graph and each named graph but that of the named queries, which says nothing of provenance, are
    instances of their own, as PROV-CONSTRAINTS has it for bundles. Steps
    share one history with their run, so they are checked once more together with it, as `<run>/steps+toplevel`.
    `clocks` is on, for the times of a ledger are those of the machine that wrote it.
    """
    if not any(column_files(ledger, table) for table in ("builds", "runs")):
        raise EmptyLedger(ledger, "build or run", "dataset")
    opened = Ledger(ledger)
    store = (opened.view() if run is None else opened.expand_steps(run)).store
    instances = {name: said for name, said in view_instances(store).items() if name != PUBLISHED}
    for graph in sorted(instances.keys() - {TOPLEVEL}) if run is not None else ():
        instances[f"{graph}+toplevel"] = graph_statements(store, [DefaultGraph(), NamedNode(graph)])
    return check(instances, clocks=clocks)


def check_files(files: Iterable[Path], *, clocks: bool = False) -> Verdict:
    """Whether all files are valid, each instance by itself; an instance is called by its file and its name."""
    instances = {f"{file}: {name}": said for file in files for name, said in read_document(file).items()}
    return check(instances, clocks=clocks)

"""The PROV-O view: the columns as triples in an embedded Oxigraph store. Derived; can be deleted at any time.

    ledger/view/current          the name of the generation that is valid
    ledger/view/{generation}/    the store
    ledger/view/{generation}.json  which column files, in which state, it was made from

A generation is never changed once it is current: what is new is added to a copy (hard links), which then becomes
current. So readers need no lock, and a killed writer leaves the old one standing. Columns may be written meanwhile:
the state noted is that from before, so the next question sees what came later. Knows nothing about queries.
"""

from __future__ import annotations

import io
import itertools
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from lithograph.core.whole import replace_whole
from lithograph.ledger.columns import VIEW_LOCK, column_files, read_columns, recorded_keys, rows_of, writing
from lithograph.ledger.errors import UnwritableLedger
from lithograph.ledger.format import check_format, needs_upgrade
from lithograph.ledger.manifests import bring_up, finish_strokes
from lithograph.ledger.published import GRAPH, published, published_stamp
from lithograph.ledger.schemas import OWN_ROWS, TABLES
from lithograph.ledger.shape import build_chunks, run_chunks, step_chunks, steps_graph
from lithograph.ledger.shape_results import checkpoint_chunks, evaluation_chunks, export_chunks
from lithograph.ledger.turtle import PREFIXES, Stream

SHAPE = 5
"""Raise when `shape` writes other triples for the same columns: views of another shape are made anew."""

_PATIENCE = 600.0  # seconds: who asks at the same time waits for the one who makes the view


@dataclass(frozen=True, slots=True)
class View:
    """An open store to read from, and the runs whose steps it holds."""

    store: Store
    expanded: frozenset[str]


@dataclass(frozen=True, slots=True)
class _State:
    """What a generation was made from: column file -> size and time of writing."""

    stamps: dict[str, str]
    expanded: tuple[str, ...]
    shape: int = SHAPE


def stamps_of(ledger: Path) -> dict[str, str]:
    """The state of every column file, and of the named queries, which are published in the view."""
    stamps = {"queries/published": published_stamp()}
    for table in sorted(TABLES):
        for path in column_files(ledger, table):
            stat = path.stat()
            stamps[f"{table}/{path.stem}"] = f"{stat.st_size}:{stat.st_mtime_ns}"
    return stamps


def state_of(ledger: Path) -> tuple[dict[str, str], str]:
    """Changes whenever a view that is open may no longer be the current one of the columns as they are."""
    try:
        current = (ledger / "view" / "current").read_text(encoding="utf-8").strip()
    except OSError:
        current = ""
    return stamps_of(ledger), current


def open_view(ledger: Path) -> View:
    """The view of the columns as they are now: opened, widened or made anew, whatever is least."""
    current = _open_current(ledger, stamps_of(ledger))
    if current is not None:
        return current
    with writing(ledger, _PATIENCE, VIEW_LOCK):
        stamps = stamps_of(ledger)
        current = _open_current(ledger, stamps)  # another process may have made it while this one waited
        if current is not None:
            return current
        old = _current(ledger)
        added = {name.split("/", 1)[1] for name in stamps.keys() - old[1].stamps.keys()} if old else set()
        if old is not None and added and _only_added(old[1].stamps, stamps) and _opened(old[0]) is not None:
            return _next(ledger, old[0], _State(stamps, old[1].expanded), _chunks(ledger, added))
        return _next(ledger, None, _State(stamps, ()), _chunks(ledger, None))


def view_standing(ledger: Path) -> str:
    """What the next question would do with the view: nothing, widen it, make it; in words. Nothing is written."""
    stamps, current = stamps_of(ledger), _current(ledger)
    if not any(column_files(ledger, table) for table in OWN_ROWS):
        return "nothing is recorded yet"
    if current is None:
        return "not made yet, or of an older version: made when the ledger is next asked"
    if current[1].stamps == stamps:
        return "up to date"
    added = {name.split("/", 1)[1] for name in stamps.keys() - current[1].stamps.keys()}
    if added and _only_added(current[1].stamps, stamps):
        return f"{len(added)} builds and runs behind: added when the ledger is next asked"
    return "of columns that are others now: made anew when the ledger is next asked"


def expand_steps(ledger: Path, run: str) -> View:
    """The view with a run's steps in the named graph `<run>/steps`."""
    view = open_view(ledger)
    if run in view.expanded:
        return view
    with writing(ledger, _PATIENCE, VIEW_LOCK):
        old = _current(ledger)
        if old is None:
            return view
        if run in old[1].expanded:
            return View(Store.read_only(str(old[0])), frozenset(old[1].expanded))
        state = _State(old[1].stamps, tuple(sorted({*old[1].expanded, run})))
        key = run.rsplit(":", 1)[-1]
        return _next(ledger, old[0], state, step_chunks(ledger, key), NamedNode(steps_graph(run)))


def drop_view(ledger: Path) -> None:
    """Delete the view; the next question makes it anew from the columns."""
    with writing(ledger, _PATIENCE, VIEW_LOCK):
        (ledger / "view" / "current").unlink(missing_ok=True)  # first: half a store must not be taken for a view
        shutil.rmtree(ledger / "view", ignore_errors=True)


_CHUNKS = (("builds", build_chunks), ("runs", run_chunks), ("runs", checkpoint_chunks),
           ("evaluations", evaluation_chunks), ("exports", export_chunks))  # fmt: skip
"""The table of an activity's own rows, and what its columns say."""


def rebuild_view(ledger: Path) -> View:
    """Delete the view and make it anew from the columns, which are brought to today's form where an older program wrote
    them. Raises LedgerBusy, NewerLedger, UnwritableLedger."""
    check_format(ledger)
    if recorded_keys(ledger) and needs_upgrade(ledger):
        with writing(ledger):
            finish_strokes(ledger)
            bring_up(ledger)
    drop_view(ledger)
    return open_view(ledger)


def _chunks(ledger: Path, keys: set[str] | None) -> Iterable[memoryview]:
    for table, chunks in _CHUNKS:
        for path in column_files(ledger, table):
            if keys is None or path.stem in keys:
                yield from chunks(ledger, path.stem)


def _only_added(old: dict[str, str], new: dict[str, str]) -> bool:
    """Whether new files belong to builds and runs that the view does not hold yet, and nothing else has changed."""
    if any(new.get(name) != stamp for name, stamp in old.items()):
        return False
    known = {name.split("/", 1)[1] for name in old}
    return all(name.split("/", 1)[1] not in known for name in new.keys() - old.keys())


def _current(ledger: Path) -> tuple[Path, _State] | None:
    folder = ledger / "view"
    try:
        name = _named(folder)
        raw = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        state = _State(raw["stamps"], tuple(raw["expanded"]), raw["shape"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no view, or not one of ours: it is made anew
    return (folder / name, state) if state.shape == SHAPE and (folder / name).is_dir() else None


def _open_current(ledger: Path, stamps: dict[str, str]) -> View | None:
    current = _current(ledger)
    if current is None or current[1].stamps != stamps:
        return None
    store = _opened(current[0])
    return None if store is None else View(store, frozenset(current[1].expanded))


def _opened(generation: Path) -> Store | None:
    try:
        return Store.read_only(str(generation))
    except (OSError, RuntimeError):
        return None  # broken or gone: whoever asks makes it anew


def _next(
    ledger: Path, old: Path | None, state: _State, chunks: Iterable[memoryview], graph: NamedNode | None = None
) -> View:
    """Write the next generation, from a copy of the old one or from nothing, and make it current."""
    folder = ledger / "view"
    folder.mkdir(parents=True, exist_ok=True)
    before = _named(folder)
    numbers = [int(p.name) for p in folder.iterdir() if p.is_dir() and p.name.isdigit()]
    name = f"{max(numbers, default=0) + 1:06d}"
    try:
        if old is not None:
            Store.read_only(str(old)).backup(str(folder / name))
        store = Store(str(folder / name))
        stream = io.BufferedReader(Stream(itertools.chain([PREFIXES], chunks)), 1 << 20)
        store.bulk_load(input=stream, format=RdfFormat.TURTLE, to_graph=graph, lenient=True)
        if old is None:
            store.bulk_load(input=published().encode(), format=RdfFormat.N_TRIPLES, to_graph=NamedNode(GRAPH))
        store.flush()
        del store
        replace_whole(
            folder / f"{name}.json", json.dumps({"stamps": state.stamps, "expanded": state.expanded, "shape": SHAPE})
        )
        _tidy(folder, {before, name})  # before it is current: killed right after, nobody would come back to do it
        replace_whole(folder / "current", name)
    except OSError as error:
        raise UnwritableLedger(folder, str(error)) from error
    finally:
        _tidy(folder, {before, _named(folder)})
    return View(Store.read_only(str(folder / name)), frozenset(state.expanded))


def _named(folder: Path) -> str:
    """The name of the current generation; empty where there is none."""
    try:
        return (folder / "current").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _tidy(folder: Path, kept: set[str]) -> None:
    """Remove every generation but the current one and the one before, which a reader may still have open.

    So also what a killed writer left. Hold the lock while calling.
    """
    for path in folder.iterdir():
        if path.name.startswith(".") or (path.name[:6].isdigit() and path.name[:6] not in kept):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def run_urns(ledger: Path) -> list[str]:
    """The urns of all recorded runs, in order of their hashes."""
    return [rows_of(read_columns(ledger, "runs", p.stem, ["id"]))[0]["id"] for p in column_files(ledger, "runs")]

"""A process that has imported everything and forks a child for each deed, which may be killed at a counted point.

Run as a program it reads one JSON request a line and answers one JSON line. A point is a change of the file system in
the project's folder (before it, or in the midst or after it where that can be seen), in any process of the deed: it is
counted by an audit hook and by wrappers around what works below Python (Parquet, RocksDB, exchanging two folders).
It opens no store and no dataset itself, so its children begin as new processes do.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import io
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

LAZY = ("pandas", "yaml", "jinja2.sandbox", "nmo_python", "inflect", "rdflib")  # what a build or a question loads late
CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "shutil.rmtree", "fcntl.flock"})
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
PATIENCE = 60.0  # seconds until whatever is left of a killed deed must have ended


class Points:
    """Counts points of one kind of process, the deed's own or its workers', and kills itself at one of them."""

    def __init__(self, root: str, at: int | None, worker: bool, wait: int | None = None) -> None:
        self.root, self.at, self.worker, self.wait = root, at, worker, wait
        self.main, self.count = os.getpid(), 0

    def tick(self) -> None:
        if (os.getpid() != self.main) == self.worker:
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
            while self.count == self.wait and not os.path.exists(f"{self.root}/go"):  # noqa: PTH110
                time.sleep(0.01)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in CHANGES:
            self.tick()
        elif event == "open":
            path, _, flags = arguments
            if isinstance(path, str | bytes) and flags & WRITES and os.fsdecode(path).startswith(self.root):
                self.tick()

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call with a point before it and one after."""

        def called(*args: Any, **kwargs: Any) -> Any:
            self.tick()
            out = call(*args, **kwargs)
            self.tick()
            return out

        return called

    def torn(self, path: Path, text: str, encoding: str | None = None, **_: Any) -> int:
        """`Path.write_text` with a point when half of the text is on disk."""
        half = len(text) // 2
        with path.open("w", encoding=encoding) as file:
            file.write(text[:half])
            file.flush()
            self.tick()
            return file.write(text[half:])


def watch(points: Points) -> None:
    """Let every change of a file be a point."""
    import pyarrow.parquet as pq

    from lithograph.ledger import columns, view
    from lithograph.pipeline import build, swap
    from lithograph.render import shards

    sys.addaudithook(points.hear)
    for name in ("__init__", "write_table", "close"):
        setattr(pq.ParquetWriter, name, points.around(getattr(pq.ParquetWriter, name)))
    Path.write_text = lambda *args, **kwargs: points.torn(*args, **kwargs)  # type: ignore[assignment,method-assign]
    columns._on_disk = points.around(columns._on_disk)
    swap.exchange = points.around(swap.exchange)
    build.settle = points.around(build.settle)
    shards.set_aside = points.around(shards.set_aside)  # Arrow opens its files out of Python's hearing
    view.Stream.readinto = points.around(view.Stream.readinto)
    store = view.Store

    class Watched:
        """A store whose writing has points."""

        read_only = store.read_only

        def __init__(self, path: str) -> None:
            self._store = points.around(store)(path)

        def bulk_load(self, **kwargs: Any) -> None:
            points.around(self._store.bulk_load)(**kwargs)

        def flush(self) -> None:
            points.around(self._store.flush)()

    view.Store = Watched


def press(root: Path, request: dict[str, Any]) -> object:
    from lithograph.config import load_config
    from lithograph.pipeline.build import press

    config = load_config(root, dataset=request.get("dataset"))
    build = press(config, workers=request.get("workers", 1))
    return build.record.id


def ask(root: Path, request: dict[str, Any]) -> object:
    """Answers to named queries, and what the command line says to the first."""
    from lithograph.cli import main
    from lithograph.ledger.ask import Ledger

    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = main(["query", request["queries"][0], "--project", str(root)], standalone_mode=False)
    assert not code and "rows" in said.getvalue()
    return {name: Ledger(root / "ledger").query(name).rows for name in request["queries"]}


def view(root: Path, request: dict[str, Any]) -> object:
    from lithograph.ledger.ask import Ledger

    return len(Ledger(root / "ledger").view().store)


def steps(root: Path, request: dict[str, Any]) -> object:
    from lithograph.ledger.ask import Ledger

    return len(Ledger(root / "ledger").expand_steps(request["run"]).store)


def run(root: Path, request: dict[str, Any]) -> object:
    from lithograph.ledger.ask import Ledger

    return Ledger(root / "ledger").record_run(root / "runs" / request["run"])


DEEDS: dict[str, Callable[[Path, dict[str, Any]], object]] = {
    "press": press, "ask": ask, "view": view, "steps": steps, "run": run,
}  # fmt: skip


def child(request: dict[str, Any], answer: int) -> None:
    """Do the deed and tell what came of it."""
    os.setsid()
    root = Path(request["root"])
    points = Points(str(root), request.get("at"), request.get("worker", False), request.get("wait"))
    if request.get("watch", True):
        watch(points)
    try:
        told = {"value": DEEDS[request["deed"]](root, request)}
    except Exception as error:
        told = {"error": str(error), "traceback": traceback.format_exc()}
    os.write(answer, json.dumps(told | {"points": points.count}).encode() + b"\n")
    os._exit(0)


def ended(group: int) -> bool:
    """Whether all processes of a group end in time; they are this process's to bury."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-group, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
        except ChildProcessError:
            return True
    return False


def serve() -> None:
    import lithograph.cli
    import lithograph.ledger.ask
    import lithograph.pipeline.build  # noqa: F401

    for name in LAZY:
        importlib.import_module(name)

    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans of a killed child become ours
    for line in sys.stdin:
        request = json.loads(line)
        reader, writer = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reader)
            child(request, writer)
        os.close(writer)
        if request.get("after") is not None:
            time.sleep(request["after"])
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        alone = ended(pid)
        with os.fdopen(reader) as pipe:
            said = pipe.readline() if alone else ""
        told = json.loads(said) if said else {}
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        print(json.dumps(told | {"killed": killed, "alone": alone}), flush=True)


if __name__ == "__main__":
    serve()

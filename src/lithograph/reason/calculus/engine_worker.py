"""Nemo by itself: rules and tables in, results as files and the leaves of traces out. Imports none of Lithograph.

As a script it answers JSON lines on standard input, one line each: `{"rules", "folder", "exported"}` reasons and writes
the exported predicates, `{"fact"}` tells the facts at the leaves of one derivation. The answers: `{"answer"}`,
`{"failed"}` or `{"missing"}`. Its argument is the most memory it may use, in megabytes.
"""

from __future__ import annotations

import importlib
import json
import sys
import threading
from typing import Any

_left: list[tuple[int, Any]] = []  # engines, each with the thread that made it and alone may let it go


class Nemo:
    """One engine. Raises what Nemo raises, a panic of Rust too, which is no Exception but a BaseException."""

    def __init__(self) -> None:
        self._engine: Any = None
        self._thread = threading.get_ident()

    def __del__(self) -> None:
        """An engine that the garbage collector meets in another thread waits for its own."""
        if self._engine is not None and self._thread != threading.get_ident():
            _left.append((self._thread, self._engine))

    def reason(self, rules: str, folder: str, exported: list[str]) -> None:
        """Apply the rules until nothing new follows, and write the exported predicates into the folder."""
        nemo = importlib.import_module("nmo_python")
        self._engine, self._thread = None, threading.get_ident()  # what stood before need not be held any more
        _left[:] = [(thread, engine) for thread, engine in _left if thread != self._thread]
        engine, output = nemo.NemoEngine(nemo.load_string(rules)), nemo.NemoOutputManager(folder, overwrite=True)
        engine.reason()
        for predicate in exported:
            engine.write_result(predicate, output)
        self._engine = engine

    def leaves(self, fact: str) -> list[str] | None:
        """The facts at the leaves of one derivation, None where the fact does not follow."""
        trace = self._engine.trace(fact)
        if trace is None:
            return None
        out, todo = [], [trace.dict()]
        while todo:
            node = todo.pop()
            todo += node.get("subtraces", ())
            if "fact" in node:
                out.append(str(node["fact"]))
        return out


def answer(nemo: Nemo, request: dict[str, Any]) -> dict[str, Any]:
    """What one request yields, a failure too."""
    try:
        if "rules" in request:
            nemo.reason(request["rules"], request["folder"], request["exported"])
            return {"answer": None}
        return {"answer": nemo.leaves(request["fact"])}
    except ModuleNotFoundError as missing:
        return {"missing": str(missing)}
    except KeyboardInterrupt:
        raise
    except BaseException as failure:
        return {"failed": f"{type(failure).__name__}: {failure}"}


def limit_memory(megabytes: int) -> None:
    """Take no more address space than this, where the system can be told so."""
    try:
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    except (ImportError, OSError, ValueError):
        pass  # no such limit on this system: the bound of time still holds


def main() -> None:
    limit_memory(int(sys.argv[1]))
    nemo = Nemo()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(nemo, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

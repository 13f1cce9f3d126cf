"""The worker that answers claims, where the bridge to Java is not installed."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from typing import Any

from lithograph.reason.oracle.ask_worker import answer
from lithograph.reason.oracle.worker import serve


class Without(MetaPathFinder):
    """Finds no jpype, wherever it lies."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name == "jpype":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


if __name__ == "__main__":
    sys.meta_path.insert(0, Without())
    serve(answer)

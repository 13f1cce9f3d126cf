"""The DL oracle for many small ontologies: one process of Java for all, where the program starts one for each.

`reason.oracle.consistency` is asked as ever; only the process behind it stands. Run by path it is that process: a
request a line, answered as `lithograph.reason.oracle.worker` does, each answer closed by an `over`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lithograph.reason.oracle import consistency as oracle
from lithograph.reason.oracle import worker as oracle_worker


class Standing:
    """A stand-in for `oracle_process.Process` that leaves its process for the next question."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.seconds, self.problem = 0.0, ""

    def of(self, module: str, seconds: float) -> Standing:
        """Itself, for a question that may take so long."""
        self.seconds = seconds
        return self

    def answers(self, request: Mapping[str, object]) -> Iterator[dict[str, Any]]:
        """What the worker says to one request."""
        if self.process is None:
            self.process = subprocess.Popen([sys.executable, "-P", __file__], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # fmt: skip
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        self.problem = f"not decided in {self.seconds:g} s"
        for line in iter(self.process.stdout.readline, b""):
            said = json.loads(line) if line.startswith(b"{") else {}
            if "over" in said:
                return
            self.problem = "" if "finished" in said else str(said.get("failed", self.problem))
            yield said
        self.close()  # its time was up: the next question starts another

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe:
                    pipe.close()
            self.process.kill()
            self.process.wait()
        self.process = None


@contextmanager
def standing() -> Iterator[None]:
    """While it lasts, `consistency` asks one standing process."""
    one, usual = Standing(), oracle.Process
    oracle.Process = one.of  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        oracle.Process = usual  # type: ignore[misc]
        one.close()


def main() -> None:
    """Answer requests until there are none."""
    oracle_worker.started(2048)
    oracle_worker.started = lambda memory_mb: None
    threading.stack_size(256 * 1024 * 1024)
    for line in sys.stdin:
        request = json.loads(line)
        thread = threading.Thread(target=oracle_worker.guarded, args=(request, oracle_worker.answer), daemon=True)
        thread.start()
        thread.join(float(request["seconds"]))
        if thread.is_alive():
            break
        oracle_worker.say(over=True)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

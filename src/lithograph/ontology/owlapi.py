"""The last resort: the OWL API reads a file that nobody here can, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from lithograph.ontology.read_functional import read_functional
from lithograph.ontology.written import SyntaxProblem, WrittenOntology

SECONDS = 120


def read_by_owlapi(path: Path, base: str, *, seconds: float = SECONDS) -> tuple[WrittenOntology, str] | None:
    """(what the file says, the format it was read as); None where the OWL API refuses it too, or is not there."""
    command = [sys.executable, "-m", "lithograph.ontology.owlapi_worker", str(path.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        answer = json.loads(done.stdout)
        written = read_functional(answer["text"], base)
    except (subprocess.TimeoutExpired, OSError, ValueError, KeyError, SyntaxProblem):
        return None
    return written, str(answer["format"])

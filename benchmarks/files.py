"""Ontology file to dataset, the whole command in a new process and a new project: once with nothing known, and once
more by force, when the reasoner's answer stands in the ledger.

    python benchmarks/files.py --out docs/benchmarks ../shared/data/ontologies/edam/EDAM_1.25.owl …

Wall seconds depend on what else the machine does; CPU seconds are of all processes of the command, the reasoner's too.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import arguments, machine, write_down

LITHOGRAPH = Path(sys.executable).with_name("lithograph")


def builds(ontology: Path) -> list[dict[str, Any]]:
    """The first build of one ontology in a project, and the second."""
    with tempfile.TemporaryDirectory() as name:
        project = Path(name) / "project"
        subprocess.run([LITHOGRAPH, "init", project], check=True, capture_output=True)
        command = [LITHOGRAPH, "dataset", "--project", project, "--ontology", ontology.resolve(),
                   "--out", project / "out"]  # fmt: skip
        return [_build(command, project / "out", "asked"), _build([*command, "--force"], project / "out", "known")]


def _build(command: list[Any], out: Path, reasoner: str) -> dict[str, Any]:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    splits = json.loads((out / "build.json").read_text(encoding="utf-8"))["splits"]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"reasoner": reasoner, "wall seconds": round(wall, 2), "cpu seconds": round(cpu, 2),
            "examples": sum(split["rows"] for split in splits.values())}  # fmt: skip


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("ontology", type=Path, nargs="+")
    parser.add_argument("--repeat", type=int, default=1)
    given = parser.parse_args()
    begun = machine()
    runs = {path.name: [run for _ in range(given.repeat) for run in builds(path)] for path in given.ontology}
    write_down({"machine": begun, "ontologies": runs}, given.out, "files", given.date)


if __name__ == "__main__":
    main()

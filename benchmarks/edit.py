"""What a build after an edit of one axiom costs beside a full build, in CPU seconds by stage.

    python benchmarks/edit.py --ontology EDAM.owl --out docs/benchmarks

Every build runs in a process of its own, by one worker. First a full one; then of each edit (a label, an axiom added,
one removed, the filler of a restriction changed; `tests/support/edits.py`) the build after it, and the full build of
the same file in a project that was never pressed; both make the same bytes, which is checked. CPU seconds of the
process and of those that it started, by stage: `start-up` (Python and what is imported before the build), `parsing`,
`closure` (projecting and closing), `statuses` (lemmas, candidates, stand-ins), `scenes` (matching, measuring, words),
`press` (with settling, Parquet, probes, practice and the proof that nothing leaks), `ledger` (everything after).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from machine import arguments, machine, write_down

STAGES = {"load": "parsing", "project": "closure", "reason": "closure", "lemmas": "statuses",
          "candidates": "statuses", "stand-ins": "statuses", "scenes": "scenes", "probes": "press",
          "press": "press"}  # fmt: skip
EDITS = ("rename", "add", "remove", "change")
OPTIONS = 'dataset = "it"\noracle = "off"\n'


def spent() -> float:
    """CPU seconds of this process and of those it waited for."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def build(root: Path) -> dict[str, Any]:
    """One build in this process: CPU seconds by stage, examples, and the hashes of its files."""
    from lithograph.config import load_config
    from lithograph.core.activity import Event, StageReport
    from lithograph.pipeline.build import manifest, press

    seconds: dict[str, float] = defaultdict(float)
    last = seconds["start-up"] = spent()

    def hear(event: Event) -> None:
        nonlocal last
        if isinstance(event, StageReport):
            now = spent()
            seconds[STAGES.get(event.stage, event.stage)] += now - last
            last = now

    made = press(load_config(root), workers=1, listener=hear)
    seconds["ledger"] = spent() - last
    return {"cpu seconds": {name: round(s, 2) for name, s in seconds.items()}, "examples": made.examples,
            "files": manifest(made.folder)}  # fmt: skip


def elsewhere(root: Path) -> dict[str, Any]:
    """`build` in a process of its own."""
    run = subprocess.run([sys.executable, __file__, "--build", str(root)], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def measure(ontology: Path, edits: list[str], seed: int) -> dict[str, Any]:
    """A full build, and for each edit the build after it beside a full one."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
    from edits import edited

    begun, rows = machine(), []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "project"
        file = root / "ontology" / ontology.name
        file.parent.mkdir(parents=True)
        shutil.copy(ontology, file)
        (root / "lithograph.toml").write_text(f'ontology = "ontology/{file.name}"\n{OPTIONS}')
        first = elsewhere(root)
        for number, edit in enumerate(edits, start=seed):
            edited(file, edit, number)
            fresh = Path(name) / "fresh"
            shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("ledger", ".*"))
            after, full = elsewhere(root), elsewhere(fresh)
            rows.append({"edit": edit, "after": after["cpu seconds"], "full": full["cpu seconds"],
                         "the same bytes": after["files"] == full["files"]})  # fmt: skip
            shutil.rmtree(fresh)
    return {"machine": begun, "ontology": ontology.name, "examples": first["examples"],
            "first build": first["cpu seconds"], "edits": rows}  # fmt: skip


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--ontology", type=Path, help="an ontology in Turtle or RDF/XML")
    parser.add_argument("--edits", nargs="+", default=list(EDITS), choices=EDITS)
    parser.add_argument("--build", type=Path, help="build the project in a folder, and say what it cost")
    given = parser.parse_args()
    if given.build:
        print(json.dumps(build(given.build)))
    else:
        write_down(measure(given.ontology, given.edits, given.seed), given.out, "edit", given.date)

"""The plant of tests/ledger as a project on disk: sources, templates, dataset, run, ledger; and what is traced in it.

`python tests/support/traced.py` writes the golden stories anew; review them as a diff.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.ledger.ask import Ledger
from lithograph.ledger.record import Times
from lithograph.ledger.trace import tell

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"


def make_plant(world: ModuleType, folder: Path) -> Path:
    """Build 1, a run on it, build 2 without A5, and every file that they name. `world`: tests/ledger/conftest.py."""
    ledger = Ledger(folder / "ledger")
    ledger.record_build(world.build(1), world.tables(1), Times("2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z", "any"))
    ledger.record_run(world.write_run(folder / "runs"))
    ledger.record_build(world.build(2, ("E1", "E3")), world.tables(2, ("E1", "E3")), Times())
    for name in ("plant.ttl", "tanks.owl"):
        (folder / name).write_text("", encoding="utf-8")
    template = folder / "templates" / "taxonomy" / "plain.en.j2"
    template.parent.mkdir(parents=True)
    template.write_text("{{ it }}\n", encoding="utf-8")
    data = folder / "datasets" / "plant" / "data"
    data.mkdir(parents=True)
    (data.parent / "README.md").write_text("# plant\n", encoding="utf-8")
    for split in ("train", "valid", "test"):
        pq.write_table(pa.Table.from_pylist(list(_rows(world, split))), data / f"{split}-0.parquet")
    return folder


def _rows(world: ModuleType, split: str) -> Iterator[dict[str, object]]:
    for name, (_, where, text) in world.EXAMPLES.items():
        if where == split:
            turns = [{"role": "user", "content": "Say a fact."}, {"role": "assistant", "content": text}]
            decisions = [{"move": "re-register", "reason": "no technical template"}] if name == "E1" else []
            yield {
                "id": world.example(name), "prompt": "Say a fact.", "completion": text, "messages": turns,
                "thought": "The file says so." if name == "E1" else "", "decisions": decisions,
            }  # fmt: skip


def traced(world: ModuleType) -> dict[str, str]:
    """Kind -> a name of one thing of that kind."""
    return {
        "example": world.example("E1"), "axiom": world.axiom("A1"), "node": "http://ex.org/Pump",
        "scene": "http://ex.org/IsA", "template": "taxonomy/plain.en.j2@IsA", "instance": world.instance("I6"),
        "ontology": "v2", "dataset": "plant-1", "run": "first", "adapter": "adapter:latest", "source": "tanks.owl",
    }  # fmt: skip


def stories(world: ModuleType, project: Path, form: str) -> str:
    """All of them, one below the other."""
    told = (tell(project, what, form=form, out=project / f"told.{form}") for what in traced(world).values())
    return "\n".join(data.decode("utf-8") for data in told)


def _written() -> None:
    place = ROOT / "tests" / "ledger" / "conftest.py"
    spec = importlib.util.spec_from_file_location("plant_conftest", place)
    assert spec and spec.loader
    world = importlib.util.module_from_spec(spec)
    sys.modules["plant_conftest"] = world
    spec.loader.exec_module(world)
    with tempfile.TemporaryDirectory() as folder:
        project = make_plant(world, Path(folder))
        for form, file in (("tree", "trace.txt"), ("md", "trace.md")):
            (GOLDEN / file).write_text(stories(world, project, form), encoding="utf-8")
        svg = tell(project, traced(world)["axiom"], out=project / "axiom.svg")
        (GOLDEN / "trace.axiom.svg").write_bytes(svg)


if __name__ == "__main__":
    _written()

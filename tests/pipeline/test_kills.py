"""Killed at any moment, nothing that was recorded is lost, and after the next start all is as if never interrupted."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bad_input import OPTIONS, SHOP

from lithograph.core.identity import file_sha256
from lithograph.ledger.columns import read_all, rows_of
from lithograph.ledger.record import builds, recorded
from lithograph.pipeline.build import manifest

SERVER = Path(__file__).parents[1] / "support" / "killable.py"
TEMPLATES = Path(__file__).parents[2] / "templates"
QUERIES = ("coverage", "held-out", "never-rendered", "SELECT ?b ?n WHERE { ?b litho:sequence ?n } ORDER BY ?n")
BUN = ':Bun a owl:Class ; rdfs:label "bun"@en ; rdfs:subClassOf :Bread .\n'
SOME, MANY = 20, 200


class Killable:
    """The warm process that does deeds in children, and kills them (`support/killable.py`)."""

    def __init__(self, temporary: Path) -> None:
        temporary.mkdir(exist_ok=True)
        environment = os.environ | {"TMPDIR": str(temporary), "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen([sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment)  # fmt: skip

    def begin(self, root: Path, deed: str, **request: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"root": str(root), "deed": deed, **request}) + "\n")
        self.process.stdin.flush()

    def end(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert told["alone"], "a process of a killed build lives on"
        return told

    def do(self, root: Path, deed: str, **request: Any) -> Any:
        """What an uninterrupted deed gives."""
        self.begin(root, deed, watch=False, **request)
        told = self.end()
        assert "value" in told, told
        return told["value"]

    def points(self, root: Path, deed: str, **request: Any) -> int:
        """How many points a deed has, on a copy that is thrown away."""
        copy = root.with_name(f"{root.name}-counted")
        shutil.copytree(root, copy)
        self.begin(copy, deed, **request)
        told = self.end()
        shutil.rmtree(copy)
        return int(told["points"])

    def kill(self, root: Path, deed: str, **request: Any) -> dict[str, Any]:
        self.begin(root, deed, **request)
        return self.end()


@pytest.fixture(scope="module")
def killable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killable]:
    server = Killable(tmp_path_factory.mktemp("temporary"))
    yield server
    server.process.communicate()


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killable]:
    """A second one, for two at once."""
    server = Killable(tmp_path_factory.mktemp("temporary"))
    yield server
    server.process.communicate()


@dataclass(frozen=True)
class State:
    """All that a project says, but for clocks."""

    dataset: dict[str, str]
    columns: dict[str, str]
    times: list[tuple[Any, ...]]
    names: frozenset[str]
    answers: dict[str, Any]


def state(killable: Killable, root: Path) -> State:
    answers = killable.do(root, "ask", queries=QUERIES)
    columns = root / "ledger" / "columns"
    clocked = ("times", "manifests")  # a manifest holds the hash of the times
    files = [path for path in sorted(columns.rglob("*")) if path.is_file() and path.parent.name not in clocked]
    times = [(r["sequence"], r["activity"], r["first_of"]) for r in rows_of(read_all(root / "ledger", "times"))]
    view = root / "ledger" / "view"
    generations = {path.name for path in view.iterdir() if path.is_dir()}
    assert len(generations) <= 2 and (view / "current").read_text() in generations
    assert {path.name for path in view.iterdir()} == {"current", *generations, *(f"{g}.json" for g in generations)}
    names = frozenset(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and view not in p.parents)
    return State(manifest(root / "datasets" / "shop"), {str(p.relative_to(columns)): file_sha256(p) for p in files},
                 sorted(times), names, answers)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """A project pressed once, its ontology edited since, and what was and will be said where nobody interrupts.

    points: of its build; workers: of the same by two workers, in the process that leads them.
    """

    root: Path
    old: State
    new: State
    points: int
    workers: int


@pytest.fixture(scope="module")
def story(killable: Killable, tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    root, whole = folder / "shop", folder / "whole"
    (root / "ontology").mkdir(parents=True)
    (root / "ontology" / "shop.ttl").write_text(SHOP)
    (root / "lithograph.toml").write_text(OPTIONS + 'shard_instances = 8\nregisters = ["plain"]\n')
    for axis in ("taxonomy", "composition"):
        (root / "templates" / axis).mkdir(parents=True)
        shutil.copy(TEMPLATES / axis / "plain.en.j2", root / "templates" / axis)
    killable.do(root, "press")
    old = state(killable, root)
    with (root / "ontology" / "shop.ttl").open("a") as file:
        file.write(BUN)
    shutil.copytree(root, whole)
    killable.do(whole, "press")
    new = state(killable, whole)
    assert new.dataset != old.dataset and new.answers != old.answers
    points = killable.points(root, "press"), killable.points(root, "press", workers=2)
    return Story(root, old, new, *points)


@pytest.fixture
def project(story: Story, tmp_path: Path) -> Path:
    return Path(shutil.copytree(story.root, tmp_path / "shop"))


def chosen(points: int, number: int) -> list[int]:
    """`number` points, one at random of each stretch of equal length: the first and the last stretch included."""
    dice = random.Random(number)
    return [1 + int((i + dice.random()) * points / number) for i in range(number)]


def require_nothing_lost(killable: Killable, root: Path, story: Story) -> None:
    """What stood there is whole and readable, or else the new is in its place."""
    assert manifest(root / "datasets" / "shop") in (story.old.dataset, story.new.dataset)
    assert (
        story.old.columns.items()
        <= {
            str(p.relative_to(root / "ledger" / "columns")): file_sha256(p)
            for p in (root / "ledger" / "columns").rglob("*.parquet")
        }.items()
    )
    done = recorded(root / "ledger", str(story.new.times[-1][1]))
    assert killable.do(root, "ask", queries=QUERIES) == (story.new if done else story.old).answers


def kill_one(killable: Killable, root: Path, story: Story, point: int, **request: Any) -> None:
    told = killable.kill(root, "press", at=point, **request)
    assert told["killed"] == 9, told
    require_nothing_lost(killable, root, story)
    killable.do(root, "press")
    assert state(killable, root) == story.new


@pytest.mark.parametrize("number", range(SOME))
def test_a_build_killed_at_any_point(killable: Killable, project: Path, story: Story, number: int) -> None:
    assert story.points > 100
    kill_one(killable, project, story, chosen(story.points, SOME)[number])


@pytest.mark.slow
@pytest.mark.parametrize("number", range(MANY))
def test_a_build_killed_at_many_points(killable: Killable, project: Path, story: Story, number: int) -> None:
    kill_one(killable, project, story, chosen(story.points, MANY)[number])


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_a_build_killed_at_any_time(killable: Killable, project: Path, story: Story, share: float) -> None:
    copy = project.with_name("timed")
    shutil.copytree(project, copy)
    began = time.monotonic()
    killable.do(copy, "press")
    killable.kill(project, "press", watch=False, after=share * (time.monotonic() - began))  # or it was faster this time
    require_nothing_lost(killable, project, story)
    killable.do(project, "press")
    assert state(killable, project) == story.new


@pytest.mark.parametrize("share", [0.95])
def test_killed_twice_is_as_killed_once(killable: Killable, project: Path, story: Story, share: float) -> None:
    assert killable.kill(project, "press", at=int(share * story.points))["killed"] == 9
    kill_one(killable, project, story, int((1 - share) * story.points) + 1)


@pytest.mark.parametrize("share", [0.5, 0.85, 0.97])
def test_an_edit_that_is_taken_back_after_a_kill_gives_the_old_as_the_newest(
    killable: Killable, project: Path, story: Story, share: float
) -> None:
    assert killable.kill(project, "press", at=int(share * story.points))["killed"] == 9
    (project / "ontology" / "shop.ttl").write_text(SHOP)
    old = killable.do(project, "press")
    assert manifest(project / "datasets" / "shop") == story.old.dataset
    assert builds(project / "ledger")[-1]["id"] == old
    known = state(killable, project)
    assert known.names <= story.old.names | story.new.names
    assert known.answers["coverage"] == story.old.answers["coverage"]


@pytest.mark.parametrize("at", [1, 4])
def test_a_killed_worker_is_one_line_and_loses_nothing(
    killable: Killable, project: Path, story: Story, at: int
) -> None:
    told = killable.kill(project, "press", workers=2, worker=True, at=at)
    assert "a worker's process was killed" in told["error"] and "\n" not in told["error"]
    require_nothing_lost(killable, project, story)
    killable.do(project, "press", workers=2)
    assert state(killable, project) == story.new


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_a_killed_build_takes_its_workers_along(killable: Killable, project: Path, story: Story, share: float) -> None:
    kill_one(killable, project, story, 1 + int(share * story.workers), workers=2)


# ---- the view, and runs ---------------------------------------------------------------------------------------------


def make_run(root: Path, slug: str = "first") -> None:
    """A run's folder as training leaves it, of four steps."""
    folder = root / "runs" / slug
    (folder / "steps").mkdir(parents=True)
    build = json.loads((root / "datasets" / "shop" / "build.json").read_text())
    examples = read_all(root / "ledger", "examples", ["id"])["id"].to_pylist()[:4]
    run = {"format": 1, "id": slug, "status": "finished", "options": {"seed": 7}, "model": {"name": "m"},
           "dataset": {"name": "shop", "id": build["id"], "splits": {"train": "5" * 64}}, "facts": []}  # fmt: skip
    (folder / "run.json").write_text(json.dumps(run))
    steps = {
        "step": pa.array([1, 2, 3, 4], pa.int32()),
        "example": examples,
        "loss": pa.array([4.0, 3.0, 2.0, 1.0], pa.float32()),
    }
    pq.write_table(pa.table(steps), folder / "steps" / "part-00000.parquet")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.99])
def test_a_view_killed_while_it_is_made(killable: Killable, story: Story, project: Path, share: float) -> None:
    killable.do(project, "press")  # so that the view is to be widened
    points = killable.points(project, "view")
    assert killable.kill(project, "view", at=1 + int(share * points))["killed"] == 9
    assert state(killable, project).answers == story.new.answers
    (project / "ontology" / "shop.ttl").write_text(SHOP)
    killable.do(project, "press")
    state(killable, project)  # no generation is left over once the next view is made


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_run_killed_while_it_is_recorded_or_its_steps_are_expanded(
    killable: Killable, project: Path, story: Story, share: float
) -> None:
    make_run(project)
    points = killable.points(project, "run")
    assert killable.kill(project, "run", run="first", at=1 + int(share * points))["killed"] == 9
    require_nothing_lost(killable, project, story)
    urn = killable.do(project, "run", run="first")
    after = state(killable, project)
    assert after.columns.items() > story.old.columns.items()
    assert not [name for name in after.names if name.endswith(".part")]
    assert [sequence for sequence, *_ in after.times] == [1, 2]
    points = killable.points(project, "steps", run=urn)
    assert killable.kill(project, "steps", run=urn, at=1 + int(share * points))["killed"] == 9
    assert killable.do(project, "ask", queries=QUERIES) == after.answers
    assert killable.do(project, "steps", run=urn) > 100
    assert state(killable, project) == after


# ---- two at once ----------------------------------------------------------------------------------------------------


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to that")


def test_a_second_build_of_a_dataset_is_refused_in_one_line(
    killable: Killable, other: Killable, project: Path, story: Story
) -> None:
    killable.begin(project, "press", wait=story.points // 2)
    wait_for(lambda: (project / "datasets" / ".shop.part").exists())
    refused = other.kill(project, "press")["error"]
    assert "another build is writing this dataset. Wait for it" in refused and "\n" not in refused
    (project / "go").touch()
    assert "value" in killable.end()
    (project / "go").unlink()
    assert state(killable, project) == story.new


def test_two_builds_of_different_datasets_are_both_recorded(killable: Killable, other: Killable, project: Path) -> None:
    killable.begin(project, "press", watch=False)
    other.begin(project, "press", watch=False, dataset="second")
    ids = {killable.end()["value"], other.end()["value"]}
    known = builds(project / "ledger")
    assert [build["sequence"] for build in known] == [1, 2, 3]
    assert {build["id"] for build in known[1:]} == ids and len(ids) == 2
    state(killable, project)


def test_a_build_while_a_view_is_made_and_a_run_is_recorded(
    killable: Killable, other: Killable, project: Path, story: Story
) -> None:
    make_run(project)
    shutil.rmtree(project / "ledger" / "view")
    killable.begin(project, "press", watch=False)
    while not (
        project / "ledger" / "columns" / "builds" / f"{story.new.times[-1][1].rsplit(':', 1)[1]}.parquet"
    ).exists():
        assert other.do(project, "view") > 1000
        other.do(project, "run", run="first")
    assert "value" in killable.end()
    after = state(killable, project)
    assert after.dataset == story.new.dataset
    assert after.columns.items() > story.new.columns.items() or after.columns.keys() > story.new.columns.keys()
    assert len({sequence for sequence, *_ in after.times}) == 3
    assert after.answers["coverage"] == story.new.answers["coverage"]

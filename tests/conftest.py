"""Where the shared data lies, and what to do without it."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from pressed import Pressed, pressed
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("LITHOGRAPH_DATA", ROOT.parent / "shared" / "data"))

LONG = ("docs",)
"""Rooms of tests that begin first, so that no worker waits for them at the end."""
TOGETHER = ("docs", "serve")
"""Rooms whose files share one project made for the session."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """All tests of a file, or of the files that share a project, go to one worker, in the order of collection."""

    class ByRoom(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = PurePosixPath(nodeid.split("::", 1)[0])
            return file.parent.name if file.parent.name in TOGETHER else str(file)

    config.option.loadscopereorder = False
    return ByRoom(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest room first; without the shared data its tests are left out, counted in one line."""
    items.sort(key=lambda item: item.path.parent.name not in LONG)
    if DATA.is_dir():
        return
    without = [item for item in items if item.get_closest_marker("data")]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if not item.get_closest_marker("data")]
        print(f"\n{len(without)} tests need the shared data ({DATA}) and are left out; set LITHOGRAPH_DATA")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real ontologies, conformance suites and benchmarks."""
    return DATA


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def pizza_file() -> Path:
    """The pizza ontology, which travels with the tests."""
    return ROOT / "tests" / "data" / "ontologies" / "pizza.owl"


@pytest.fixture(scope="session")
def pizza(tmp_path_factory: pytest.TempPathFactory, pizza_file: Path) -> Pressed:
    """The pizza ontology, pressed in English. Only to be read."""
    return pressed(tmp_path_factory.mktemp("pizza"), pizza_file, languages=("en",))


@pytest.fixture(scope="session")
def world_build(tmp_path_factory: pytest.TempPathFactory) -> Pressed:
    """The project's own world, pressed as `make dataset` does. Only to be read."""
    return pressed(tmp_path_factory.mktemp("world"), ROOT / "ontology" / "world" / "world.ttl")

"""Where the shared data lies, and what to do without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pressed import Pressed, pressed

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("LITHOGRAPH_DATA", ROOT.parent / "shared" / "data"))

LONG = ("docs",)
"""Rooms of tests that begin first, so that no worker waits for them at the end."""
TOGETHER = ("docs", "serve")
"""Rooms whose files share one project made for the session."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """All tests of a file, or of the files that share a project, go to one worker."""
    room = _room(item)
    item.add_marker(pytest.mark.xdist_group(room if room in TOGETHER else str(item.path.relative_to(ROOT))))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest room first; without the shared data its tests are left out, counted in one line."""
    items.sort(key=lambda item: _room(item) not in LONG)
    if DATA.is_dir():
        return
    without = [item for item in items if item.get_closest_marker("data")]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if not item.get_closest_marker("data")]
        print(f"\n{len(without)} tests need the shared data ({DATA}) and are left out; set LITHOGRAPH_DATA")


def _room(item: pytest.Item) -> str:
    return item.path.parent.name


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

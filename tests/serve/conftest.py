"""The hand-made ledger of tests/ledger, on HTTP."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from served import Served, serving

from lithograph.ledger.ask import Ledger

ROWS = 50


@pytest.fixture(scope="session")
def world(project_root: Path) -> ModuleType:
    """The names of the hand-made ledger: `build`, `tables`, `write_run`."""
    spec = importlib.util.spec_from_file_location("hand_made", project_root / "tests" / "ledger" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def plant(world: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A build, a run on it, and a second build. Only to be read."""
    folder = tmp_path_factory.mktemp("plant")
    ledger = Ledger(folder / "ledger")
    ledger.record_build(world.build(1), world.tables(1))
    ledger.record_run(world.write_run(folder / "runs"))
    ledger.record_build(world.build(2, ("E1", "E3")), world.tables(2, ("E1", "E3")))
    return ledger


@pytest.fixture(scope="session")
def served(plant: Ledger) -> Iterator[Served]:
    """A server over it that cuts after ROWS rows."""
    with serving(plant.path.parent, "--seconds", "20", "--rows", str(ROWS)) as server:
        yield server


@pytest.fixture(scope="session")
def hasty(plant: Ledger) -> Iterator[Served]:
    """A server over it with three seconds for a query, one worker and no place to wait."""
    bounds = ("--seconds", "3", "--workers", "1", "--waiting", "0")
    with serving(plant.path.parent, *bounds) as server:
        yield server

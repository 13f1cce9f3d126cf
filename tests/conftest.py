"""Where the shared data lies, and what to do without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("LITHOGRAPH_DATA", ROOT.parent / "shared" / "data"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the shared data its tests are deselected, counted in one line."""
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

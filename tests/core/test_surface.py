"""What `import lithograph` gives: functions, whatever rooms of the same name have been opened since."""

from __future__ import annotations

import importlib
from types import FunctionType, ModuleType

import pytest

import lithograph


@pytest.mark.parametrize("room", ["scenes", "ledger", "ontology", "pipeline", "render"])
def test_a_room_that_is_imported_hides_no_function(room: str) -> None:
    assert isinstance(importlib.import_module(f"lithograph.{room}"), ModuleType)
    for name in lithograph.__all__:
        assert isinstance(getattr(lithograph, name), FunctionType), name


def test_every_function_of_the_surface_says_what_it_is() -> None:
    assert lithograph.__all__ == sorted(lithograph.__all__)
    assert all(getattr(lithograph, name).__doc__ for name in lithograph.__all__)


def test_importing_the_package_opens_no_room() -> None:
    import subprocess
    import sys

    code = "import sys, lithograph; print([m for m in sys.modules if m.startswith('lithograph.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

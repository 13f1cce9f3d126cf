"""The page about healing says what a build says today, byte for byte."""

from __future__ import annotations

import runpy
from pathlib import Path


def test_the_page_is_what_the_program_would_write(project_root: Path) -> None:
    names = runpy.run_path(str(project_root / "docs" / "make_healing.py"))
    page = (project_root / "docs" / "explanation" / "healing.md").read_text(encoding="utf-8")
    inside = page.partition(names["START"] + "\n")[2].partition(names["END"])[0]
    assert inside == names["made"](), "run: make docs"
    for move in ("1 · Compensate", "2 · Reason", "3 · Re-register", "4 · Print", "5 · Silence"):
        assert move in inside

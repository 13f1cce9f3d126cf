"""One trained project, made once a session, in which the documentation, the notebook and the whole way are tried."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ALOUD = {"GOMP_SPINCOUNT": "2000", "TOKENIZERS_PARALLELISM": "false", "PYTHONIOENCODING": "utf-8"}

MAKE = """#!/bin/sh
# The checkout's Makefile with the installed program: no environment is made, and the suite does not run itself.
case " $* " in
  *" test "*|*" test-full "*|*" check "*|*" bench "*) echo "left to the suite itself"; exit 0;;
esac
exec {make} READY={ready} LITHOGRAPH={program} BIN={folder} "$@"
"""


@dataclass(frozen=True)
class Project:
    """A project in which the world has been pressed and SmolLM2 has been trained on it."""

    folder: Path
    environment: dict[str, str]
    said: str

    def run(self, command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """A line of shell, with the program and `make` on the path; both streams in one, as on a screen."""
        return subprocess.run(
            ["bash", "-c", command], cwd=cwd or self.folder, env=self.environment, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1800,
        )  # fmt: skip


@pytest.fixture(scope="session")
def trained(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The checkout's project, pressed and trained for LITHOGRAPH_TEST_MINUTES (3)."""
    minutes = float(os.environ.get("LITHOGRAPH_TEST_MINUTES", "3"))
    folder = tmp_path_factory.mktemp("docs") / "project"
    for name in ("ontology", "templates", "notebooks"):
        shutil.copytree(project_root / name, folder / name)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(project_root / name, folder / name)
    options = (project_root / "lithograph.toml").read_text(encoding="utf-8")
    options, found = re.subn(r"(?m)^train_minutes = .*$", f"train_minutes = {minutes}", options)
    assert found == 1, "lithograph.toml states train_minutes"
    (folder / "lithograph.toml").write_text(options, encoding="utf-8")
    project = Project(folder, _environment(tmp_path_factory.mktemp("bin")), "")
    said = ""
    for command in ("lithograph dataset", "lithograph train"):
        done = project.run(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        said += done.stdout
    return Project(folder, project.environment, said)


def _environment(folder: Path) -> dict[str, str]:
    programs = Path(sys.executable).parent
    ready = folder / ".ready"
    make, program = shutil.which("make") or "/usr/bin/make", programs / "lithograph"
    script = folder / "make"
    script.write_text(MAKE.format(make=make, ready=ready, program=program, folder=programs), encoding="utf-8")
    script.chmod(0o755)
    ready.touch()
    path = os.pathsep.join([str(folder), str(programs), os.environ.get("PATH", "")])
    return {**os.environ, **ALOUD, "PATH": path}

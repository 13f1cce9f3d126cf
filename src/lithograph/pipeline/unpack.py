"""A data chip back to a project; and pressed again, to see whether the same bytes come of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lithograph import __version__
from lithograph.config import load_config
from lithograph.core.activity import Listener, silent
from lithograph.core.errors import LithographError
from lithograph.core.identity import file_sha256
from lithograph.pipeline.aside import aside
from lithograph.pipeline.build import manifest, press
from lithograph.pipeline.chip import NotAChip, read_chip


class FolderTaken(LithographError):
    """A folder to unpack to that holds something."""

    def __init__(self, place: Path, found: str) -> None:
        super().__init__(place, "the folder is not empty", facts=f"it holds {found}", cure="Give a new folder's name.")


class NoSuchChip(LithographError):
    """A chip that cannot be opened."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, f"the chip cannot be read: {problem}", cure="Give the file that lithograph pack wrote.")


class NotUnpacked(LithographError):
    """A place that a chip cannot be unpacked to."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, f"the chip could not be unpacked: {problem}", cure="Give another folder.")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A chip that was unpacked: the folder, and what its manifest says."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def dataset(self) -> Path:
        """Where the dataset lies."""
        return self.folder / "datasets" / str(self.manifest["name"])


@dataclass(frozen=True, slots=True)
class Verified:
    """A dataset pressed again. compared: its files; differing: those that came out otherwise, are missing or too many.

    packed_by, here: the versions that pressed it then and now.
    """

    compared: int
    differing: tuple[str, ...]
    packed_by: str
    here: str
    same_program: bool

    @property
    def same(self) -> bool:
        """Whether the same version gave the same bytes."""
        return not self.differing and self.packed_by == self.here

    def lines(self) -> tuple[str, ...]:
        """What came out, to be read."""
        out = []
        if self.packed_by != self.here:
            out.append(f"another version: pressed by lithograph {self.packed_by}, this is {self.here}")
        elif not self.same_program:
            out.append(f"the files of lithograph {self.here} are not those of the one that pressed it")
        if self.differing:
            out.append(f"not the same bytes: {self.differing[0]} is the first of {len(self.differing)} that differ, "
                       f"of {self.compared} files")  # fmt: skip
        else:
            out.append(f"pressed again: the same bytes in all {self.compared} files")
        return tuple(out)


def unpack(chip: Path, folder: Path) -> Unpacked:
    """Unpack a chip into a new or empty folder, which appears whole or not at all; every byte is checked.

    Raises FolderTaken, NoSuchChip, NotUnpacked; NotAChip, NewerChip, DamagedMember, UnsafeMember.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        found = folder.name if not folder.is_dir() else min(p.name for p in folder.iterdir())
        raise FolderTaken(folder, found)
    try:
        with chip.open("rb"):
            pass
    except OSError as error:
        raise NoSuchChip(chip, error.strerror or str(error)) from None
    with aside(folder, NotUnpacked) as part:
        part.mkdir()
        said = read_chip(chip, part)
        if not all(isinstance(said.get(key), str) for key in ("name", "dataset", "build", "code_version", "program")):
            raise NotAChip(chip, "its manifest does not say what it holds")
    return Unpacked(folder, said)


def verify(unpacked: Unpacked, workers: int = 0, listener: Listener = silent) -> Verified:
    """Press the dataset again from the unpacked sources, elsewhere, and compare it and its ledger byte for byte.

    Nothing in the unpacked folder changes. Raises what pressing raises.
    """
    from lithograph.pipeline.program import program_hash

    said, name = unpacked.manifest, str(unpacked.manifest["name"])
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "project"
        shutil.copytree(unpacked.folder, project, ignore=_without_the_answer(unpacked.folder, name))
        build = press(load_config(project), workers=workers, force=True, listener=listener)
        found = {f"datasets/{name}/{file}": digest for file, digest in manifest(build.folder).items()}
        columns = sorted((project / "ledger" / "columns").rglob("*.parquet"))
        found |= {path.relative_to(project).as_posix(): file_sha256(path) for path in columns}
    packed = {row["name"]: row["sha256"] for row in said["members"]
              if row["name"].startswith((f"datasets/{name}/", "ledger/columns/"))}  # fmt: skip
    decided = ("ledger/columns/times/", "ledger/columns/manifests/")
    for file in [f for f in {**packed, **found} if f.startswith(decided)]:  # times by a clock, and their hashes
        packed.pop(file, None)
        found.pop(file, None)
    differing = sorted(file for file in {**packed, **found} if packed.get(file) != found.get(file))
    return Verified(len(packed), tuple(sorted(differing, key=lambda f: (not f.startswith("datasets/"), f))),
                    str(said["code_version"]), __version__, said["program"] == program_hash())  # fmt: skip


def _without_the_answer(root: Path, name: str) -> Any:
    """What is not copied: the examples and the columns, so that nothing of them can come out but what is pressed."""
    left_out = {root / "datasets" / name / part for part in ("data", "figures", "README.md", "croissant.json")}
    left_out |= {root / "ledger" / "columns", root / "ledger" / "view"}

    def ignored(folder: str, names: list[str]) -> set[str]:
        return {n for n in names if Path(folder) / n in left_out}

    return ignored

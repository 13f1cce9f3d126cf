"""Whether a dataset is still what its inputs give: their hashes, kept beside it; a note of this machine's own."""

from __future__ import annotations

import functools
import json
from contextlib import suppress
from pathlib import Path

from lithograph.config import Config
from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, digest_of_set, file_sha256, sha256_hex
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.imports import CATALOG, SUFFIXES, read_catalog
from lithograph.pipeline.forme import template_folder

OTHERS = ("build.json", "README.md", "figures/coverage.svg", "calibration.json")
"""What a dataset's folder holds beside its shards."""


def note_path(folder: Path) -> Path:
    """Where the note about a dataset lies: beside its folder, since the folder holds only what repeats."""
    return folder.with_name(f".{folder.name}.inputs.json")


def drop_note(folder: Path) -> None:
    """Take the note away before a build is recorded: killed from then on, it is made again whatever is asked for."""
    note_path(folder).unlink(missing_ok=True)


def write_note(config: Config, ontology: Ontology, folder: Path, root_file: Path, aside: Path) -> None:
    """Note what a dataset was made from, while it still lies aside; none where an import was missing: it may turn up.

    The note stands before the dataset does, and fits no other: so the dataset's taking its place is the last step.
    """
    path = note_path(folder)
    with suppress(OSError):  # without a note the next build presses again
        path.unlink(missing_ok=True)
        if not ontology.missing_imports:
            files = {str(s.path.resolve()): s.sha256 for s in ontology.sources}
            beside = {str(p): _beside(p) for p in sorted({Path(f).parent for f in files})} if len(files) > 1 else {}
            note = {"root": str(root_file.resolve()), "files": files, "beside": beside, "recipe": _recipe(config),
                    "others": {name: file_sha256(aside / name) for name in OTHERS}}  # fmt: skip
            path.write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")


def is_fresh(config: Config, folder: Path, root_file: Path) -> bool:
    """Whether the dataset in a folder was made from exactly these inputs by exactly this program."""
    path, report = note_path(folder), folder / "build.json"
    if not path.exists() or not report.exists():
        return False
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        build = json.loads(report.read_text(encoding="utf-8"))
        return (
            note["root"] == str(root_file.resolve())
            and note["recipe"] == _recipe(config)
            and all(file_sha256(Path(f)) == sha for f, sha in note["files"].items())
            and all(_beside(Path(p)) == sha for p, sha in note["beside"].items())
            and all(file_sha256(folder / name) == sha for name, sha in note["others"].items())
            and all(file_sha256(folder / s["file"]) == s["sha256"] for s in build["shards"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, LithographError):
        return False


def _beside(folder: Path) -> str:
    """What decides where an import is found: the catalog's entries, and which files lie there, written when."""
    entries = [repr(entry) for entry in read_catalog(folder / CATALOG)]
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
    return sha256_hex("\n".join(entries + [f"{p.name} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files]))


def _recipe(config: Config) -> str:
    scenes = [file_sha256(config.root / name) for name in config.scenes if (config.root / name).exists()]
    options = {**config.recipe(), "imports": config.imports, "allow_network": config.allow_network}
    return sha256_hex(canonical_json([options, scenes, _templates(template_folder(config)), _program()]))


def _templates(folder: Path) -> str:
    return digest_of_set(f"{p.relative_to(folder)} {file_sha256(p)}" for p in folder.rglob("*.j2"))


@functools.cache
def _program() -> str:
    here = Path(__file__).parents[1]
    return digest_of_set(
        f"{p.relative_to(here)} {file_sha256(p)}" for p in here.rglob("*") if p.suffix in (".py", ".yaml")
    )

"""Whether a dataset is still what its inputs give: their hashes, kept beside it; a note of this machine's own."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from lithograph.config import Config
from lithograph.core.identity import canonical_json, digest_of_set, file_sha256, sha256_hex
from lithograph.ontology.axioms import Ontology
from lithograph.pipeline.forme import template_folder


def note_path(folder: Path) -> Path:
    """Where the note about a dataset lies: beside its folder, since the folder holds only what repeats."""
    return folder.with_name(f".{folder.name}.inputs.json")


def write_note(config: Config, ontology: Ontology, folder: Path, root_file: Path) -> None:
    """Note what a dataset was made from; none where an import was missing, since it may turn up."""
    path = note_path(folder)
    if ontology.missing_imports:
        path.unlink(missing_ok=True)
        return
    files = {str(s.path.resolve()): s.sha256 for s in ontology.sources}
    beside = {str(p): sha256_hex("\n".join(_names(Path(p)))) for p in sorted({str(Path(f).parent) for f in files})}
    note = {"root": str(root_file.resolve()), "files": files, "beside": beside, "recipe": _recipe(config),
            "build": file_sha256(folder / "build.json")}  # fmt: skip
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
            and note["build"] == file_sha256(report)
            and note["recipe"] == _recipe(config)
            and all(file_sha256(Path(f)) == sha for f, sha in note["files"].items())
            and all(sha256_hex("\n".join(_names(Path(p)))) == sha for p, sha in note["beside"].items())
            and all(file_sha256(folder / s["file"]) == s["sha256"] for s in build["shards"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


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

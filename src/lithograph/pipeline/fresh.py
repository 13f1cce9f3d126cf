"""Whether a dataset is still what its inputs give, and if not, why: a note beside it of what it was made from.

The note is this machine's own: it names files by path. Every input is hashed. Where a file of the ontology has other
bytes, or lies there newly written, the ontology is loaded and what it says is compared: a file that was saved in
another order or syntax has changed nothing (decision 0029).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lithograph import __version__
from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, silent
from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, file_sha256, sha256_hex
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.imports import CATALOG, SUFFIXES, read_catalog
from lithograph.pipeline.forme import template_files
from lithograph.pipeline.program import program_hash
from lithograph.pipeline.stone import Loaded, load_ontology
from lithograph.scenes.as_yaml import read_scenes

OTHERS = ("build.json", "README.md", "figures/coverage.svg", "calibration.json", "croissant.json", "splits.json",
          "held_out.parquet", "probes/dev.parquet", "probes/test.parquet", "probes/report.json")  # fmt: skip
"""What a dataset's folder holds beside its shards."""
FORMAT = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a dataset is not what its inputs give, or what has changed without changing it.

    kind: dataset, ontology, import, option, template, scene, program, shard. what: the file or the option.
    change: what happened to it, in words.
    """

    kind: str
    what: str
    change: str

    def __str__(self) -> str:
        return f"{self.kind} {self.what}: {self.change}" if self.what else f"{self.kind}: {self.change}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What has changed since a dataset was pressed: `reasons` to press again, and `remarks` that are none. loaded: the
    ontology as it lies there now, where it had to be loaded to find out."""

    reasons: tuple[Reason, ...]
    remarks: tuple[Reason, ...] = ()
    loaded: Loaded | None = None


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
            note = {
                "format": FORMAT, "root": str(root_file.resolve()), "files": files, "beside": beside,
                "says": _says(config, ontology), "options": _options(config), "scenes": _scenes(config),
                "templates": _templates(config),
                "program": {"version": __version__, "sha256": program_hash()},
                "others": {name: file_sha256(aside / name) for name in OTHERS},
            }  # fmt: skip
            path.write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")


def is_fresh(config: Config, folder: Path, root_file: Path) -> bool:
    """Whether the dataset in a folder was made from these inputs by exactly this program."""
    return not reasons(config, folder, root_file)


def reasons(config: Config, folder: Path, root_file: Path, listener: Listener = silent) -> tuple[Reason, ...]:
    """Why the dataset in a folder would be pressed again; none where it is fresh. The listener hears the remarks."""
    return heard(config, folder, root_file, listener).reasons


def heard(config: Config, folder: Path, root_file: Path, listener: Listener) -> Standing:
    """What has changed since the dataset in a folder was pressed; the listener hears the remarks."""
    found = standing(config, folder, root_file)
    for remark in found.remarks:
        listener(Notice("fresh", str(remark)))
    return found


def standing(config: Config, folder: Path, root_file: Path) -> Standing:
    """What has changed since the dataset in a folder was pressed. Nothing is written."""
    if not (folder / "build.json").exists():
        return Standing((Reason("dataset", "", "never pressed"),))
    note = _note(folder)
    if note is None:
        why = (
            "an import was missing, and may turn up" if _lacked_import(folder) else "what it was made from is not noted"
        )
        return Standing((Reason("dataset", "", why),))
    try:
        found = [*_program_reasons(note), *_option_reasons(config, note), *_file_reasons(config, note),
                 *_dataset_reasons(folder, note)]  # fmt: skip
        ontology = _ontology_standing(config, note, root_file)
        return Standing((*ontology.reasons, *found), ontology.remarks, ontology.loaded)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return Standing((Reason("dataset", "", f"the note of what it was made from cannot be used: {error}"),))


def build_of(folder: Path) -> str | None:
    """The urn of the build that a dataset's folder holds; None where its report cannot be read."""
    try:
        return str(json.loads((folder / "build.json").read_text(encoding="utf-8"))["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def root_of(folder: Path) -> Path | None:
    """The ontology file that a dataset was pressed from; None where that is not noted."""
    note = _note(folder)
    return Path(note["root"]) if note and isinstance(note.get("root"), str) else None


def _note(folder: Path) -> dict[str, Any] | None:
    try:
        note = json.loads(note_path(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) and note.get("format") == FORMAT else None


def _lacked_import(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / "build.json").read_text(encoding="utf-8"))["ontology"]["missing_imports"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


# ---- the ontology ----------------------------------------------------------------------------------------------------


def _ontology_standing(config: Config, note: Mapping[str, Any], root_file: Path) -> Standing:
    """Why the ontology is another, or which of its files were only saved again."""
    if note["root"] != str(root_file.resolve()):
        return Standing((Reason("ontology", _name(config, root_file), f"another file than before, {note['root']}"),))
    places = [*_place_reasons(config, note)]
    touched = [path for path, sha in note["files"].items() if _hash(path) != sha]
    gone = [Reason("ontology", _name(config, Path(path)), "is gone") for path in touched if _hash(path) is None]
    if places or gone:
        others = [
            Reason("ontology", _name(config, Path(p)), "has other bytes") for p in touched if _hash(p) is not None
        ]
        return Standing((*gone, *others, *places))
    if not touched and all(_beside(Path(p)) == was for p, was in note["beside"].items()):
        return Standing(())
    shown = [_name(config, Path(path)) for path in touched] or [_name(config, root_file)]
    try:
        loaded = load_ontology(config, root_file)
        now = _says(config, loaded.ontology)
    except LithographError as error:
        return Standing(tuple(Reason("ontology", name, f"cannot be read any more: {error.problem}") for name in shown))
    apart = [what for what in sorted({*now, *note["says"]}) if now.get(what) != note["says"].get(what)]
    if not apart:
        remarks = tuple(Reason("ontology", name, "re-saved, no axiom changed") for name in shown if touched)
        return Standing((), remarks, loaded)
    reasons = tuple(Reason("ontology", name, f"other {' and other '.join(apart)}") for name in shown)
    return Standing(reasons, loaded=loaded)


def _place_reasons(config: Config, note: Mapping[str, Any]) -> Iterator[Reason]:
    """What moved where imports are looked for: entries of a catalog, files that came or went."""
    for path, was in note["beside"].items():
        now, place = _beside(Path(path)), _name(config, Path(path))
        if now["catalog"] != was["catalog"]:
            yield Reason("import", f"{place}/{CATALOG}", "has other entries")
        came, went = (
            sorted(now["files"].keys() - was["files"].keys()),
            sorted(was["files"].keys() - now["files"].keys()),
        )
        for name in came:
            yield Reason("import", f"{place}/{name}", "came beside, and may hold an import")
        for name in went:
            yield Reason("import", f"{place}/{name}", "is gone")


def _says(config: Config, ontology: Ontology) -> dict[str, str]:
    """What an ontology says, hashed part by part: whatever decides the dataset, and nothing about its bytes.

    Its prefixes count as far as scenes in YAML read otherwise by them. Raises the errors of those.
    """
    annotated = [axiom.annotated_id for axiom in ontology.compounds if axiom.annotations]
    parts: dict[str, Any] = {
        "axioms": ontology.version,
        "annotations on axioms": sorted(annotated),
        "IRI": [ontology.iri, ontology.version_iri],
        "imports or licences": sorted([s.iri or s.path.name, s.licence or ""] for s in ontology.sources),
        "rules or mended places": [ontology.rules, sorted(f.what for f in ontology.forgiven)],
    }
    for name in config.scenes:
        scenes = read_scenes(config.root / name, ontology.prefixes)
        parts[f"readings of {name}"] = [asdict(scene) for scene in scenes]
    return {name: sha256_hex(canonical_json(part)) for name, part in parts.items()}


def _beside(folder: Path) -> dict[str, Any]:
    """What decides where an import is found: the catalog's entries, and which files lie there, written when."""
    entries = [repr(entry) for entry in read_catalog(folder / CATALOG)]
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
    return {"catalog": sha256_hex("\n".join(entries)),
            "files": {p.name: f"{p.stat().st_size} {p.stat().st_mtime_ns}" for p in files}}  # fmt: skip


# ---- options, templates, scenes, program, dataset --------------------------------------------------------------------


def _option_reasons(config: Config, note: Mapping[str, Any]) -> Iterator[Reason]:
    now, was = _options(config), note["options"]
    for key in sorted(now.keys() | was.keys()):
        if now.get(key) != was.get(key):
            old, new = (json.dumps(options.get(key), ensure_ascii=False) for options in (was, now))
            yield Reason("option", key, f"{old} → {new}")


def _file_reasons(config: Config, note: Mapping[str, Any]) -> Iterator[Reason]:
    yield from _files_apart("template", note["templates"], _templates(config))
    yield from _files_apart("scene", note["scenes"], _scenes(config))


def _files_apart(kind: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Reason]:
    for name in sorted(now.keys() | was.keys()):
        if name not in was or name not in now:
            yield Reason(kind, name, "is new" if name not in was else "is gone")
        elif now[name] != was[name]:
            yield Reason(kind, name, "was edited")


def _program_reasons(note: Mapping[str, Any]) -> Iterator[Reason]:
    if note["program"]["version"] != __version__:
        yield Reason("program", "lithograph", f"{note['program']['version']} → {__version__}")
    elif note["program"]["sha256"] != program_hash():
        yield Reason("program", "lithograph", f"its files are others, version {__version__} still")


def _dataset_reasons(folder: Path, note: Mapping[str, Any]) -> Iterator[Reason]:
    """Files of the dataset that are missing or other than the build left them."""
    try:
        shards = {s["file"]: s["sha256"] for s in json.loads((folder / "build.json").read_text("utf-8"))["shards"]}
    except (ValueError, KeyError, TypeError):
        shards = {}
    for name, sha in sorted({**shards, **note["others"]}.items()):
        now = _hash(folder / name)
        if now != sha:
            yield Reason("shard" if name in shards else "dataset", name, "is missing" if now is None else "was altered")


def _options(config: Config) -> dict[str, Any]:
    options = {**config.recipe(), "imports": config.imports, "allow_network": config.allow_network}
    plain: dict[str, Any] = json.loads(canonical_json(options))
    return plain


def _scenes(config: Config) -> dict[str, str]:
    return {name: file_sha256(config.root / name) for name in config.scenes if (config.root / name).exists()}


def _templates(config: Config) -> dict[str, str]:
    return {name: file_sha256(path) for name, path in template_files(config).items()}


def _hash(path: str | Path) -> str | None:
    """The hash of a file; None where it is not there."""
    try:
        return file_sha256(Path(path))
    except OSError:
        return None


def _name(config: Config, path: Path) -> str:
    """A path relative to the project where it lies in it."""
    path, root = path.resolve(), config.root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

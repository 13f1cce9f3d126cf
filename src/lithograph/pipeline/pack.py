"""The data chip: one archive with everything that a dataset was pressed from, and the dataset, and its ledger.

Unpacked it is a project. Its bytes follow from what was pressed and by which program: no clock, no path of this
machine, nothing of other builds. The oracle's answers go along, so that pressing again asks no reasoner.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from lithograph import __version__
from lithograph.config import FILE_NAME, Config, as_toml
from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, file_sha256, sha256_hex, urn_of
from lithograph.ledger.record import alone, key_of, recorded
from lithograph.ontology.imports import CATALOG, Gathered, gather
from lithograph.ontology.load import load, read_root
from lithograph.pipeline.aside import aside
from lithograph.pipeline.build import scene_json
from lithograph.pipeline.chip import Member, write_chip
from lithograph.pipeline.find import dataset_folder
from lithograph.pipeline.forme import gather_scenes, gather_templates, template_files
from lithograph.pipeline.fresh import OTHERS, is_fresh, note_path
from lithograph.pipeline.probing import asking_templates
from lithograph.pipeline.program import program_hash
from lithograph.pipeline.stone import ontology_path
from lithograph.reason.question import logical_version
from lithograph.render.templates import PRACTICE, PROBES
from lithograph.scenes.declaration import Scene
from lithograph.select.calibration import read_calibration

SUFFIX = ".chip.tar"
VERDICTS = "ledger/consistency.json"


class NotAsPressed(LithographError):
    """A dataset that cannot be pressed again from what lies here."""

    def __init__(self, place: object, problem: str, cure: str = "Press it again: lithograph dataset --force") -> None:
        super().__init__(place, f"the dataset cannot be packed: {problem}", cure=cure)


@dataclass(frozen=True, slots=True)
class Packed:
    """A chip that was written: the file, its members beside the manifest, its size in bytes and its SHA-256."""

    file: Path
    members: int
    size: int
    sha256: str


def pack(config: Config, dataset: str | None = None, out: Path | None = None, ontology: Path | None = None) -> Packed:
    """Write a dataset's chip to `out`, or beside the dataset. ontology: the root file, where it is not where it was.

    Raises NoDataset, NotAsPressed, NotWritten.
    """
    folder = dataset_folder(config, dataset)
    report = _report(folder)
    file = out or folder.with_name(folder.resolve().name + SUFFIX)
    with tempfile.TemporaryDirectory() as scratch:
        about, members = chip_members(config, folder, report, Path(scratch), ontology)
        with aside(file) as part, part.open("wb") as opened:
            write_chip(opened, about, members)
    return Packed(file, len(members), file.stat().st_size, file_sha256(file))


def chip_members(
    config: Config, folder: Path, report: Mapping[str, Any], scratch: Path, ontology: Path | None = None
) -> tuple[dict[str, Any], list[Member]]:
    """What a chip says about itself, and its members. scratch: a folder for what is made on the way."""
    root_file = _root_file(config, folder, report, ontology)
    pressed = _as_pressed(config, report)
    _require_unchanged(pressed, folder, report, root_file)
    gathered = gather(read_root(root_file), allow_network=False)
    scenes = {_inside(config, config.root / name, "scenes"): config.root / name for name in config.scenes}
    options = replace(pressed, ontology=report["sources"][0]["name"], templates="templates", scenes=tuple(scenes),
                      allow_network=False)  # fmt: skip
    members = [
        Member(FILE_NAME, as_toml(options).encode()), Member("README.md", _readme(report).encode()),
        *_sources(config, report, gathered), *(Member(name, path) for name, path in scenes.items()),
        *(Member(f"templates/{name}", path) for name, path in template_files(config).items()),
        *_dataset(folder, report), *_ledger(config.root / "ledger", report, logical_version(load(root_file)), scratch),
    ]  # fmt: skip
    names = [member.name for member in members]
    for name in names:
        if names.count(name) > 1:
            raise NotAsPressed(name, "two of its files have this name in the chip", "Rename one, and press again.")
    about = {
        "what": "a data chip of Lithograph", "code_version": report["code_version"], "packed_by": __version__,
        "program": program_hash(), "name": report["name"], "dataset": report["dataset"], "build": report["id"],
        "ontology": report["ontology"]["id"], "recipe": sha256_hex(canonical_json(report["recipe"])),
        "oracle": "its answers lie in ledger/oracle and ledger/consistency.json" if VERDICTS in names
                  else "it was not asked, or what it says is asked again",
    }  # fmt: skip
    return about, members


def _report(folder: Path) -> dict[str, Any]:
    try:
        report = json.loads((folder / "build.json").read_text(encoding="utf-8"))
        return {key: report[key] for key in (*report, "id", "name", "sources", "shards", "recipe", "ontology")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotAsPressed(folder / "build.json", f"its report cannot be read: {error}") from None


def _root_file(config: Config, folder: Path, report: Mapping[str, Any], given: Path | None) -> Path:
    """The root ontology file, as it was pressed: the one given, of the project, or named in the dataset's note."""
    if not report["sources"]:
        raise NotAsPressed(folder, "its report names no ontology file")
    root = report["sources"][0]
    named = config.root / root["name"]
    candidates = [given] if given else [named] if named.is_file() else [ontology_path(config), *_noted(folder)]
    for path in candidates:
        if path.is_file() and file_sha256(path) == root["sha256"]:
            return path
    raise NotAsPressed(given or root["name"], "the ontology file is not here, or not as it was pressed",
                       "Give it with --ontology, or press again.")  # fmt: skip


def _noted(folder: Path) -> list[Path]:
    try:
        return [Path(json.loads(note_path(folder).read_text(encoding="utf-8"))["root"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _as_pressed(config: Config, report: Mapping[str, Any]) -> Config:
    """The project's options, with those of the recipe that the dataset was pressed by."""
    known: dict[str, Any] = {field.name: getattr(config, field.name) for field in fields(config)}
    options = report["recipe"].get("options", {})
    values: dict[str, Any] = {
        k: tuple(v) if isinstance(known[k], tuple) else v for k, v in options.items() if k in known
    }
    return replace(config, **(values | {"dataset": report["name"]}))


def _require_unchanged(config: Config, folder: Path, report: Mapping[str, Any], root_file: Path) -> None:
    """Refuse a dataset whose own files, templates, scenes or calibration are not those that its report names."""
    hashes = {shard["file"]: shard["sha256"] for shard in report["shards"]}
    for name in (*hashes, *OTHERS):
        if not (folder / name).is_file():
            raise NotAsPressed(folder / name, "the file is missing")
        if name in hashes and file_sha256(folder / name) != hashes[name]:
            raise NotAsPressed(folder / name, "the shard is not as it was pressed")
    if not recorded(config.root / "ledger", report["id"]):
        raise NotAsPressed(config.root / "ledger", f"the build {report['slug']} is not recorded")
    if report["code_version"] != __version__:
        raise NotAsPressed(folder, f"it was pressed by lithograph {report['code_version']}, this is {__version__}")
    if is_fresh(config, folder, root_file):
        return
    recipe = report["recipe"]
    if read_calibration(folder / "calibration.json").hash != recipe["calibration"]:
        raise NotAsPressed(folder / "calibration.json", "the calibration is not that of the build")
    scenes = gather_scenes(config, load(root_file))
    if sorted(_scene_urns(scenes)) != recipe["scenes"]:
        raise NotAsPressed(folder, "the scenes have changed since")
    asked = {room: [t.id for t in asking_templates(config, room)] for room in (PROBES, PRACTICE)}
    printed = {t.id for t in gather_templates(config, scenes)}
    if not set(recipe["templates"]) <= printed or any(recipe[room] != ids for room, ids in asked.items()):
        raise NotAsPressed(folder, "the templates have changed since")


def _scene_urns(scenes: Iterable[Scene]) -> Iterator[str]:
    return (urn_of("scene", scene_json(scene)) for scene in scenes)


def _inside(config: Config, path: Path, otherwise: str = "") -> str:
    """The name of a file in the chip: its path in the project, or its bare name (in a folder) where it lies outside."""
    path, root = path.resolve(), config.root.resolve()
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return f"{otherwise}/{path.name}" if otherwise else path.name


def _sources(config: Config, report: Mapping[str, Any], gathered: Gathered) -> Iterator[Member]:
    """The ontology's files under the names that the report gives them, and a catalog that finds the imports."""
    free = [(source["name"], source["sha256"]) for source in report["sources"]]
    held: dict[Path, str] = {}
    for document in gathered.documents:
        path, digest = document.source.path.resolve(), document.source.sha256
        fitting = sorted((name != _inside(config, path), name) for name, sha256 in free if sha256 == digest)
        if not fitting or not path.is_file():
            raise NotAsPressed(_inside(config, path), "an imported file is not as it was pressed", "Press again.")
        held[path] = fitting[0][1]
        free.remove((held[path], digest))
        yield Member(held[path], path)
    for name, _ in sorted(free):
        raise NotAsPressed(name, "an imported file is not found any more, or came from the network",
                           "Put it beside the ontology, and press again.")  # fmt: skip
    if gathered.places:
        folder = Path(held[gathered.documents[0].source.path.resolve()]).parent
        yield Member((folder / CATALOG).as_posix(), _catalog(gathered, held, folder).encode())


def _catalog(gathered: Gathered, held: Mapping[Path, str], folder: Path) -> str:
    """An XML catalog from every imported IRI to its file, relative to the root ontology's folder in the chip."""
    up = "../" * len(folder.parts)
    lines = []
    for iri, path in sorted(gathered.places.items()):
        name = held[path]
        near = Path(name).relative_to(folder).as_posix() if Path(name).is_relative_to(folder) else up + name
        lines.append(f"    <uri name={quoteattr(iri)} uri={quoteattr(quote(near))}/>\n")
    return ('<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
            '<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">\n'
            f"{''.join(lines)}</catalog>\n")  # fmt: skip


def _dataset(folder: Path, report: Mapping[str, Any]) -> Iterator[Member]:
    for name in (*OTHERS, *(shard["file"] for shard in report["shards"])):
        yield Member(f"datasets/{report['name']}/{name}", folder / name)


def _ledger(ledger: Path, report: Mapping[str, Any], version: str, scratch: Path) -> Iterator[Member]:
    """The build's own columns, as if it were the only one; and what the oracle answered about this ontology.

    version: of what the ontology says logically.
    """
    for path in alone(ledger, key_of(report["id"]), scratch):
        yield Member(f"ledger/{path.relative_to(scratch).as_posix()}", path)
    answers = ledger / "oracle" / f"{version}.json"
    if answers.is_file():
        yield Member(f"ledger/oracle/{version}.json", answers)
    try:
        kept = json.loads((ledger / "consistency.json").read_text(encoding="utf-8"))
        verdict = {"format": kept["format"], "verdicts": {version: kept["verdicts"][version]}}
    except (OSError, ValueError, KeyError, TypeError):
        return
    yield Member(VERDICTS, (json.dumps(verdict, indent=1, sort_keys=True) + "\n").encode())


def _readme(report: Mapping[str, Any]) -> str:
    rows = sum(split["rows"] for split in report["splits"].values())
    return f"""# {report["name"]}: a data chip

{rows:,} training examples, with everything they were pressed from, by Lithograph {report["code_version"]}.

| here | what it is |
| --- | --- |
| `MANIFEST.json` | every file with its size and SHA-256, and the ids of dataset, build and ontology |
| `datasets/{report["name"]}/` | the dataset: Parquet, card, `croissant.json`, report |
| `lithograph.toml`, `templates/`, the ontology's files, their catalog | what it was pressed from, every option stated |
| `ledger/` | where each example comes from; what the reasoner answered, so that pressing again asks none |

This folder is a project of Lithograph:

    lithograph dataset                    press again: the same bytes
    lithograph query coverage             ask where the examples come from
    lithograph trace random               from a sentence back to the axioms
    lithograph train                      teach it to a model

`lithograph unpack FILE DIR --verify` checks every byte and presses it again. Without Lithograph: the archive is a plain
tar, and any Parquet reader opens the dataset. The licences of the sources stand in the dataset's `README.md`.
"""

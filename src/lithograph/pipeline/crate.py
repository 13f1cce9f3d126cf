"""A run as an RO-Crate: a folder that a stranger can read without the program, after the Process Run Crate profile.

Source: RO-Crate 1.2, Process Run Crate 0.5. `rocrate` writes it; the times are those of the run, so that the same run
gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lithograph.core.errors import LithographError
from lithograph.core.identity import file_sha256
from lithograph.ledger.columns import read_all, rows_of
from lithograph.ledger.record import builds
from lithograph.ledger.resolve import run_row_called
from lithograph.ledger.shape import source_urn

if TYPE_CHECKING:
    from rocrate.model.contextentity import ContextEntity
    from rocrate.model.entity import Entity
    from rocrate.rocrate import ROCrate

VERSION = "1.2"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
METADATA = "ro-crate-metadata.json"
_MEDIA = {".json": "application/json", ".md": "text/markdown", ".svg": "image/svg+xml",
          ".parquet": "application/vnd.apache.parquet"}  # fmt: skip


class RunGone(LithographError):
    """A run that is recorded and whose folder is not there."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "the run is recorded, but its folder is not here", cure="Put it back, or train again.")


class DatasetGone(LithographError):
    """A run's dataset that is not there, or was pressed anew since."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "the dataset that the run learned from does not lie here",
                         facts="it is missing, or was pressed anew since", cure="Give it with --dataset.")  # fmt: skip


def write_crate(project: Path, run: str, folder: Path, dataset: Path | None = None) -> str:
    """Write a run's crate into a folder that does not exist yet; the run's name. `run` by urn, slug or `latest`.

    Raises EmptyLedger, NothingCalled, RunGone, DatasetGone.
    """
    ledger = project / "ledger"
    row = run_row_called(ledger, run)
    there = project / "runs" / row["slug"]
    if not (there / "run.json").is_file():
        raise RunGone(there)
    said = json.loads((there / "run.json").read_text(encoding="utf-8"))
    build = next((b for b in builds(ledger) if b["dataset"] == row["dataset"]), {})
    data = dataset or project / "datasets" / str(build.get("dataset_name", said["dataset"]["name"]))
    _require_dataset(data, row["dataset"])
    clocks = {t["activity"]: t for t in rows_of(read_all(ledger, "times"))}
    crate = _crate(row, said, build)
    parts = {"dataset": _folder(crate, data, "dataset/", name=f"dataset {data.resolve().name}",
                                identifier=row["dataset"])}  # fmt: skip
    for name in ("adapter", "steps"):
        if (there / name).is_dir():
            parts[name] = _folder(crate, there / name, f"{name}/", name=_NAMES[name])
    for name in ("run.json", "before_after.json"):
        if (there / name).is_file():
            parts[name] = _file(crate, there / name, name, _NAMES[name])
    _describe(crate, parts, row, build, clocks)
    crate.write(folder)
    return str(row["slug"])


_NAMES = {"adapter": "the adapter: LoRA weights and their card", "steps": "every example of every step, with its loss",
          "run.json": "the run: options, versions, facts, times, results",
          "before_after.json": "losses and answers with the adapter off and on"}  # fmt: skip


def _require_dataset(folder: Path, wanted: str) -> None:
    try:
        report = json.loads((folder / "build.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise DatasetGone(folder) from None
    if wanted not in (report.get("dataset"), report.get("id")):
        raise DatasetGone(folder)


def _crate(row: Mapping[str, Any], said: Mapping[str, Any], build: Mapping[str, Any]) -> ROCrate:
    """An empty crate that says what it is about."""
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=VERSION)
    times = said.get("times", {})
    licences = {s["licence"] for s in build.get("sources", ()) if s["licence"]} | {row["model_licence"] or "not stated"}
    crate.name = f"training run {row['slug']}"
    crate.description = (f"A LoRA adapter trained on {said['dataset']['name']}, with the dataset it learned from, "
                         "every step it took, and where each came from.")  # fmt: skip
    crate.license = "Of the ontology's sources and the base model: " + "; ".join(sorted(licences))
    crate.datePublished = times.get("ended") or times.get("started") or "1970-01-01T00:00:00+00:00"
    crate.root_dataset["identifier"] = row["id"]
    crate.root_dataset["conformsTo"] = crate.add(
        ContextEntity(crate, PROFILE, properties={"@type": "CreativeWork", "name": "Process Run Crate",
                                                  "version": PROFILE.rsplit("/", 1)[-1]})
    )  # fmt: skip
    return crate


def _file(crate: ROCrate, path: Path, name: str, said: str = "") -> Entity:
    properties = {"name": said or name, "contentSize": str(path.stat().st_size), "sha256": file_sha256(path)}
    if path.suffix in _MEDIA:
        properties["encodingFormat"] = _MEDIA[path.suffix]
    return crate.add_file(path, name, properties=properties)


def _folder(crate: ROCrate, path: Path, place: str, **properties: str) -> Entity:
    """A folder, with each of its files listed."""
    folder = crate.add_dataset(dest_path=place, properties=properties)
    files = [_file(crate, file, place + file.relative_to(path).as_posix())
             for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith(".")]  # fmt: skip
    folder["hasPart"] = files
    return folder


def _describe(crate: ROCrate, parts: Mapping[str, Entity], row: Mapping[str, Any], build: Mapping[str, Any],
              clocks: Mapping[str, Mapping[str, Any]]) -> None:  # fmt: skip
    """The base model, the ontology's files, and the two actions: pressing and training."""
    model = _thing(crate, row["model"], "CreativeWork", name=row["model_name"], license=row["model_licence"],
                   additionalType="https://w3id.org/fair4ml#MLModel")  # fmt: skip
    results = [parts[name] for name in ("adapter", "steps", "run.json", "before_after.json") if name in parts]
    train = _action(crate, "#train", f"train {row['slug']}", row, clocks, [parts["dataset"], model], results)
    train["identifier"] = row["id"]
    train["actionStatus"] = ("http://schema.org/CompletedActionStatus" if row["status"] == "finished"
                             else "http://schema.org/PotentialActionStatus")  # fmt: skip
    actions = [train]
    if "adapter" in parts:
        parts["adapter"]["identifier"] = row["adapter"]
        parts["adapter"]["isBasedOn"] = [parts["dataset"], model]
    if build:
        sources = [_thing(crate, source_urn(s), "CreativeWork", name=s["name"], sha256=s["sha256"],
                          encodingFormat=s["syntax"], license=s["licence"], about=s["iri"])
                   for s in build["sources"]]  # fmt: skip
        press = _action(crate, "#press", f"press {build['slug']}", build, clocks, sources, [parts["dataset"]])
        press["identifier"] = build["id"]
        press["actionStatus"] = "http://schema.org/CompletedActionStatus"
        parts["dataset"]["isBasedOn"] = sources
        actions.append(press)
    crate.root_dataset["mentions"] = actions


def _thing(crate: ROCrate, urn: str, kind: str, **said: str | None) -> ContextEntity:
    from rocrate.model.contextentity import ContextEntity

    known = {key: value for key, value in said.items() if value}
    return crate.add(ContextEntity(crate, urn, properties={"@type": kind, **known}))


def _action(crate: ROCrate, identifier: str, name: str, row: Mapping[str, Any],
            clocks: Mapping[str, Mapping[str, Any]], used: list[Any], made: list[Any]) -> ContextEntity:  # fmt: skip
    """Something the program did, with its times."""
    version = row["code_version"] or "unknown"
    program = _thing(crate, f"urn:litho:software:{version}", "SoftwareApplication", name="lithograph",
                     softwareVersion=version, url="https://w3id.org/lithograph")  # fmt: skip
    clock = clocks.get(row["id"], {})
    times = {key: clock[value] for key, value in (("startTime", "started"), ("endTime", "ended")) if clock.get(value)}
    return crate.add_action(program, identifier, object=used, result=made, properties={
        "@type": "CreateAction", "name": name, **times})  # fmt: skip

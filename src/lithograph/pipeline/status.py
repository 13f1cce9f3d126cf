"""Why anything of a project would be made anew: datasets, runs, adapters, the ledger's view. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lithograph.config import Config
from lithograph.core.errors import LithographError
from lithograph.ledger.columns import read_all, rows_of
from lithograph.ledger.record import builds, recorded
from lithograph.ledger.view import view_standing
from lithograph.pipeline.affected import Affected, Printed, affected
from lithograph.pipeline.diff import diff
from lithograph.pipeline.diff_told import affected_values, percent, summary
from lithograph.pipeline.fresh import Reason, build_of, root_of, standing
from lithograph.pipeline.stale import stale_axioms
from lithograph.pipeline.stone import ontology_path
from lithograph.screen import Section

FINISHED = "finished"
"""The status of a run with nothing left to do, as training writes it."""


@dataclass(frozen=True, slots=True)
class DatasetStatus:
    """A dataset: why it would be pressed again (never, where it is fresh), and what changed without any effect."""

    name: str
    reasons: tuple[Reason, ...]
    remarks: tuple[Reason, ...]

    @property
    def fresh(self) -> bool:
        """Whether nothing would be pressed."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A training run. dataset_changed: whether the newest build of its dataset is another than it learned from; None
    where the ledger does not know that dataset. affected: how far its adapter is from that build.
    """

    slug: str
    status: str
    dataset: str
    adapter: str | None
    dataset_changed: bool | None = None
    affected: Affected | None = None

    @property
    def finished(self) -> bool:
        """Whether it has nothing left to do."""
        return self.status == FINISHED

    @property
    def stale(self) -> bool | None:
        """Whether its adapter learned what is no longer so; None where that is not known."""
        return None if self.affected is None else self.affected.stale


@dataclass(frozen=True, slots=True)
class Status:
    """A project's standing; datasets by name, runs the oldest first."""

    datasets: tuple[DatasetStatus, ...]
    runs: tuple[RunStatus, ...]
    view: str


def project_status(config: Config) -> Status:
    """Why anything of a project would be made anew. Raises LithographError for a ledger that cannot be read."""
    ledger = config.root / "ledger"
    folders = sorted(p.parent for p in (config.root / "datasets").glob("*/build.json"))
    own = config.root / "datasets" / config.dataset
    folders = sorted({*(f for f in folders if not f.name.startswith(".")), own})
    return Status(
        tuple(_dataset(replace(config, dataset=folder.name), folder, folder == own) for folder in folders),
        tuple(_runs(config.root / "runs", ledger)),
        view_standing(ledger),
    )


def _dataset(config: Config, folder: Path, own: bool) -> DatasetStatus:
    """A dataset by the project's options and its ontology: the project's own, or the one it was made from."""
    file = ontology_path(config) if own else root_of(folder) or ontology_path(config)
    found = standing(config, folder, file)
    reasons = [_explained(config, reason, folder, file) for reason in found.reasons]
    build = build_of(folder)
    if not reasons and (build is None or not recorded(config.root / "ledger", build)):
        reasons = [Reason("dataset", "", "the ledger does not know its build")]
    return DatasetStatus(folder.name, tuple(reasons), found.remarks)


def _explained(config: Config, reason: Reason, folder: Path, file: Path) -> Reason:
    """A reason with the numbers of axioms that moved, where it is about axioms and the ledger knows the old ones."""
    build = build_of(folder)
    if reason.kind != "ontology" or not reason.change.startswith("other ") or build is None:
        return reason
    try:
        found = diff(config, build, str(file), claims=False, examples=False)
    except LithographError:
        return reason
    return reason if found.same else replace(reason, change=f"{reason.change}: {summary(found)}")


def _runs(folder: Path, ledger: Path) -> Iterator[RunStatus]:
    """The runs that are recorded, then those that only have a folder. A run's folder says best how far it has come."""
    by_dataset = {str(build["dataset"]): build for build in builds(ledger)}
    newest = {str(build["dataset_name"]): build for build in builds(ledger)}
    on_disk = {run["id"]: run for path in sorted(folder.glob("*/run.json")) if (run := _run_json(path))}
    age = {r["activity"]: r["sequence"] for r in rows_of(read_all(ledger, "times", ["activity", "sequence"]))}
    printed: dict[str, Printed] = {}
    learned = {adapter.adapter: adapter for adapter in stale_axioms(ledger)}

    def columns(build: Mapping[str, Any]) -> Printed:
        key = str(build["id"])
        if key not in printed:
            printed[key] = Printed.of(ledger, build)
        return printed[key]

    for run in sorted(rows_of(read_all(ledger, "runs")), key=lambda r: (age.get(r["id"], 0), r["id"])):
        build = by_dataset.get(run["dataset"])
        disk = on_disk.pop(run["slug"], {})
        name = str(build["dataset_name"]) if build else str(_of(disk, "dataset", "name") or run["dataset"])
        found = RunStatus(run["slug"], str(disk.get("status") or run["status"]), name, run["adapter"])
        if build is not None:
            now = newest[name]
            held = affected(ledger, run, columns(build), columns(now)) if run["adapter"] else None
            gone = learned.get(run["adapter"])
            if held is not None and gone is not None:  # also what the adapters that it continues had learned
                axioms = tuple(sorted(axiom.display for axiom in gone.axioms))
                held = replace(held, retired=axioms, retired_share=gone.share)
            found = replace(found, dataset_changed=now["dataset"] != run["dataset"], affected=held)
        yield found
    for slug, run in sorted(on_disk.items()):
        yield RunStatus(slug, str(run.get("status")), str(_of(run, "dataset", "name") or ""), None)


def _run_json(path: Path) -> dict[str, Any] | None:
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return run if isinstance(run, dict) and isinstance(run.get("id"), str) else None


def _of(run: Mapping[str, Any], what: str, name: str) -> object:
    part = run.get(what)
    return part.get(name) if isinstance(part, Mapping) else None


# ---- told ------------------------------------------------------------------------------------------------------------


def told(status: Status, limit: int) -> list[Section]:
    """What a user is told."""
    sections = [Section("Datasets", ("dataset", "", "why"), tuple(_dataset_rows(status.datasets)))]
    if status.runs:
        sections.append(Section("Runs", ("run", "dataset", "state"), tuple(_run_row(run) for run in status.runs)))
    held = [run for run in status.runs if run.affected is not None]
    if held:
        sections.append(
            Section(
                "Adapters, by share of their training",
                ("run", "", "on what no longer holds", "on what was reworded", "on axioms that went"),
                tuple(_adapter_row(run) for run in held),
            )
        )
    for run in held:
        if run.affected and run.affected.retired:
            rows = tuple((axiom,) for axiom in run.affected.retired)
            title = f"Axioms that {run.slug} learned and that are no longer asserted: {len(rows):,}"
            sections.append(Section(title, ("axiom",), rows))
    return [*(section.first(limit) for section in sections), Section(f"The ledger's view: {status.view}")]


def _dataset_rows(datasets: Sequence[DatasetStatus]) -> Iterator[tuple[str, str, str]]:
    for dataset in datasets:
        state = "fresh" if dataset.fresh else "would be pressed"
        lines = [str(reason) for reason in (*dataset.reasons, *dataset.remarks)] or [""]
        for number, line in enumerate(lines):
            yield (dataset.name, state, line) if number == 0 else ("", "", line)


def _run_row(run: RunStatus) -> tuple[str, str, str]:
    state = run.status if run.finished else f"{run.status}: goes on with `lithograph train`"
    if run.finished and run.dataset_changed is not False:
        state += ", its dataset has changed since" if run.dataset_changed else ", its dataset is not recorded"
    return run.slug, run.dataset, state


def _adapter_row(run: RunStatus) -> tuple[str, ...]:
    held = run.affected
    if held is None:
        return run.slug, "", "", "", ""
    state = "stale" if held.stale else "fresh"
    return run.slug, state, percent(held.gone), percent(held.reworded), percent(held.retired_share)


def as_values(status: Status) -> dict[str, Any]:
    """The same as JSON values."""

    def values(reasons: Sequence[Reason]) -> list[dict[str, str]]:
        return [{"kind": r.kind, "what": r.what, "change": r.change} for r in reasons]

    return {
        "datasets": [{"name": d.name, "fresh": d.fresh, "reasons": values(d.reasons), "remarks": values(d.remarks)}
                     for d in status.datasets],
        "runs": [{"run": r.slug, "status": r.status, "dataset": r.dataset, "adapter": r.adapter,
                  "dataset_changed": r.dataset_changed,
                  "learned": affected_values(r.affected) if r.affected else None} for r in status.runs],
        "view": status.view,
    }  # fmt: skip

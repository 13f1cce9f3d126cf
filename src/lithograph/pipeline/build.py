"""Forme to dataset: shards, card, build report, and the build's record in the ledger.

A build is pressed aside and moved into place in one step, so whatever stood under its name stands until then.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from lithograph import __version__
from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, Progress, StageReport, silent
from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, digest_of_set, file_sha256, urn_of
from lithograph.ledger.ask import Ledger
from lithograph.ledger.leaks import require_no_leaks
from lithograph.ledger.record import (
    BuildRecord,
    OntologyRecord,
    ShardRecord,
    SourceRecord,
    SplitRecord,
    Times,
    recorded,
)
from lithograph.ledger.record import identified as with_id
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.graph import Truth
from lithograph.pipeline import coverage
from lithograph.pipeline.asked import Judge, engine_of, ready
from lithograph.pipeline.certificate import write_certificate
from lithograph.pipeline.coverage import Covered, axiom_coverage
from lithograph.pipeline.forme import RENDERER, Forme, lock_up, retuned
from lithograph.pipeline.fresh import drop_note, heard, write_note
from lithograph.pipeline.pressed import Pieces
from lithograph.pipeline.probing import asking_templates, write_asked
from lithograph.pipeline.record import ledger_tables
from lithograph.pipeline.stone import ontology_path
from lithograph.pipeline.swap import aside_of, only_one, swap
from lithograph.pipeline.tally import Tally, silences, tallied
from lithograph.probes.practice import Practised
from lithograph.render.describe import describe
from lithograph.render.pieces import LEDGER, Piece, asked_in
from lithograph.render.settle import Settled, counted, settle
from lithograph.render.shards import ShardFile, name_shards, press_pieces
from lithograph.render.templates import PRACTICE, PROBES
from lithograph.render.variety import variety_of
from lithograph.scenes.declaration import Scene
from lithograph.select.calibration import FILE_NAME as CALIBRATION
from lithograph.select.calibration import read_calibration
from lithograph.select.choose import SPLITS
from lithograph.select.feedback import followed, read_results

ATTEMPTS = 3
"""How often at most a dataset is pressed until it meets its budget."""


class NotWritten(LithographError):
    """A dataset that the disk did not take: full, read-only, forbidden, a file in its way. What stood there stands."""

    def __init__(self, place: Path, error: OSError) -> None:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        cure = f"{'Make room' if full else 'Look what is in the way'}, or give --out another folder."
        super().__init__(place, f"the dataset could not be written: {_reason(error)}",
                         facts="what stood there before still stands", cure=cure)  # fmt: skip


class NotADataset(LithographError):
    """A folder that holds something else: a build would replace it."""

    def __init__(self, place: Path, found: str) -> None:
        super().__init__(place, "the folder holds something that is no dataset", facts=f"it holds {found}",
                         cure="Give --out a new folder, or empty this one.")  # fmt: skip


class WorkerDied(LithographError):
    """A worker's process that was ended from outside, mostly for want of memory."""

    def __init__(self, place: Path, workers: int) -> None:
        super().__init__(place, "a worker's process was killed before its shard was whole",
                         facts="what stood there before still stands",
                         cure=f"Give fewer --workers than {workers}, or a smaller shard_instances.")  # fmt: skip


class NothingToPrint(LithographError):
    """An ontology of which no scene can say anything."""

    def __init__(self, place: Path, reasons: Mapping[str, int]) -> None:
        facts = ", ".join(f"{reason}: {count}" for reason, count in sorted(reasons.items())) or "no scene matches"
        cure = "Give its entities labels in one of the `languages`, or relations between them."
        super().__init__(place, "no example can be printed from this ontology", facts=facts, cure=cure)


@dataclass(frozen=True, slots=True)
class Build:
    """A finished dataset: where it lies, what is in it; not `fresh` where nothing had changed since the last build."""

    folder: Path
    record: BuildRecord
    report: Mapping[str, object]
    seconds: float
    fresh: bool = True

    @property
    def examples(self) -> int:
        """How many examples there are in all splits."""
        return sum(split.rows for split in self.record.splits.values())


def press(
    config: Config,
    *,
    ontology: Path | None = None,
    out: Path | None = None,
    workers: int = 0,
    force: bool = False,
    recalibrate: bool = False,
    feedback: Path | None = None,
    judge: Judge | None = None,
    listener: Listener = silent,
) -> Build:
    """Press a dataset: `datasets/NAME/` of the project, or `out`, recorded in the project's ledger.

    workers: 0 takes one a core where there is more than one shard. force: also where nothing has changed. recalibrate:
    measure by the ontology as it is, not by the calibration that an earlier build left. feedback: results on
    development probes to weigh scenes by. judge: who knows the status of claims in question; without one the engine
    does.
    Raises LithographError; what stood in the folder before stands until the new dataset is whole.
    """
    started, began = time.perf_counter(), datetime.now(UTC)
    folder = out or config.root / "datasets" / config.dataset
    folder = folder if folder.name not in ("", "..") else folder.resolve()
    root_file = ontology or ontology_path(config)
    with _written_or_error(folder), only_one(folder):
        _require_dataset(folder)
        ledger = Ledger(config.root / "ledger")
        results = read_results(feedback) if feedback else {}
        found = None if force or recalibrate or results else heard(config, folder, root_file, listener)
        if found and not found.reasons:
            report = json.loads((folder / "build.json").read_text(encoding="utf-8"))
            if recorded(ledger.path, report["id"]):
                return Build(folder, _read_record(report), report, time.perf_counter() - started, fresh=False)
        judge = judge or engine_of(config, keep=True)
        stone = ready(config, listener, root_file, keep=True, judge=judge, loaded=found.loaded if found else None)
        kept = folder / CALIBRATION
        calibration = read_calibration(kept) if kept.is_file() and not recalibrate else None
        factors = followed(calibration.factors if calibration else {}, results) if results else None
        forme = lock_up(config, stone, listener, calibration=calibration, factors=factors)
        if not forme.printable:
            raise NothingToPrint(stone.path, forme.mute() | _by_reason(forme.dropped))
        store, aside = Pieces.beside(folder, config, forme), aside_of(folder)
        try:
            record, report, forme, settled, covered = _write(
                config, forme, aside, folder.name, workers, listener, store, judge
            )
            tables = ledger_tables(forme, aside, settled, covered, asking_templates(config, PRACTICE))
            times = Times(began.isoformat(timespec="seconds"), datetime.now(UTC).isoformat(timespec="seconds"),
                          platform.platform())  # fmt: skip
            drop_note(folder)  # from here until the swap nothing is fresh: a killed build is made again
            ledger.record_build(record, tables, times, aside)  # before the swap: if it fails, the old dataset stands
            shutil.rmtree(aside / LEDGER)
            write_note(config, stone.ontology, folder, root_file, aside)
            store.prune()
            swap(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return Build(folder, record, report, time.perf_counter() - started)


def _write(
    config: Config, forme: Forme, aside: Path, name: str, workers: int, listener: Listener, store: Pieces, judge: Judge
) -> tuple[BuildRecord, Mapping[str, object], Forme, Settled, Covered]:
    """Press all pieces and settle them; once more with other thresholds where a budget was missed by far."""
    for attempt in range(ATTEMPTS):
        asked, settled, started = _pressed(config, forme, aside, name, workers, listener, store)
        printed = np.bincount(settled.marks["cast"], minlength=len(forme.types.casts)).tolist()
        by_scene = {cast.scene.name: n for cast, n in zip(forme.types.casts, printed, strict=True)}
        other = retuned(config, forme, by_scene) if forme.wanted and attempt + 1 < ATTEMPTS else None
        if other is None:
            break
        listener(
            Notice("press", f"{sum(printed)} examples for a budget of {sum(forme.wanted.values())}: pressed again")
        )
        forme = other
        shutil.rmtree(aside)
    asked_for, practice = write_asked(config, forme, aside, judge, listener)
    files = name_shards(aside)
    tallies = tallied(forme.types, asked, (*forme.bounded, *settled.decisions), settled.marks,
                      _by_scene(forme, practice))  # fmt: skip
    if not files:
        raise NothingToPrint(forme.stone.path, silences(tallies) | _by_reason(forme.dropped))
    record = _record(config, forme, files, name)
    covered = axiom_coverage(forme, settled, practice)
    report = _report(forme, record, settled, tallies, practice) | {
        "coverage": coverage.told(forme, settled, practice, covered, aside),
        "variety": variety_of((aside / f.file for f in files), store.variety),
        "held_out": write_certificate(config, forme, aside, tallies),
        "probes": asked_for,
    }  # fmt: skip
    describe(report, aside)
    (aside / CALIBRATION).write_text(forme.calibration.text(), encoding="utf-8")
    (aside / "build.json").write_text(json.dumps(report, indent=1, ensure_ascii=False, sort_keys=True) + "\n",
                                      encoding="utf-8")  # fmt: skip
    require_no_leaks(aside)
    for what, why in sorted(forme.held.shrunk.items()):
        listener(Notice("splits", f"{what}: {why}"))
    came = sum(t.asked for t in tallies.values())
    listener(StageReport("press", came, len(settled.marks), silences(tallies), time.perf_counter() - started))
    return record, report, forme, settled, covered


def _pressed(
    config: Config, forme: Forme, aside: Path, name: str, workers: int, listener: Listener, store: Pieces
) -> tuple[Counter[int], Settled, float]:
    started = time.perf_counter()

    def done(finished: int, of: int, piece: Piece) -> None:
        listener(Progress("press", finished, of, f"{len(piece.marks)} examples"))

    workers, size = workers or os.cpu_count() or 1, config.shard_instances
    try:
        pieces = press_pieces(forme.types, aside, size, workers, done, store)
    except BrokenProcessPool:
        raise WorkerDied(aside.with_name(name), workers) from None
    return asked_in(pieces), settle(forme.types, pieces, aside, size, store.known), started


def _by_reason(dropped: Mapping[tuple[str, str], int]) -> dict[str, int]:
    out: Counter[str] = Counter()
    for (_, reason), count in dropped.items():
        out[reason] += count
    return dict(sorted(out.items()))


def _by_scene(forme: Forme, practice: Practised) -> Counter[str]:
    """Name of a scene -> how many questions of practice are of it."""
    names = {scene.iri: scene.name for scene in forme.scenes}
    return Counter(names[iri] for iri in practice.examples["scene"].to_pylist())


def _record(config: Config, forme: Forme, files: Sequence[ShardFile], name: str) -> BuildRecord:
    ontology = forme.stone.ontology
    recipe: dict[str, object] = {
        "options": config.recipe(), "renderer": RENDERER, "calibration": forme.calibration.hash,
        "templates": sorted({t.id for t in forme.templates}),
        **{room: [t.id for t in asking_templates(config, room)] for room in (PROBES, PRACTICE)},
        "scenes": sorted(urn_of("scene", scene_json(s)) for s in forme.scenes),
    }  # fmt: skip
    splits = {
        split: SplitRecord(f"urn:litho:split:{digest_of_set(f.sha256 for f in files if f.split == split)}",
                           sum(f.rows for f in files if f.split == split))
        for split in SPLITS
    }  # fmt: skip
    return with_id(
        BuildRecord(
            id="", slug=f"{name}-{ontology.version[:8]}", dataset_name=name,
            dataset=f"urn:litho:dataset:{digest_of_set(f.sha256 for f in files)}",
            ontology=OntologyRecord(ontology.id, ontology.iri, ontology.version, ontology.missing_imports),
            sources=_sources(config, ontology), recipe=recipe, code_version=__version__, splits=splits,
            shards=tuple(ShardRecord(f.file, f.sha256, f.rows) for f in files),
        )
    )  # fmt: skip


def scene_json(scene: Scene) -> str:
    """A scene as canonical JSON: what its id is made of."""
    return canonical_json(asdict(scene))


def _read_record(report: Mapping[str, Any]) -> BuildRecord:
    """The record of a build from its report."""
    ontology = report["ontology"]
    return BuildRecord(
        id=report["id"], slug=report["slug"], dataset_name=report["name"], dataset=report["dataset"],
        ontology=OntologyRecord(ontology["id"], ontology["iri"], ontology["version"],
                                tuple(ontology["missing_imports"])),
        sources=tuple(SourceRecord(**source) for source in report["sources"]), recipe=report["recipe"],
        code_version=report["code_version"],
        splits={role: SplitRecord(report["splits"][role]["id"], report["splits"][role]["rows"])
                for role in SPLITS if role in report["splits"]},
        shards=tuple(ShardRecord(**shard) for shard in report["shards"]),
    )  # fmt: skip


def _sources(config: Config, ontology: Ontology) -> tuple[SourceRecord, ...]:
    def name(path: Path) -> str:
        path, root = path.resolve(), config.root.resolve()
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name

    return tuple(SourceRecord(name(s.path), s.iri, s.sha256, s.syntax, s.licence) for s in ontology.sources)


def _report(
    forme: Forme, record: BuildRecord, settled: Settled, tallies: Mapping[str, Tally], practice: Practised
) -> dict[str, object]:
    """The build report: everything a reader of build.json or of the card asks for, and nothing that a clock moves."""
    counts = counted(forme.types, settled.marks)
    for column, values in counts.items():
        values.update(practice.examples[column].to_pylist())
    graph, ontology = forme.stone.graph, forme.stone.ontology
    return {
        "id": record.id, "dataset": record.dataset, "name": record.dataset_name, "slug": record.slug,
        "code_version": record.code_version, "recipe": record.recipe,
        "ontology": {
            "id": ontology.id, "iri": ontology.iri, "version": ontology.version, "axioms": len(ontology),
            "missing_imports": list(ontology.missing_imports), "rules": ontology.rules,
            "forgiven": [{"place": f.place.rsplit("/", 1)[-1], "what": f.what} for f in ontology.forgiven],
        },
        "sources": [
            {"name": s.name, "iri": s.iri, "sha256": s.sha256, "syntax": s.syntax, "licence": s.licence}
            for s in record.sources
        ],
        "consistency": dict(zip(("decided_by", "left_out"), forme.stone.checked(), strict=True)),
        "claims": {"asserted": int((graph.truth == Truth.ASSERTED).sum()),
                   "derived": int((graph.truth == Truth.ENTAILED).sum()),
                   "refuted": int((graph.truth == Truth.REFUTED).sum()),
                   "unknown": int((graph.truth == Truth.UNKNOWN).sum()),
                   "candidates": {kind: dict(n) for kind, n in forme.stone.asked.items()},
                   "complete": forme.stone.closure.complete, "unprojected": dict(graph.unprojected),
                   "unsatisfiable": [ontology.terms.texts[i] for i in forme.stone.unspoken().tolist()]},
        "splits": {split: {"id": s.id, "rows": s.rows} for split, s in record.splits.items()},
        "shards": [{"file": s.file, "sha256": s.sha256, "rows": s.rows} for s in record.shards],
        "instances": {cast.scene.name: len(cast) for cast in forme.types.casts},
        "counts": {column: dict(sorted(values.items())) for column, values in sorted(counts.items())},
        "dropped": [{"scene": scene, "reason": reason, "count": count}
                    for (scene, reason), count in sorted(forme.dropped.items())],
        "filter": {scene: tally.report() for scene, tally in sorted(tallies.items())},
    }  # fmt: skip


def _require_dataset(folder: Path) -> None:
    """Refuse a folder that a build would replace though it is no dataset. Raises NotADataset."""
    if not folder.is_dir():
        return
    found = sorted(path.name for path in folder.iterdir())
    if not found:
        return
    try:
        report = json.loads((folder / "build.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        report = None
    if not (isinstance(report, dict) and str(report.get("dataset")).startswith("urn:litho:dataset:")):
        raise NotADataset(folder, ", ".join(found[:3]) + (" …" if len(found) > 3 else ""))


_REFUSALS = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST,
    errno.EISDIR, errno.ENAMETOOLONG, errno.EIO,
})  # fmt: skip
"""What a disk or a file system answers where nothing in the program is wrong."""


@contextmanager
def _written_or_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _REFUSALS:
            raise NotWritten(folder, error) from error
        raise


def _reason(error: OSError) -> str:
    """What the system says, without the paths and hints that libraries put around it."""
    return os.strerror(error.errno) if error.errno else str(error)


def manifest(folder: Path) -> dict[str, str]:
    """Every file of a dataset with its hash: what two builds are compared by."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): file_sha256(p) for p in files}

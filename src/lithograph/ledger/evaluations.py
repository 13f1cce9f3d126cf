"""What is written down after a training: evaluations with their answers, attributions, and files handed out.

Values that the composition hands in, as in `record`. Knows nothing about how a model is asked or weighed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from lithograph.core.identity import canonical_json, file_sha256, urn_of
from lithograph.ledger.columns import Rows
from lithograph.ledger.errors import NotRecorded, UnreadableColumns
from lithograph.ledger.manifests import recording
from lithograph.ledger.record import Times, key_of, recorded, timed
from lithograph.ledger.schemas import TABLES


@dataclass(frozen=True, slots=True)
class EvaluationRecord:
    """One scoring of one model. Holds no clock and no host.

    slug: a readable name; kind: probes, test, forgetting …; model: urn of the adapter or of the base model;
    dataset: urn of the split or of the set of probes; measures: name of a `litho:Measure` -> value; options: what was
    chosen for it, as JSON values; run: urn of the run whose adapter it is, or None.
    """

    slug: str
    kind: str
    model: str
    dataset: str
    measures: Mapping[str, float]
    options: Mapping[str, object] = field(default_factory=dict)
    run: str | None = None
    code_version: str = ""

    @property
    def id(self) -> str:
        """`urn:litho:evaluation:…` of what was scored, on what, how: the same scoring again is the same evaluation."""
        options = canonical_json(self.options)
        return urn_of("evaluation", [self.kind, self.model, self.dataset, options, self.code_version])


def record_evaluation(ledger: Path, record: EvaluationRecord, probes: pa.Table, times: Times | None = None) -> str:
    """Write an evaluation down, its answers first; its urn. `probes`: the table of that name in `columns`.

    Raises MisfitTable, LedgerBusy, NewerLedger, UnwritableLedger.
    """
    key = key_of(record.id)
    row = {
        "id": record.id, "slug": record.slug, "kind": record.kind, "model": record.model, "run": record.run,
        "dataset": record.dataset, "items": probes.num_rows, "options": canonical_json(record.options),
        "measures": [{"name": name, "value": value} for name, value in sorted(record.measures.items())],
        "code_version": record.code_version,
    }  # fmt: skip
    with recording(ledger, key) as begun:
        begun.write("probes", probes)
        begun.write("times", timed(ledger, record.id, None, times))
        begun.write("evaluations", pa.Table.from_pylist([row], schema=TABLES["evaluations"]))
    return record.id


def record_attributions(ledger: Path, evaluation: str, attributions: Rows) -> None:
    """Write down which examples weighed in an evaluation's answers, in place of what was known of that before.

    `attributions`: the table of that name in `columns`, whole or in pieces. Raises NotRecorded, MisfitTable.
    """
    if not recorded(ledger, evaluation):
        raise NotRecorded("evaluation", evaluation, "Record the evaluation first.")
    with recording(ledger, key_of(evaluation)) as begun:
        begun.write("attributions", attributions)


def record_export(
    ledger: Path,
    form: str,
    of: str,
    files: Sequence[Path],
    root: Path,
    code_version: str = "",
    times: Times | None = None,
) -> str:
    """Write down files that were handed out, with their hashes; the export's urn.

    form: croissant, ro-crate …; of: urn of the dataset, adapter or run that they show; root: the folder that their
    names are relative to, the project's. Raises UnreadableColumns where a file is not there.
    """
    told = sorted((_file(path, root) for path in files), key=lambda f: str(f["file"]))
    urn = urn_of("export", [form, of, [[f["file"], f["sha256"]] for f in told]])
    row = {"id": urn, "format": form, "of": of, "files": told, "code_version": code_version}
    with recording(ledger, key_of(urn)) as begun:
        begun.write("times", timed(ledger, urn, None, times))
        begun.write("exports", pa.Table.from_pylist([row], schema=TABLES["exports"]))
        for file in told:
            begun.note(str(file["file"]), root / str(file["file"]))
    return urn


def _file(path: Path, root: Path) -> dict[str, object]:
    inside = path.resolve().is_relative_to(root.resolve())
    name = path.resolve().relative_to(root.resolve()).as_posix() if inside else str(path.resolve())
    try:
        return {"file": name, "sha256": file_sha256(path), "bytes": path.stat().st_size}
    except OSError as error:
        raise UnreadableColumns(path, error.strerror or str(error)) from error

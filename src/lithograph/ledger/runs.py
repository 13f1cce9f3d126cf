"""Reading a training run's folder into the ledger. Knows the files of a run, nothing about training."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lithograph.core.identity import canonical_json, file_sha256, urn
from lithograph.ledger.arrays import one_array
from lithograph.ledger.columns import read_all, rows_of, sweep
from lithograph.ledger.errors import NotARun, UnreadableColumns
from lithograph.ledger.manifests import newest_build, recording
from lithograph.ledger.record import Times, forget_damaged, key_of, timed
from lithograph.ledger.schemas import RUN_TABLES, TABLES

WEIGHTS = "adapter/adapter_model.safetensors"
WHOLE = "model/model.safetensors"
"""The weights of a run from scratch: all of a model, in the place of an adapter."""
OWN_ANSWER = "urn:litho:replay:"
"""How the name of a training example begins that no build printed: the base model's own answer to a neutral prompt."""


def record_run(ledger: Path, run_dir: Path) -> str:
    """Write a run down, or what there is of it yet; its urn. Raises NotARun, LedgerBusy, UnwritableLedger."""
    run = _run_json(run_dir)
    row = run_row(run, run_dir)
    steps = _steps(run_dir)
    clock = _mapping(run.get("times"))
    times = Times(_text(clock.get("started")), _text(clock.get("ended")), canonical_json(_mapping(run.get("platform"))))
    key = key_of(row["id"])
    kept = _weights(run_dir)
    row["dataset"], row["splits"] = _as_built(ledger, row["dataset"], row["splits"])
    with recording(ledger, key, newest_build(ledger, row["dataset"])) as begun:
        forget_damaged(ledger, "runs", key)
        sweep(ledger)
        begun.write("steps", steps)
        begun.write("unprinted", begun.packer.unprinted)
        begun.write("checkpoints", pa.Table.from_pylist(kept, schema=TABLES["checkpoints"]))
        begun.write("times", timed(ledger, row["id"], row["adapter"], times))
        begun.write("runs", pa.Table.from_pylist([row], schema=TABLES["runs"]))
        for file in kept:
            begun.note(file["file"], run_dir / file["file"])
    return str(row["id"])


def _weights(run_dir: Path) -> list[dict[str, Any]]:
    """The files of the adapter and of every checkpoint that is kept, sorted by name."""
    out = []
    folders = [
        (None, run_dir / "adapter"),
        (None, run_dir / "model"),
        *((_step(p), p) for p in sorted((run_dir / "checkpoints").glob("step-*"))),
    ]
    for step, folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = path.relative_to(run_dir).as_posix()
            out.append({"step": step, "file": name, "sha256": file_sha256(path), "bytes": path.stat().st_size})
    return out


def _step(folder: Path) -> int | None:
    number = folder.name.removeprefix("step-")
    return int(number) if number.isdigit() else None


def _run_json(run_dir: Path) -> dict[str, Any]:
    path = run_dir / "run.json"
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotARun(path, "there is no run.json") from None
    except (OSError, ValueError) as error:
        raise NotARun(path, str(error)) from error
    if not isinstance(run, dict) or not isinstance(run.get("id"), str):
        raise NotARun(path, "it names no id")
    return run


def run_row(run: Mapping[str, Any], run_dir: Path) -> dict[str, Any]:
    """The run's row of the table `runs`, from its run.json."""
    weights = run_dir / (WEIGHTS if (run_dir / WEIGHTS).is_file() else WHOLE)
    dataset, model, options = (_mapping(run.get(name)) for name in ("dataset", "model", "options"))
    loss = _mapping(_mapping(_mapping(run.get("result")).get("losses")).get("test"))
    update = _mapping(run.get("update"))
    versions = _mapping(run.get("versions"))
    return {
        "id": _as_urn("run", run["id"]),
        "slug": run_dir.name if run["id"].startswith("urn:") else run["id"],
        "status": _text(run.get("status")),
        "dataset": _text(dataset.get("id")),
        "splits": [
            {"role": role, "id": _as_urn("split", digest), "rows": None}
            for role, digest in sorted(_mapping(dataset.get("splits")).items())
            if role == "train"
        ],
        "model": _as_urn("model", model["digest"]) if "digest" in model else None,
        "model_name": _text(model.get("name")) or None,
        "model_licence": _text(model.get("license")) or None,
        "adapter": f"urn:litho:adapter:{file_sha256(weights)}" if weights.is_file() else None,
        "options": canonical_json(options),
        "seed": options.get("seed") if isinstance(options.get("seed"), int) else None,
        "versions": canonical_json(versions),
        "facts": [{name: fact.get(name) for name in ("instance", "scene", "shown")} for fact in run.get("facts") or ()],
        "loss_before": _number(loss.get("before")),
        "loss_after": _number(loss.get("after")),
        "code_version": _text(versions.get("lithograph")) or None,
        "parent": _text(update.get("parent")) or None,
        "retracted": [_as_urn("example", one) for one in update.get("retracted") or ()],
        "replayed": _number(update.get("replayed")),
    }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _as_urn(kind: str, name: str) -> str:
    """The urn that a name is, or that a bare hash or a readable name stands for."""
    if name.startswith("urn:"):
        return name
    bare = name.removeprefix("sha256:")
    hexadecimal = len(bare) == 64 and all(c in "0123456789abcdef" for c in bare)
    return f"urn:litho:{kind}:{bare}" if hexadecimal else urn(kind, name)


def _as_built(ledger: Path, dataset: str, splits: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The dataset and its train split under the ids that their build gave them, where that build is recorded."""
    for build in rows_of(read_all(ledger, "builds", ["id", "dataset", "splits"])):
        if dataset in (build["id"], build["dataset"]):
            return build["dataset"], [s for s in build["splits"] if s["role"] == "train"]
    return dataset, splits


def _steps(run_dir: Path) -> pa.Table:
    """All step records in order of step; files are written whole, so a killed run has fewer, never a broken one."""
    schema = RUN_TABLES["steps"]
    tables = []
    for path in sorted((run_dir / "steps").glob("*.parquet")):
        try:
            table = pq.read_table(path, read_dictionary=["example"])
        except (pa.ArrowInvalid, OSError) as error:
            raise UnreadableColumns(path, str(error).split("\n", 1)[0]) from error
        missing = [n for n in ("step", "example", "loss") if n not in table.column_names]
        if missing:
            raise NotARun(path, f"columns are missing: {', '.join(missing)}")
        for name in schema.names:
            if name not in table.column_names:
                kind = schema.field(name).type
                table = table.append_column(name, pa.nulls(table.num_rows, kind))
        tables.append(_named_examples(table.select(schema.names)))
    if not tables:
        return schema.empty_table()
    whole = pa.concat_tables(tables, promote_options="permissive")
    steps = np.asarray(whole.column("step"))
    if (np.diff(steps) >= 0).all():
        return whole
    return whole.take(np.argsort(steps, kind="stable"))  # records of one step keep the order of the batch


def _named_examples(table: pa.Table) -> pa.Table:
    """Example ids as urns, in a dictionary."""
    column = one_array(table.column("example"))
    words = column if pa.types.is_dictionary(column.type) else column.cast(pa.string()).dictionary_encode()
    urns = words.dictionary
    if not pc.all(pc.starts_with(urns, "urn:")).as_py():
        urns = pa.array([None if w is None else _as_urn("example", w) for w in urns.to_pylist()], pa.string())
    place = table.schema.get_field_index("example")
    return table.set_column(place, "example", pa.DictionaryArray.from_arrays(words.indices.cast(pa.int32()), urns))

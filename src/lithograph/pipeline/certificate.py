"""The certificate of a build's splits: what is held out, how much of it, what shrank, and that nothing of it leaks.

datasets/NAME/held_out.parquet    one row a claim that is held out
datasets/NAME/splits.json         counts, hashes, reserved terms and their names, what was left out for it
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.config import Config
from lithograph.core.identity import file_sha256
from lithograph.ledger.leaks import CERTIFICATE, HELD_OUT, SCHEMA, query_hashes, sources_stated
from lithograph.ontology.graph import ClaimGraph, Quantifier, Truth
from lithograph.pipeline.forme import Forme
from lithograph.pipeline.kept_back import reserved_names
from lithograph.pipeline.tally import Tally
from lithograph.select.held_out import DEEPEST, PARTS, HeldOut, Role
from lithograph.select.withheld import NAMED, ONE_STEP, RESERVED, STATES


def write_certificate(config: Config, forme: Forme, folder: Path, tallies: Mapping[str, Tally]) -> dict[str, Any]:
    """Write both files beside the examples, which are there; the summary that the build report holds."""
    graph, held = forme.stone.graph, forme.held
    table = held_out_table(graph, held)
    pq.write_table(table, folder / HELD_OUT, compression="zstd", write_statistics=False)
    left_out: Counter[str] = Counter()
    for tally in tallies.values():
        left_out += Counter({why: tally.silent[why] for why in (STATES, ONE_STEP, RESERVED, NAMED)})
    told, of_all = sources_stated(folder)
    transfer = _counts(table, "transfer")
    summary: dict[str, Any] = {
        "reasoning": _counts(table, "reasoning"), "claims": {"held out": of_all, "with every source told": told},
        "transfer": {"root": held.root, "terms": len(held.branch), **transfer},
        "left_out": dict(sorted(left_out.items())), "shrunk": dict(sorted(held.shrunk.items())),
    }  # fmt: skip
    certificate: dict[str, Any] = {
        **summary,
        "held_out": {"digest": held.digest, "rows": len(table), "sha256": file_sha256(folder / HELD_OUT)},
        "options": {"held_out_percent": config.held_out_percent, "transfer_percent": config.transfer_percent,
                    "seed": config.seed},
        "transfer": {**transfer, "root": held.root, "terms": list(held.branch),
                     "ancestors": list(held.ancestors), "names": reserved_names(held, forme.types.speech)},
        "queries": query_hashes(),
    }  # fmt: skip
    text = json.dumps(certificate, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / CERTIFICATE).write_text(text + "\n", encoding="utf-8")
    return summary


def held_out_table(graph: ClaimGraph, held: HeldOut) -> pa.Table:
    """The claims that are held out, by their urns: those of reasoning, then those of transfer."""
    texts, urns = graph.ontology.terms.texts, held.names.urns
    rows = sorted(held.rows.tolist(), key=lambda row: (int(held.role[row]), urns[row]))
    table: dict[str, list[Any]] = {
        "claim": [urns[row] for row in rows], "role": [Role(held.role[row]).name.lower() for row in rows],
        "part": [PARTS[held.part[row]] for row in rows], "subject": [texts[graph.subject[row]] for row in rows],
        "relation": [texts[graph.relation[row]] for row in rows], "object": [texts[graph.object[row]] for row in rows],
        "quantifier": [Quantifier(graph.quantifier[row]).name.lower() for row in rows],
        "negated": graph.negated[rows].tolist(), "number": graph.number[rows].tolist(),
        "truth": [Truth(graph.truth[row]).name.lower() for row in rows], "depth": graph.depth[rows].tolist(),
        "one_step": [sorted(sorted(urns[p] for p in premises) for premises in held.one_step.get(row, ()))
                     for row in rows],
        "sources": [sorted(urns[source] for source in held.sources.get(row, ())) for row in rows],
    }  # fmt: skip
    return pa.table(table, schema=SCHEMA)


def _counts(table: pa.Table, role: str) -> dict[str, dict[str, int]]:
    """How many claims of a role there are, by part, by truth, and by depth of those that follow."""
    rows = [row for row in table.select(["role", "part", "truth", "depth"]).to_pylist() if row["role"] == role]
    depths = Counter(f"{min(row['depth'], DEEPEST)}" for row in rows if row["truth"] == "entailed")
    return {"parts": dict(sorted(Counter(row["part"] for row in rows).items())),
            "truths": dict(sorted(Counter(row["truth"] for row in rows).items())),
            "depths": dict(sorted(depths.items()))}  # fmt: skip

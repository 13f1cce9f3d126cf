"""Whether every id in the ledger is the hash of what it names: made again from the columns alone.

An id tells what a thing *is*, so it can be made again whatever the manifests say, also in a ledger without any. Two ids
cannot be: an instance's (its roles as they were matched stand in no column) and a run's (its options before they were
resolved). Those of examples need the dataset's texts; the composition checks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

import pyarrow as pa

from lithograph.core.identity import digest_of_set, sha256_hex, urn, urn_of
from lithograph.ledger.columns import column_path, rows_of
from lithograph.ledger.schemas import OWN_ROWS
from lithograph.ledger.verify import Finding, read_or_none, table_or_none


def wrong_ids(ledger: Path, damaged: Set[Path], counted: list[int]) -> Iterator[Finding]:
    """Ids that are not the hash of what they name; files known to be damaged are passed over. counted[0] += ids."""
    for table in OWN_ROWS:
        for path in sorted((ledger / "columns" / table).glob("*.parquet")):
            whole = None if path in damaged else read_or_none(path)
            if whole is None:
                continue
            for row in rows_of(whole):
                wanted = {"builds": _build, "evaluations": _evaluation, "exports": _export}.get(table)
                yield from _unlike(
                    path, [(f"{table} id", row["id"], f"{row['id'].rsplit(':', 1)[0]}:{path.stem}")], counted
                )
                if wanted is not None:
                    yield from _unlike(path, wanted(row), counted)
                if table == "builds":
                    yield from _of_build(ledger, path.stem, row, damaged, counted)


Claim = tuple[str, str, str]
"""What an id is of, the id as it is written, the id as it comes out."""


def _unlike(path: Path, claims: list[Claim], counted: list[int]) -> Iterator[Finding]:
    counted[0] += len(claims)
    for what, said, found in claims:
        if said != found:
            facts = f"written {said.rsplit(':', 1)[-1][:12]}…, made again {found.rsplit(':', 1)[-1][:12]}…"
            yield Finding(path, "misnamed", f"the {what} is not the hash of what it names", facts)


def _build(row: dict[str, Any]) -> list[Claim]:
    shards = [(s["file"].rsplit("/", 1)[-1], s["sha256"]) for s in row["shards"]]
    splits = [
        (f"id of split {s['role']}", s["id"],
         f"urn:litho:split:{digest_of_set(sha for name, sha in shards if name.startswith(s['role'] + '-'))}")
        for s in row["splits"]
    ]  # fmt: skip
    content = [row["ontology"], row["recipe_hash"], row["code_version"], row["dataset"], row["dataset_name"]]
    return [
        ("hash of the recipe", row["recipe_hash"], sha256_hex(row["recipe"])),
        ("id of the dataset", row["dataset"], f"urn:litho:dataset:{digest_of_set(sha for _, sha in shards)}"),
        ("id of the build", row["id"], urn_of("build", content)),
        *splits,
    ]


def _evaluation(row: dict[str, Any]) -> list[Claim]:
    content = [row["kind"], row["model"], row["dataset"], row["options"], row["code_version"]]
    return [("id of the evaluation", row["id"], urn_of("evaluation", content))]


def _export(row: dict[str, Any]) -> list[Claim]:
    content = [row["format"], row["of"], [[f["file"], f["sha256"]] for f in row["files"]]]
    return [("id of the export", row["id"], urn_of("export", content))]


def _of_build(
    ledger: Path, key: str, build: dict[str, Any], damaged: Set[Path], counted: list[int]
) -> Iterator[Finding]:
    def table(name: str) -> tuple[Path, pa.Table | None]:
        path = column_path(ledger, name, key)
        return path, None if path in damaged else table_or_none(ledger, name, key)

    path, axioms = table("axioms")
    if axioms is not None:
        pairs = zip(axioms["axiom"].to_pylist(), axioms["text"].to_pylist(), strict=True)
        yield from _unlike(path, [(f"id of axiom {row + 1}", said, urn("axiom", text))
                                  for row, (said, text) in enumerate(pairs)], counted)  # fmt: skip
        missing = sorted(build["missing_imports"] or ())
        version = sha256_hex("\n".join(sorted(set(axioms["axiom"].to_pylist())) + missing))
        yield from _unlike(
            column_path(ledger, "builds", key),
            [("id of the ontology", build["ontology"], f"urn:litho:ontology:{version}")],
            counted,
        )
    path, scenes = table("scenes")
    if scenes is not None:
        yield from _unlike(path, [(f"hash of scene {row['iri']}", row["hash"], sha256_hex(row["declaration"]))
                                  for row in rows_of(scenes)], counted)  # fmt: skip
    path, templates = table("templates")
    if templates is not None:
        yield from _unlike(path, [(f"id of template {row['path']}:{row['line']}", row["id"],
                                   f"{row['id'].split('@')[0]}@{sha256_hex(row['source'])[:12]}")
                                  for row in rows_of(templates)], counted)  # fmt: skip

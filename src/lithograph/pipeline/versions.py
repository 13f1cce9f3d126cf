"""A version of an ontology by what a user calls it: a file, or a build of the ledger."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lithograph.config import Config
from lithograph.core.activity import Listener, silent
from lithograph.core.errors import LithographError
from lithograph.ledger.arrays import decoded
from lithograph.ledger.columns import read_columns, rows_of
from lithograph.ledger.errors import EmptyLedger, NothingCalled
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.resolve import build_called
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.diff import Version, version_of
from lithograph.ontology.functional import axiom_text, document
from lithograph.ontology.imports import SUFFIXES
from lithograph.ontology.load import load
from lithograph.ontology.read_structural import read_structural


class NoVersion(LithographError):
    """A name that is neither a file nor anything the ledger knows."""

    def __init__(self, what: str, facts: str) -> None:
        super().__init__(what, "this is neither an ontology file nor a build in the ledger", facts=facts,
                         cure="Give a file, a build's name, `latest`, or the start of an ontology's hash.")  # fmt: skip


class NoBuildYet(LithographError):
    """A project without a build to compare with."""

    def __init__(self, ledger: Path, dataset: str) -> None:
        super().__init__(ledger, f"no build of the dataset '{dataset}' is recorded to compare with",
                         cure="Press one with: lithograph dataset, or give two files.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A version, and where it is from: a loaded ontology with its file, or a build of the ledger."""

    version: Version
    file: Path | None = None
    ontology: Ontology | None = None
    build: Mapping[str, Any] | None = None


def from_file(path: Path, config: Config, listener: Listener = silent) -> Named:
    """The version in a file, imports included. Raises LithographError for a file that cannot be read."""
    ontology = load(path, allow_network=config.allow_network,
                    missing="error" if config.imports == "error" else "warn", listener=listener)  # fmt: skip
    return Named(version_of(ontology, str(path)), path, ontology)


def from_build(ledger: Path, build: Mapping[str, Any]) -> Named:
    """The version that a build was pressed from, from the ledger's columns."""
    table = read_columns(ledger, "axioms", key_of(str(build["id"])), ["annotated", "text"])
    texts, annotated = (decoded(table.column(name)).to_pylist() for name in ("text", "annotated"))
    said: dict[str, tuple[str, ...]] = {}
    for text, urn in zip(texts, annotated, strict=True):
        noted = (urn,) if urn.startswith("urn:litho:annotated-axiom:") else ()
        said[text] = tuple(sorted({*said.get(text, ()), *noted}))
    imports = {s["iri"] or s["name"].rsplit("/", 1)[-1] for s in build["sources"][1:]} | set(build["missing_imports"])
    header = {"ontology IRI": (build["ontology_iri"] or "",), "imports": tuple(sorted(imports)),
              "licence": tuple(s["licence"] or "" for s in build["sources"][:1])}  # fmt: skip
    return Named(Version(str(build["slug"]), said, header=header), build=build)


def named_version(config: Config, what: str, listener: Listener = silent) -> Named:
    """The version that a user means. Raises NoVersion; SeveralCalled and the errors of loading."""
    if Path(what).is_file():
        return from_file(Path(what), config, listener)
    ledger = config.root / "ledger"
    if Path(what).suffix.lower() in SUFFIXES:
        raise NoVersion(what, "there is no such file")
    try:
        return from_build(ledger, build_called(ledger, what))
    except NothingCalled as error:
        raise NoVersion(what, error.facts) from None
    except EmptyLedger:
        raise NoVersion(what, "no build is recorded yet") from None


def newest_build(ledger: Path, dataset: str) -> Mapping[str, Any] | None:
    """The newest build of a dataset."""
    return next((b for b in reversed(builds(ledger)) if b["dataset_name"] == dataset), None)


def as_ontology(named: Named) -> Ontology:
    """The ontology itself; what the ledger holds is written out and loaded. Anonymous individuals keep their names."""
    if named.ontology is not None:
        return named.ontology
    lines = [axiom_text(read_structural(text)) for text in sorted(named.version.said)]
    iri = named.version.header.get("ontology IRI", ("",))[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "version.ofn"
        path.write_text(document(lines, iri or None), encoding="utf-8")
        return load(path, imports=False)


def labels_of(ledger: Path, build: Mapping[str, Any]) -> dict[str, str]:
    """IRI -> how the build calls it in the first language it has a label in."""
    rows = rows_of(read_columns(ledger, "nodes", key_of(str(build["id"])), ["iri", "label_en", "label_ru"]))
    return {r["iri"]: r["label_en"] or r["label_ru"] or r["iri"].replace("#", "/").rsplit("/", 1)[-1] for r in rows}

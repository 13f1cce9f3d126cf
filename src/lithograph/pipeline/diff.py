"""Two versions of an ontology, what sets them apart, and what follows from that for claims, examples and adapters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lithograph.config import Config
from lithograph.core.activity import Listener, silent
from lithograph.core.errors import LithographError
from lithograph.ledger.record import recorded
from lithograph.ledger.resolve import build_called
from lithograph.ontology.diff import Difference, difference
from lithograph.ontology.manchester import Namer
from lithograph.ontology.terms import Term
from lithograph.pipeline.affected import Affected, Printed, adapters_affected
from lithograph.pipeline.claims_apart import ClaimsApart, claims_apart
from lithograph.pipeline.examples_apart import ExamplesApart, examples_apart
from lithograph.pipeline.fresh import build_of, reasons
from lithograph.pipeline.pressed_aside import pressed_aside
from lithograph.pipeline.stone import ontology_path
from lithograph.pipeline.versions import (
    Named,
    NoBuildYet,
    as_ontology,
    from_build,
    from_file,
    labels_of,
    named_version,
    newest_build,
)


@dataclass(frozen=True, slots=True)
class Diff:
    """What sets two versions apart, with its consequences.

    names, kinds: how the entities of either version are called, and what they are declared as. claims: None where they
    were not asked for. examples, adapters: None where the old version is no recorded build, or they were not asked
    for; `remarks` says why.
    """

    old: str
    new: str
    difference: Difference
    names: tuple[Namer, Namer]
    kinds: tuple[Mapping[Term, str], Mapping[Term, str]]
    claims: ClaimsApart | None
    examples: ExamplesApart | None
    adapters: tuple[Affected, ...] | None
    remarks: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the versions say the same."""
        return not self.difference


def diff(
    config: Config,
    old: str | None = None,
    new: str | None = None,
    *,
    claims: bool = True,
    examples: bool = True,
    limit: int = 20,
    listener: Listener = silent,
) -> Diff:
    """Compare two versions; without `new` with the project's ontology as it is now, without `old` its newest build.

    limit: how many instances of each list are told in words. Nothing is written.
    Raises LithographError where a version cannot be had. Where the new one cannot be pressed, that is a remark.
    """
    before = named_version(config, old, listener) if old else _newest(config)
    after = named_version(config, new, listener) if new else from_file(ontology_path(config), config, listener)
    found = difference(before.version, after.version)
    names = before.version.namer(config.languages), after.version.namer(config.languages)
    kinds = before.version.kinds(), after.version.kinds()
    renamed = {renaming.old: renaming.new for renaming in found.renamed}
    apart = None
    if claims:
        apart = ClaimsApart((), ())
        if not _only_texts(found):
            apart = claims_apart(as_ontology(before), as_ontology(after), names, config.depth, renamed)
    consequences = _Consequences(None, None, ())
    if examples:
        consequences = _consequences(config, before, after, renamed, limit, listener)
    return Diff(
        before.version.name, after.version.name, found, names, kinds, apart,
        consequences.examples, consequences.adapters, consequences.remarks,
    )  # fmt: skip


def _only_texts(found: Difference) -> bool:
    """Whether nothing differs from which a claim could follow."""
    return not any((found.came, found.went, found.renamed, [c for c in found.changed if not c.is_text]))


def _newest(config: Config) -> Named:
    ledger = config.root / "ledger"
    build = newest_build(ledger, config.dataset)
    if build is None:
        raise NoBuildYet(ledger, config.dataset)
    return from_build(ledger, build)


@dataclass(frozen=True, slots=True)
class _Consequences:
    examples: ExamplesApart | None
    adapters: tuple[Affected, ...] | None
    remarks: tuple[str, ...]


def _consequences(
    config: Config, before: Named, after: Named, renamed: Mapping[Term, Term], limit: int, listener: Listener
) -> _Consequences:
    """What becomes of the examples of a recorded build, and of the adapters that learned from its dataset."""
    if before.build is None:
        return _Consequences(
            None, None, ("the old version is a file: give a build to see what becomes of its examples",)
        )
    ledger, name = config.root / "ledger", str(before.build["dataset_name"])
    config = replace(config, dataset=name)
    old = Printed.of(ledger, before.build, renamed)
    try:
        with _printed(config, after, listener) as (new, folder):
            folders = config.root / "datasets" / name, folder
            labels = labels_of(ledger, before.build)
            apart = examples_apart(old, new, folders, labels, limit)
            return _Consequences(apart, tuple(adapters_affected(ledger, new, (name,), renamed)), ())
    except LithographError as error:
        return _Consequences(None, None, (f"the examples of the new version are not known: {error}",))


@contextmanager
def _printed(config: Config, after: Named, listener: Listener) -> Iterator[tuple[Printed, Path]]:
    """What the new version prints: as it was recorded, where that is so; otherwise pressed aside."""
    folder, ledger = config.root / "datasets" / config.dataset, config.root / "ledger"
    if after.build is not None:
        yield Printed.of(ledger, after.build), folder
        return
    assert after.file is not None, "a version is from a file or from a build"
    fresh = not reasons(config, folder, after.file)
    build = build_of(folder) if fresh else None
    if build is not None and recorded(ledger, build):
        row: Mapping[str, Any] = build_called(ledger, build)
        yield Printed.of(ledger, row), folder
        return
    with pressed_aside(config, after.file, listener) as found:
        yield found

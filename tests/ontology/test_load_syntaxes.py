"""The same ontology in five syntaxes has the same axiom ids."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from lithograph.core.errors import LithographError
from lithograph.ontology.load import load

pytestmark = pytest.mark.data

DIFFERENT = {
    "annotation_assertion": "Manchester syntax can annotate an individual only in a frame, which declares it",
    "gci_and_other_class_relations": "Manchester syntax has no general class axioms of these kinds",
    "ambiguous/different-individual-single": "an axiom about one individual; functional and Manchester files lack it",
    "ambiguous/multi-same-individual": "owl:sameAs triples are pairwise, SameIndividual takes four at once",
    "manual/family": "the files write different IRIs for the imported ontology, and a literal with and without a tag",
    "manual/family-other": "the files write different IRIs (one '#' or two)",
    "ontology-annotation": "a prefixed name in one file expands to another IRI",
}
"""Base names whose files say different things, and why; strict."""


def groups(root: Path) -> dict[str, list[Path]]:
    """Base name to the files of that name in the syntax folders."""
    out: dict[str, list[Path]] = defaultdict(list)
    for file in sorted(root.rglob("*")):
        if file.is_file() and file.suffix not in (".md", ".xml"):
            folders = file.parent.relative_to(root).parts[1:]
            out["/".join([*folders, file.stem])].append(file)
    return out


def test_parallel_files_have_equal_axiom_ids(shared_data: Path) -> None:
    unequal = set()
    compared = 0
    for name, files in groups(shared_data / "ontologies" / "syntax-parallel").items():
        ids = []
        for file in files:
            try:
                ids.append(set(load(file).axiom_ids()))
            except LithographError:
                assert file.name == "broken.owx"
        compared += len(ids)
        if any(i != ids[0] for i in ids):
            unequal.add(name)
    assert compared > 700
    assert unequal == set(DIFFERENT)

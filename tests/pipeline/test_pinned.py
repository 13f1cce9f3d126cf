"""The ontologies that travel with the tests: unchanged, and pressed or refused as a user would find them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lithograph.config import load_config
from lithograph.core.identity import file_sha256
from lithograph.pipeline.build import press
from lithograph.reason.oracle.consistency import Inconsistent


@pytest.fixture(scope="module")
def pinned(project_root: Path) -> Path:
    """Their folder."""
    return project_root / "tests" / "data" / "ontologies"


def test_every_ontology_has_the_hash_it_is_pinned_by(pinned: Path) -> None:
    sums = dict(reversed(line.split()) for line in (pinned / "SHA256SUMS").read_text().splitlines())
    kept = {path.name for path in pinned.iterdir() if path.suffix in (".owl", ".ofn", ".ttl")}
    assert set(sums) == kept
    assert {name: file_sha256(pinned / name) for name in kept} == sums
    page = (pinned / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in kept)


def test_a_real_ontology_that_contradicts_itself_is_refused_with_its_axioms(pinned: Path, tmp_path: Path) -> None:
    config = load_config(tmp_path, dataset="uvula")
    with pytest.raises(Inconsistent, match=r"uvula_inconsistent\.ofn: the ontology contradicts itself") as refused:
        press(config, ontology=pinned / "uvula_inconsistent.ofn")
    assert "DisjointWith" in str(refused.value) and "cannot all be true" in str(refused.value)
    assert not (tmp_path / "datasets" / "uvula").exists()


def test_functional_syntax_of_a_stranger_is_pressed(pinned: Path, tmp_path: Path) -> None:
    build = press(load_config(tmp_path, dataset="bfo", languages=("en",)), ontology=pinned / "bfo-core.ofn")
    assert build.examples > 500
    assert [(s.name, s.syntax) for s in build.record.sources] == [("bfo-core.ofn", "Functional")]

"""Same inputs, same bytes: for any number of workers, order of triples, syntax, folder, hash seed, zone and locale."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from bad_input import OPTIONS, SHOP
from pressed import Pressed, pressed

from lithograph.config import load_config
from lithograph.ontology.functional import axiom_text, document
from lithograph.ontology.load import load
from lithograph.pipeline.build import manifest, press

SYNTAXES = {"ttl": ox.RdfFormat.TURTLE, "rdf": ox.RdfFormat.RDF_XML, "nt": ox.RdfFormat.N_TRIPLES}
PRESS = "import sys; from lithograph.cli import main; main(['dataset', '--workers', '2'])"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project of several shards, pressed by one worker."""
    root = tmp_path_factory.mktemp("shop") / "project"
    (root / "ontology").mkdir(parents=True)
    more = "".join(f':C{i} rdfs:subClassOf :Bread ; rdfs:label "kind {i} of bread"@en .\n' for i in range(12))
    (root / "ontology" / "shop.ttl").write_text(SHOP + more)
    (root / "lithograph.toml").write_text(OPTIONS + "shard_instances = 4\n")
    press(load_config(root), workers=1)
    return root


def test_the_number_of_workers_moves_no_byte(shop: Path) -> None:
    one = manifest(shop / "datasets" / "shop")
    assert sum(name.startswith("data/train") for name in one) > 3
    build = press(load_config(shop), workers=3, force=True)
    assert build.fresh
    assert manifest(build.folder) == one


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_folder_process_hash_seed_zone_and_locale_move_no_byte(shop: Path, tmp_path: Path, seed: str) -> None:
    there = tmp_path / "a folder" / "папка" / "project"
    shutil.copytree(shop, there, ignore=shutil.ignore_patterns("datasets", "ledger"))
    environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "COLUMNS": "40"}
    done = subprocess.run([sys.executable, "-c", PRESS], cwd=there, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert manifest(there / "datasets" / "shop") == manifest(shop / "datasets" / "shop")


@pytest.mark.parametrize("suffix", SYNTAXES)
def test_another_syntax_and_order_of_triples_give_the_same_examples(
    pizza: Pressed, pizza_file: Path, tmp_path: Path, suffix: str
) -> None:
    quads = list(ox.parse(path=str(pizza_file), format=ox.RdfFormat.RDF_XML))
    triples = [quad.triple for quad in quads]
    random.Random(suffix).shuffle(triples)
    source = tmp_path / f"pizza.{suffix}"
    source.write_bytes(ox.serialize(triples, format=SYNTAXES[suffix]))
    build = pressed(tmp_path, source, languages=("en",), dataset="pizza").build
    ours, theirs = manifest(build.folder), manifest(pizza.folder)
    assert {name for name in theirs if ours[name] != theirs[name]} == {"build.json", "README.md", "croissant.json"}
    assert build.record.id == pizza.build.record.id
    assert without_sources(build.folder) == without_sources(pizza.folder)


def without_sources(folder: Path) -> tuple[dict[str, object], list[str]]:
    """The report without the files it was made from, and the card without the lines that name them."""
    report = json.loads((folder / "build.json").read_text(encoding="utf-8"))
    del report["sources"]
    card = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    return report, [line for line in card if "SHA-256" not in line and "--ontology" not in line]


def test_functional_syntax_gives_the_same_examples_as_turtle(shop: Path, tmp_path: Path) -> None:
    ontology = load(shop / "ontology" / "shop.ttl")
    texts = [axiom_text(ontology.axiom(row)) for row in range(len(ontology))]
    random.Random(1).shuffle(texts)
    source = tmp_path / "shop.ofn"
    source.write_text(document(texts).replace("Ontology(", f"Ontology(<{ontology.iri}>", 1), encoding="utf-8")
    assert load(source).version == ontology.version
    build = press(load_config(shop), ontology=source, out=tmp_path / "shop")
    ours, theirs = manifest(build.folder), manifest(shop / "datasets" / "shop")
    assert {name for name in theirs if ours[name] != theirs[name]} == {"build.json", "README.md", "croissant.json"}


def test_an_option_that_decides_nothing_moves_no_example(shop: Path, tmp_path: Path) -> None:
    config = load_config(shop, imports="error", train_minutes=1.0, oracle_seconds=7)
    assert config.recipe() == load_config(shop).recipe()
    build = press(config, out=tmp_path / "shop")
    assert manifest(build.folder) == manifest(shop / "datasets" / "shop")


def test_the_seed_moves_choices_and_splits(shop: Path, tmp_path: Path) -> None:
    build = press(load_config(shop, seed=1), out=tmp_path / "shop")
    ours, theirs = manifest(build.folder), manifest(shop / "datasets" / "shop")
    assert not {name for name in ours if name.startswith("data/") and theirs.get(name) == ours[name]}


def test_neither_card_nor_report_holds_a_clock_or_a_path(pizza: Pressed) -> None:
    for name in ("README.md", "build.json", "croissant.json"):
        text = (pizza.folder / name).read_text(encoding="utf-8")
        assert str(pizza.project) not in text and str(pizza.source.parent) not in text
        assert not any(f"{year}-" in text for year in range(2024, 2040)), name

"""Whether a dataset is still what its inputs give: every edit is noticed with its reason, and nothing else is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from bad_input import OPTIONS, SCENE, SHOP, TEMPLATE

from lithograph.config import FILE_NAME, load_config
from lithograph.pipeline.build import manifest, press
from lithograph.pipeline.fresh import is_fresh
from lithograph.pipeline.stone import ontology_path

CATALOG = """<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
<uri name="http://example.org/flour" uri="flour.ttl"/></catalog>
"""
FLOUR = """@prefix : <http://example.org/flour#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/flour> a owl:Ontology .
:Rye a owl:Class ; rdfs:label "rye"@en ; rdfs:subClassOf :Flour . :Flour a owl:Class ; rdfs:label "flour"@en .
"""


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pressed project with an import, a scene file and templates of its own."""
    root = tmp_path_factory.mktemp("bakery") / "project"
    files = {
        FILE_NAME: OPTIONS + 'scenes = ["s.yaml"]\n', "s.yaml": SCENE, "templates/taxonomy/plain.en.j2": TEMPLATE,
        "ontology/shop.ttl": SHOP + "<http://example.org/shop> owl:imports <http://example.org/flour> .\n",
        "ontology/catalog-v001.xml": CATALOG, "ontology/flour.ttl": FLOUR,
    }  # fmt: skip
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    press(load_config(root), workers=1)
    return root


def fresh(root: Path, **options: object) -> bool:
    config = load_config(root, **options)
    return is_fresh(config, root / "datasets" / "shop", ontology_path(config))


EDITED = [
    "ontology/catalog-v001.xml", "s.yaml", "templates/taxonomy/plain.en.j2",
    "datasets/shop/build.json", "datasets/shop/README.md", "datasets/shop/figures/coverage.svg",
    "datasets/shop/croissant.json",
    "datasets/shop/data/train-00000-of-00001.parquet",
]  # fmt: skip


@pytest.mark.parametrize("name", EDITED)
def test_an_edit_is_noticed_and_so_is_its_undoing(bakery: Path, name: str) -> None:
    assert fresh(bakery)
    file = bakery / name
    text, times = file.read_bytes(), file.stat()
    edited = text.replace(b"</catalog>", b'<uri name="http://e/" uri="e.ttl"/></catalog>') + b"\n"
    file.write_bytes(edited)
    assert not fresh(bakery)
    file.unlink()
    assert not fresh(bakery)
    file.write_bytes(text)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert fresh(bakery)


@pytest.mark.parametrize("name", ["ontology/shop.ttl", "ontology/flour.ttl"])
def test_an_axiom_is_noticed_and_a_file_that_is_saved_again_is_not(bakery: Path, name: str) -> None:
    file = bakery / name
    text, times = file.read_text(), file.stat()
    file.write_text("# saved again\n" + text)
    assert fresh(bakery)
    for edited in (text + ":Bun a owl:Class .\n", text.replace('"@en', '"@de'), "?"):
        file.write_text(edited)
        assert not fresh(bakery)
    file.unlink()
    assert not fresh(bakery)
    file.write_text(text)
    assert fresh(bakery), "its time of writing is another"
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("option", [{"wordings": 1}, {"languages": ("en", "ru")}, {"seed": 1}, {"depth": 2},
                                    {"scenes_off": ("IsA",)}, {"imports": "error"}, {"oracle": "required"},
                                    {"scenes": ()}, {"per_scene": 3}])  # fmt: skip
def test_an_option_that_decides_is_noticed(bakery: Path, option: dict[str, object]) -> None:
    assert not fresh(bakery, **option)


@pytest.mark.parametrize("option", [{"train_minutes": 1.0}, {"train_languages": ("ru",)}, {"oracle_seconds": 7}])
def test_an_option_that_decides_nothing_is_not(bakery: Path, option: dict[str, object]) -> None:
    assert fresh(bakery, **option)


def test_a_new_template_and_a_new_neighbour_of_an_import_are_noticed(bakery: Path) -> None:
    for name, text in (("templates/taxonomy/terse.en.j2", TEMPLATE), ("ontology/rye.ttl", FLOUR)):
        (bakery / name).write_text(text)
        assert not fresh(bakery)
        (bakery / name).unlink()
        assert fresh(bakery)


def test_another_file_with_the_same_words_is_another_ontology(bakery: Path) -> None:
    shutil.copy(bakery / "ontology" / "shop.ttl", bakery / "ontology" / "copy.owl.txt")
    assert not fresh(bakery, ontology="ontology/copy.owl.txt")


def test_a_dataset_that_is_fresh_is_not_pressed_again_unless_forced(bakery: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(bakery, root)
    first = press(load_config(root))
    assert first.fresh, "its note names the files of another folder"
    before = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")}
    again = press(load_config(root))
    assert not again.fresh
    assert (again.record, again.report, again.examples) == (first.record, first.report, first.examples)
    assert {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")} == before
    old = manifest(first.folder)
    forced = press(load_config(root), force=True)
    assert forced.fresh and manifest(forced.folder) == old


def test_a_dataset_that_the_ledger_forgot_is_pressed_again(bakery: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(bakery, root)
    press(load_config(root))
    shutil.rmtree(root / "ledger")
    assert press(load_config(root)).fresh
    assert not press(load_config(root)).fresh


def edit_ontology(root: Path) -> None:
    with (root / "ontology" / "shop.ttl").open("a") as file:
        file.write(':Bun a owl:Class ; rdfs:label "bun"@en ; rdfs:subClassOf :Bread .\n')


def edit_import(root: Path) -> None:
    with (root / "ontology" / "flour.ttl").open("a") as file:
        file.write(':Spelt a owl:Class ; rdfs:label "spelt"@en ; rdfs:subClassOf :Flour .\n')


def edit_template(root: Path) -> None:
    file = root / "templates" / "taxonomy" / "plain.en.j2"
    file.write_text(file.read_text().replace("is {{", "is of course {{"))


@pytest.mark.parametrize(("edit", "word"), [(edit_ontology, "bun"), (edit_import, "spelt"), (edit_template, "course")])
def test_an_edit_reaches_the_examples(bakery: Path, tmp_path: Path, edit: Callable[[Path], None], word: str) -> None:
    root = tmp_path / "project"
    shutil.copytree(bakery, root)
    edit(root)
    build = press(load_config(root))
    assert build.fresh
    assert word in spoken(build.folder) and word not in spoken(bakery / "datasets" / "shop")


def spoken(folder: Path) -> str:
    tables = [pq.read_table(path, columns=["completion"]) for path in sorted((folder / "data").iterdir())]
    return " ".join(text for table in tables for text in table.column(0).to_pylist())


def test_a_missing_import_may_turn_up_so_nothing_is_taken_for_fresh(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "shop.ttl").write_text(SHOP + "<http://example.org/shop> owl:imports <http://e/a> .\n")
    (tmp_path / FILE_NAME).write_text(OPTIONS)
    heard: list[object] = []
    build = press(load_config(tmp_path), listener=heard.append)
    assert any("ontology/shop.ttl: the import http://e/a was not found" in str(event) for event in heard)
    assert build.report["ontology"]["missing_imports"] == ["http://e/a"]  # type: ignore[index]
    assert not is_fresh(load_config(tmp_path), build.folder, tmp_path / "ontology" / "shop.ttl")

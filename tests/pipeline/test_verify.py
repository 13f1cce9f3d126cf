"""`ledger verify`: one changed byte anywhere is named, an intact ledger is quiet, what is missing is told as such."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from lithograph.cli import main
from lithograph.config import load_config
from lithograph.core.identity import file_sha256, sha256_hex, urn
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import column_files, read_all, read_columns, rows_of, write_columns
from lithograph.ledger.evaluations import EvaluationRecord, record_attributions, record_evaluation, record_export
from lithograph.ledger.format import sealed
from lithograph.ledger.manifests import BLOCK, manifest_path
from lithograph.ledger.named import named_queries
from lithograph.ledger.schemas import TABLES
from lithograph.ledger.verify import Checked, Finding, Places, held_against, wrong_bytes
from lithograph.pipeline.build import press
from lithograph.pipeline.verify import verify_ledger

SHOP = """@prefix : <http://example.org/shop#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/shop> a owl:Ontology .
:partOf a owl:ObjectProperty ; rdfs:label "part of"@en ; rdfs:domain :Food .
:x1 a owl:ObjectProperty ; rdfs:subPropertyOf :x2 . :x2 a owl:ObjectProperty .
""" + "".join(
    f':{name} a owl:Class ; rdfs:label "{name.lower()}"@en ; rdfs:subClassOf :{above} , '
    f"[ a owl:Restriction ; owl:onProperty :partOf ; owl:someValuesFrom :{whole} ] .\n"
    for name, above, whole in (
        ("Bread", "Food", "Meal"), ("Roll", "Bread", "Breakfast"), ("Loaf", "Bread", "Meal"),
        ("Breakfast", "Meal", "Day"), ("Crust", "Food", "Loaf"), ("Crumb", "Food", "Roll"),
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pressed project with a run, its checkpoint, two evaluations, attributions and an export. Only to be read."""
    root = tmp_path_factory.mktemp("shop") / "project"
    (root / "ontology").mkdir(parents=True)
    (root / "ontology" / "shop.ttl").write_text(SHOP)
    (root / "lithograph.toml").write_text(
        'ontology = "ontology/shop.ttl"\ndataset = "shop"\nlanguages = ["en"]\npractice = 0\n'
    )
    build = press(load_config(root), workers=1)
    ledger = Ledger(root / "ledger")
    examples = read_all(ledger.path, "examples")
    train = [r["id"] for r in rows_of(examples) if r["split"] == "train"]
    for slug in ("earlier", "later"):
        ledger.record_run(_run(root / "runs" / slug, build.record.dataset, train))
        adapter = f"urn:litho:adapter:{file_sha256(root / 'runs' / slug / 'adapter' / 'adapter_model.safetensors')}"
        record = EvaluationRecord(f"{slug} on the test", "test", adapter, build.record.splits["test"].id,
                                  {"accuracy": 0.5}, {}, urn("run", slug))  # fmt: skip
        last = record_evaluation(ledger.path, record, _answers(ledger.path, slug))
    record_attributions(ledger.path, last, _weights(ledger.path, train))
    (root / "exports").mkdir()
    (root / "exports" / "shop.json").write_text("{}\n" * 30_000)
    record_export(ledger.path, "croissant", build.record.dataset, [root / "exports" / "shop.json"], root)
    ledger.view()
    return root


def _run(folder: Path, dataset: str, train: list[str]) -> Path:
    """A run's folder as training leaves it: 40 steps of four examples, losses that rise at every seventh step."""
    for name in ("steps", "adapter", "checkpoints/step-000040"):
        (folder / name).mkdir(parents=True)
    noise = random.Random(folder.name)
    (folder / "adapter" / "adapter_model.safetensors").write_bytes(noise.randbytes(150_000))
    (folder / "adapter" / "adapter_config.json").write_text("{}")
    (folder / "checkpoints" / "step-000040" / "state.pt").write_bytes(noise.randbytes(200_000))
    rows = [{"step": step, "micro": i, "example": train[(4 * step + i) % len(train)], "tokens": 5 + i, "lr": 0.1,
             "loss": noise.random() * (4 if step % 7 == 0 else 1)}
            for step in range(1, 41) for i in range(4)]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), folder / "steps" / "part-00000.parquet")
    run = {"id": folder.name, "status": "finished", "options": {"rank": 8, "lr": 1e-05, "online": False, "seed": 3},
           "dataset": {"id": dataset}, "model": {"name": "smollm2", "digest": "3" * 64, "license": "apache-2.0"},
           "versions": {"lithograph": "0.1.0"}}  # fmt: skip
    (folder / "run.json").write_text(json.dumps(run))
    return folder


def _answers(ledger: Path, slug: str) -> pa.Table:
    axioms = {r["instance"]: r["axioms"] for r in rows_of(read_all(ledger, "instances"))}
    rows = [r for r in rows_of(read_all(ledger, "examples")) if r["split"] == "test"]
    return pa.Table.from_pylist([
        {"item": r["id"], "axis": "taxonomy", "depth": 0, "level": "atom", "register": r["register"],
         "expected": "yes", "answer": "yes" if right else "no", "correct": right, "score": float(right),
         "axioms": axioms[r["instance"]]}
        for i, r in enumerate(rows) for right in ((i % 3 != 0) == (slug == "earlier"),)
    ])  # fmt: skip


def _weights(ledger: Path, train: list[str]) -> pa.Table:
    noise = random.Random(1)
    items = [r["item"] for r in rows_of(read_all(ledger, "probes"))]
    return pa.Table.from_pylist([{"item": item, "example": noise.choice(train), "score": noise.random(),
                                  "method": "gradient"} for item in items for _ in range(3)])  # fmt: skip


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """The project, to be damaged."""
    return Path(shutil.copytree(project, tmp_path / "project"))


def _places(root: Path) -> Places:
    return Places(root / "ledger", root, root / "datasets", root / "runs")


def _guarded(root: Path) -> list[Path]:
    """All files whose bytes the ledger answers for."""
    outside = ("datasets/shop/data/*.parquet", "runs/*/adapter/*", "runs/*/checkpoints/*/*", "exports/*")
    ledger = [*(root / "ledger" / "columns").rglob("*.*"), root / "ledger" / "format.json"]
    return sorted([*ledger, *(p for pattern in outside for p in root.glob(pattern))])


def test_an_intact_ledger_has_nothing_wrong(project: Path) -> None:
    verified = verify_ledger(load_config(project))
    assert [str(f) for f in verified.findings] == []
    assert verified.notes == ()
    assert verified.files == len(_guarded(project)) - 1  # format.json is no file of a manifest
    assert verified.ids > 3 * read_all(project / "ledger", "axioms").num_rows
    told = CliRunner().invoke(main, ["ledger", "verify", "--project", str(project)])
    assert (told.exit_code, told.output) == (0, verified.summary + "\n")
    assert verified.summary.endswith("nothing is wrong")


def test_every_kind_of_file_is_guarded(project: Path) -> None:
    folders = {p.relative_to(project).parts[:3] for p in _guarded(project)}
    tables = {parts[2] for parts in folders if parts[:2] == ("ledger", "columns")}
    assert tables == {*TABLES, "manifests"}
    assert len(_guarded(project)) == 7 + 2 + 2 * 5 + 2 * 3 + 1 + 2 + 6 + 3 + 6 + 1 + 1


def _places_in(size: int, noise: random.Random) -> Iterator[int]:
    yield from {0, size - 1, *(noise.randrange(size) for _ in range(4))}


def test_one_changed_byte_anywhere_is_named_with_its_file_and_range(copy: Path) -> None:
    noise, flips = random.Random(20), 0
    for path in _guarded(copy):
        whole = path.read_bytes()
        for place in _places_in(len(whole), noise):
            changed = bytearray(whole)
            changed[place] ^= 1 << noise.randrange(8)
            path.write_bytes(changed)
            findings = list(wrong_bytes(_places(copy), Checked()))
            hits = [f for f in findings if f.file == path and f.first is not None and f.last is not None]
            assert [f for f in hits if f.first <= place <= f.last], (path, place, findings)
            assert all(f.last - f.first < BLOCK or path.suffix == ".json" for f in hits)
            flips += 1
        path.write_bytes(whole)
    assert flips > 200
    assert list(wrong_bytes(_places(copy), Checked())) == []


def test_a_damage_is_one_line_with_file_range_and_cure(copy: Path) -> None:
    (weights,) = copy.glob("runs/later/adapter/*.safetensors")
    whole = bytearray(weights.read_bytes())
    whole[70_000] ^= 1
    weights.write_bytes(whole)
    told = CliRunner().invoke(main, ["ledger", "verify", "--project", str(copy)])
    line, summary = told.output.splitlines()
    assert told.exit_code == 1
    assert line == (
        f"{weights}:65536-131071: these bytes are not those that were written. Bring the file back from a copy, "
        "or delete it and train again."
    )
    assert summary.endswith("ids: one thing is wrong")


def test_what_is_missing_or_cut_short_is_told_apart_from_what_is_damaged(copy: Path) -> None:
    guarded = _guarded(copy)
    for path in guarded:
        whole = path.read_bytes()
        path.unlink()
        findings = list(wrong_bytes(_places(copy), Checked()))
        assert [(f.file, f.kind) for f in findings if f.file == path] == [(path, "missing")], path
        if path.suffix != ".json":
            path.write_bytes(whole[:-10])
            findings = list(wrong_bytes(_places(copy), Checked()))
            (found,) = [f for f in findings if f.file == path]
            assert (found.kind, found.first, found.last) == ("cut short", len(whole) - 10, len(whole) - 1)
        path.write_bytes(whole)
    shutil.rmtree(copy / "runs" / "later")
    findings = list(wrong_bytes(_places(copy), Checked()))
    assert [(f.file, f.kind) for f in findings] == [(copy / "runs" / "later", "missing")]


def test_a_file_that_grew_is_named_where_it_goes_on(copy: Path) -> None:
    (shard,) = copy.glob("datasets/shop/data/train-*")
    size = shard.stat().st_size
    with shard.open("ab") as file:
        file.write(b"more")
    (found,) = [f for f in wrong_bytes(_places(copy), Checked()) if f.file == shard]
    assert (found.kind, found.first, found.last) == ("damaged", size, size + 3)


def test_ids_are_made_again_where_no_manifest_could_tell(copy: Path) -> None:
    """A ledger of form 1 has no manifests: an edited text is told by its id."""
    ledger = copy / "ledger"
    (ledger / "format.json").unlink()
    shutil.rmtree(ledger / "columns" / "manifests")
    verified = verify_ledger(load_config(copy))
    assert verified.findings == ()
    assert "written before there were manifests" in verified.notes[0]
    (path,) = column_files(ledger, "axioms")
    axioms = read_columns(ledger, "axioms", path.stem)
    texts = axioms["text"].to_pylist()
    texts[4] = texts[4].replace("#", "#Not")
    write_columns(ledger, "axioms", path.stem, axioms.set_column(3, "text", pa.array(texts)))
    findings = verify_ledger(load_config(copy)).findings
    assert [(f.file, f.kind) for f in findings] == [(path, "misnamed")]
    assert "the id of axiom 5 is not the hash of what it names" in str(findings[0])


@pytest.mark.parametrize(
    ("table", "column", "value", "problem"),
    [
        ("builds", "recipe", "{}", "the hash of the recipe is not"),
        ("builds", "code_version", "9.9", "the id of the build is not"),
        ("builds", "ontology", urn("ontology", "x"), "the id of the ontology is not"),
        ("scenes", "declaration", None, "the hash of scene"),
        ("templates", "source", "prompt: Hm?", "the id of template"),
        ("evaluations", "options", '{"seed":4}', "the id of the evaluation is not"),
        ("exports", "of", urn("dataset", "x"), "the id of the export is not"),
        ("examples", "content_hash", f"sha256-128:{'0' * 32}", "ledger and dataset tell of different examples"),
    ],
)
def test_an_edited_row_is_told_by_its_id(copy: Path, table: str, column: str, value: str | None, problem: str) -> None:
    ledger = copy / "ledger"
    path = column_files(ledger, table)[0]
    rows = rows_of(read_columns(ledger, table, path.stem))
    rows[0][column] = rows[0][column] + " " if value is None else value
    write_columns(ledger, table, path.stem, pa.Table.from_pylist(rows, schema=TABLES[table]))
    manifest_path(ledger, path.stem).unlink()
    (ledger / "format.json").unlink()
    findings = [f for f in verify_ledger(load_config(copy)).findings if f.kind == "misnamed"]
    assert findings and all(f.file == path for f in findings)
    assert any(problem in str(f) for f in findings)


def test_a_text_of_the_dataset_is_told_by_its_content_hash(copy: Path) -> None:
    ledger = copy / "ledger"
    (shard,) = copy.glob("datasets/shop/data/test-*")
    table = pq.read_table(shard)
    answers = ["Never.", *table["completion"].to_pylist()[1:]]
    place = table.schema.get_field_index("completion")
    pq.write_table(table.set_column(place, "completion", pa.array(answers)), shard)
    (build,) = column_files(ledger, "builds")
    rows = rows_of(pq.read_table(build))
    for part in rows[0]["shards"]:
        part["sha256"] = file_sha256(copy / "datasets" / "shop" / part["file"])
    write_columns(ledger, "builds", build.stem, pa.Table.from_pylist(rows, schema=TABLES["builds"]))
    shutil.rmtree(ledger / "columns" / "manifests")
    (ledger / "format.json").unlink()
    told = [str(f) for f in verify_ledger(load_config(copy)).findings]
    assert [line for line in told if "the content hash of row 0 is not that of its text" in line]


def test_an_edited_template_is_worth_a_note_and_no_damage(copy: Path) -> None:
    used = rows_of(read_all(copy / "ledger", "templates"))[0]["path"]
    source = Path(__file__).resolve().parents[2] / "templates"
    shutil.copytree(source, copy / "templates")
    assert verify_ledger(load_config(copy)).notes == ()
    (copy / used).unlink()
    verified = verify_ledger(load_config(copy))
    assert (verified.findings, verified.notes) == ((), (f"changed or gone since the last build: {used}",))


def test_a_run_that_goes_on_may_let_its_older_checkpoints_go(copy: Path) -> None:
    folder = copy / "runs" / "later"
    run = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**run, "status": "interrupted"}))
    Ledger(copy / "ledger").record_run(folder)
    shutil.rmtree(folder / "checkpoints")
    assert list(wrong_bytes(_places(copy), Checked())) == []


def test_a_sealed_file_is_refused_by_whoever_reads_it(copy: Path) -> None:
    path = copy / "ledger" / "format.json"
    path.write_bytes(path.read_bytes().replace(b'"format":3', b'"format":1'))
    told = CliRunner().invoke(main, ["query", "held-out", "--project", str(copy)])
    assert told.exit_code == 2
    assert "format.json: this file of the ledger is damaged" in told.stderr


@given(st.binary(min_size=1, max_size=3 * BLOCK), st.data())
@settings(max_examples=25, deadline=None)
def test_any_changed_byte_of_any_file_lies_in_the_range_that_is_told(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, draw: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bin"
    note = {"bytes": len(data), "blocks": [sha256_hex(data[i : i + BLOCK]) for i in range(0, len(data), BLOCK)]}
    place, mask = draw.draw(st.integers(0, len(data) - 1)), draw.draw(st.integers(1, 255))
    changed = bytearray(data)
    changed[place] ^= mask
    path.write_bytes(changed)
    (found,) = held_against(path, note, Checked())
    assert isinstance(found, Finding) and found.first is not None and found.last is not None
    assert found.first <= place <= found.last < found.first + BLOCK
    path.write_bytes(data)
    assert list(held_against(path, note, Checked())) == []


PARAMETERS: dict[str, dict[str, object]] = {
    "blast-radius": {"axiom": "bread SubClassOf food"},
    "exposures": {"node": "bread", "step": 30},
    "regressions": {"before": "earlier"},
    "never-rendered": {"limit": 500},
    "node-loss": {"least": 2},
}
EMPTY = frozenset({"stale-adapters", "leakage-text", "held-out"})
"""What has no answer here, as it should be: nothing was edited, no text stands in two splits, and tests are of other
wordings. The ledger made by hand answers all three."""


@pytest.mark.parametrize("name", sorted(name for name, query in named_queries().items() if query.sql))
def test_view_and_columns_answer_alike_on_a_pressed_ledger(project: Path, name: str) -> None:
    ledger, params = Ledger(project / "ledger"), PARAMETERS.get(name, {})
    view, columns = (ledger.query(name, source=source, **params) for source in ("view", "columns"))
    assert columns == view
    assert bool(len(view)) != (name in EMPTY)


def test_rebuild_drops_the_view_and_says_how_many_triples_came(copy: Path) -> None:
    ledger = Ledger(copy / "ledger")
    quads = ledger.view().store.quads_for_pattern(None, None, None, None)
    before = sum(not str(quad.graph_name).endswith("/steps>") for quad in quads)  # steps are expanded when asked for
    shutil.rmtree(copy / "ledger" / "view")
    told = CliRunner().invoke(main, ["ledger", "rebuild", "--project", str(copy)])
    assert told.exit_code == 0
    assert told.output.startswith(f"{before:,} triples from the columns in ")
    assert len(ledger.view().store) == before


def test_a_newer_ledger_is_refused_by_readers_and_writers_in_one_line(copy: Path) -> None:
    ledger = copy / "ledger"
    (ledger / "format.json").write_bytes(sealed({"format": 9, "something": "new"}))
    line = (f"lithograph: {ledger}: this ledger was written by a newer version of Lithograph (its format is 9, this "
            "version reads up to 3). Use that version, or name another project.\n")  # fmt: skip
    for words in (["query", "held-out"], ["query", "ASK { ?s ?p ?o }"], ["trace", "random"], ["ledger", "verify"],
                  ["ledger", "rebuild"], ["dataset", "--force"]):  # fmt: skip
        told = CliRunner().invoke(main, [*words, "--project", str(copy)])
        assert (told.exit_code, told.stderr.splitlines()[-1] + "\n") == (2, line), words

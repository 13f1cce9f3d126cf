"""What `lithograph status` says: why a dataset would be pressed again, what adapters learned that is no longer so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bad_input import OPTIONS, SCENE, SHOP, TEMPLATE
from click.testing import CliRunner
from rdflib import Graph

from lithograph.cli import main
from lithograph.config import FILE_NAME, load_config
from lithograph.core.identity import sha256_hex, urn
from lithograph.ledger.ask import Ledger
from lithograph.ledger.record import BuildRecord, OntologyRecord, SplitRecord, key_of
from lithograph.pipeline.affected import Fate, Printed, adapters_affected, fates
from lithograph.pipeline.build import press
from lithograph.pipeline.forme import asking_folder
from lithograph.pipeline.fresh import note_path
from lithograph.pipeline.status import DatasetStatus, Status, project_status
from lithograph.pipeline.versions import newest_build

# ---- datasets --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pressed project with a scene file and templates of its own. Only to be copied."""
    root = tmp_path_factory.mktemp("shop") / "project"
    files = {FILE_NAME: OPTIONS + 'candidates = 0\nscenes = ["s.yaml"]\n', "s.yaml": SCENE, "ontology/shop.ttl": SHOP,
             "templates/taxonomy/plain.en.j2": TEMPLATE}  # fmt: skip
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    """A copy of that project, pressed where it stands."""
    root = tmp_path / "project"
    shutil.copytree(made, root)
    press(load_config(root), workers=1)
    return root


def dataset(root: Path, **options: object) -> DatasetStatus:
    (found,) = project_status(load_config(root, **options)).datasets
    return found


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new))

    return edit


def removed(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).unlink()


def another_template(root: Path) -> None:
    (root / "templates/taxonomy/terse.en.j2").write_text(TEMPLATE)


def another_question(room: str) -> Callable[[Path], None]:
    """A room of questions that was the program's own, copied into the project and edited there."""

    def edit(root: Path) -> None:
        shutil.copytree(asking_folder(load_config(root), room) / room, root / "templates" / room)
        replaced(f"templates/{room}/plain.en.j2", "user: ", "user: Now, ")(root)

    return edit


def another_version(root: Path) -> None:
    note = note_path(root / "datasets" / "shop")
    text = json.loads(note.read_text())
    text["program"] = {"version": "0.0.9", "sha256": "0"}
    note.write_text(json.dumps(text))


SHARD = "data/train-00000-of-00001.parquet"


@pytest.mark.parametrize(("edit", "said"), [
    (replaced("ontology/shop.ttl", '"loaf"@en', '"loaf of bread"@en'),
     "ontology ontology/shop.ttl: other axioms: 1 text edited"),
    (replaced("ontology/shop.ttl", " ; owl:disjointWith :Bread", ""),
     "ontology ontology/shop.ttl: other axioms: 1 went"),
    (removed("ontology/shop.ttl"), "ontology ontology/shop.ttl: is gone"),
    (replaced("ontology/shop.ttl", "@prefix", "@perfix"), "ontology ontology/shop.ttl: cannot be read any more"),
    (replaced("lithograph.toml", "candidates = 0", "candidates = 0\nwordings = 3"), "option wordings: 2 → 3"),
    (replaced("lithograph.toml", '["en"]', '["en", "ru"]'), 'option languages: ["en"] → ["en", "ru"]'),
    (replaced("lithograph.toml", '"ontology/shop.ttl"', '"ontology/other.ttl"'),
     "ontology ontology/other.ttl: another file than before"),
    (replaced("s.yaml", "bakes>", "bakes2>"), "scene s.yaml: was edited"),
    (replaced("lithograph.toml", 'scenes = ["s.yaml"]', ""), "scene s.yaml: is gone"),
    (another_template, "template taxonomy/terse.en.j2: is new"),
    (replaced("templates/taxonomy/plain.en.j2", "is {{", "is a {{"), "template taxonomy/plain.en.j2: was edited"),
    (another_question("practice"), "template practice/plain.en.j2: was edited"),
    (another_question("probes"), "template probes/plain.en.j2: was edited"),
    (removed(f"datasets/shop/{SHARD}"), f"shard {SHARD}: is missing"),
    (lambda root: (root / "datasets/shop" / SHARD).write_bytes(b"x"), f"shard {SHARD}: was altered"),
    (replaced("datasets/shop/README.md", "shop", "ship"), "dataset README.md: was altered"),
    (another_version, "program lithograph: 0.0.9 → "),
    (removed("datasets/.shop.inputs.json"), "dataset: what it was made from is not noted"),
    (lambda root: shutil.rmtree(root / "ledger"), "dataset: the ledger does not know its build"),
    (lambda root: shutil.rmtree(root / "datasets"), "dataset: never pressed"),
])  # fmt: skip
def test_the_reason_is_named(shop: Path, edit: Callable[[Path], None], said: str) -> None:
    before = dataset(shop)
    assert (before.fresh, before.remarks) == (True, ())
    edit(shop)
    found = dataset(shop)
    assert [str(reason).startswith(said) for reason in found.reasons] == [True], found.reasons


def test_every_reason_is_named_at_once(shop: Path) -> None:
    for edit in (
        another_template,
        removed(f"datasets/shop/{SHARD}"),
        replaced(FILE_NAME, "candidates", "seed = 1\ncandidates"),
    ):
        edit(shop)
    assert [reason.kind for reason in dataset(shop).reasons] == ["option", "template", "shard"]


def test_a_file_that_is_saved_again_in_another_syntax_is_no_reason_and_nothing_is_pressed(shop: Path) -> None:
    file = shop / "ontology" / "shop.ttl"
    Graph().parse(file, format="turtle").serialize(file, format="xml")
    found = dataset(shop)
    assert found.fresh
    assert [str(remark) for remark in found.remarks] == ["ontology ontology/shop.ttl: re-saved, no axiom changed"]
    heard: list[object] = []
    assert not press(load_config(shop), listener=heard.append).fresh
    assert any("re-saved, no axiom changed" in str(event) for event in heard)


def test_status_writes_nothing_and_names_a_dataset_of_another_ontology(shop: Path) -> None:
    other = shop / "ontology" / "tea.ttl"
    other.write_text(SHOP.replace("loaf", "tea"))
    press(load_config(shop, dataset="tea"), ontology=other, workers=1)
    before = {path: path.stat().st_mtime_ns for path in shop.rglob("*")}
    assert [(d.name, d.fresh) for d in project_status(load_config(shop)).datasets] == [("shop", True), ("tea", True)]
    assert {path: path.stat().st_mtime_ns for path in shop.rglob("*")} == before
    replaced("ontology/tea.ttl", '"tea"@en', '"green tea"@en')(shop)
    assert [(d.name, d.fresh) for d in project_status(load_config(shop)).datasets] == [("shop", True), ("tea", False)]


def test_the_view_is_told_before_and_after_a_question(shop: Path) -> None:
    assert project_status(load_config(shop)).view.startswith("not made yet")
    Ledger(shop / "ledger").query("ASK { ?s ?p ?o }")
    assert project_status(load_config(shop)).view == "up to date"
    replaced("ontology/shop.ttl", '"loaf"@en', '"loaf of bread"@en')(shop)
    press(load_config(shop), workers=1)
    assert project_status(load_config(shop)).view.startswith("1 builds and runs behind")


# ---- adapters: a ledger by hand --------------------------------------------------------------------------------------

TEXTS = {
    "A1": "a pump is a device",
    "A2": "a valve is a device",
    "A3": "a tank is a device",
    "A4": "a pump has a valve",
}
OLD = {  # example -> instance, words
    "E1": ("pump is", "A pump is a device."), "E2": ("valve is", "A valve is a device."),
    "E3": ("tank is", "A tank is a device."), "E4": ("pump has", "A pump has a valve."),
    "E5": ("pump has", "Every pump has a valve."), "E6": ("tank is", "Tank: device."),
    "E7": ("valve is", "Valve: device."),
}  # fmt: skip
NEW = {  # A3 is gone; the valve is called a tap; of the pump's two wordings one is left; a pipe is new
    "E1": OLD["E1"], "N2": ("valve is", "A tap is a device."), "N7": ("valve is", "Tap: device."),
    "E4": OLD["E4"], "N8": ("pipe is", "A pipe is a device."), "N9": ("pump is", "Pump: device."),
}  # fmt: skip
RESTS = {"pump is": "A1", "valve is": "A2", "tank is": "A3", "pump has": "A4", "pipe is": "A1"}
STEPS = [("E1", 10), ("E2", 20), ("E3", 30), ("E4", 10), ("E1", 10), ("E3", 30), ("E5", 40), ("E7", 50)]
"""example, learned tokens; 200 in all"""


def tables(examples: dict[str, tuple[str, str]], axioms: list[str]) -> dict[str, pa.Table]:
    used = sorted({instance for instance, _ in examples.values()})
    return {
        "axioms": pa.Table.from_pylist([
            {"axiom": urn("axiom", a), "annotated": urn("axiom", a), "kind": "SubClassOf",
             "text": f"SubClassOf(<http://e/{a}> <http://e/Device>)", "display": TEXTS[a], "nodes": [],
             "source": "o.ttl", "examples": 1, "silence": None} for a in axioms
        ]),
        "instances": pa.Table.from_pylist([
            {"instance": urn("instance", i), "scene": "http://e/IsA", "roles": [{"role": "sub", "node": f"http://e/{i}"}],
             "axioms": [urn("axiom", RESTS[i])], "focus": "http://e/x", "by": "an axiom", "resonance": 0.0,
             "density": 0.0, "deviation": 0.0, "tension": 0.0, "tension_exact": True, "depth": 0} for i in used
        ]),
        "examples": pa.Table.from_pylist([
            {"id": urn("example", e), "content_hash": f"sha256:{sha256_hex(words)}", "split": "train",
             "instance": urn("instance", i), "template": "t", "form": "statement", "language": "en",
             "register": "plain", "truth": "asserted", "depth": 0, "shard": "data/x.parquet", "row": n}
            for n, (e, (i, words)) in enumerate(examples.items())
        ]),
    }  # fmt: skip


def recorded_build(ledger: Ledger, name: str, examples: dict[str, tuple[str, str]], axioms: list[str]) -> str:
    dataset = urn("dataset", name)
    ledger.record_build(
        BuildRecord(
            id=urn("build", name), slug=name, dataset_name="plant", dataset=dataset,
            ontology=OntologyRecord(urn("ontology", name), "http://e/o", name), sources=(), recipe={},
            code_version="0", splits={"train": SplitRecord(urn("split", name), len(examples))}, shards=(),
        ),
        tables(examples, axioms),
    )  # fmt: skip
    return dataset


def recorded_run(
    root: Path, slug: str, dataset: str, steps: list[tuple[str, int | None]], status: str = "finished"
) -> None:
    folder = root / "runs" / slug
    (folder / "steps").mkdir(parents=True)
    (folder / "adapter").mkdir()
    if status == "finished":
        (folder / "adapter" / "adapter_model.safetensors").write_bytes(slug.encode())
    (folder / "run.json").write_text(
        json.dumps({"id": slug, "status": status, "dataset": {"id": dataset, "name": "plant"}})
    )
    rows = {
        "step": pa.array(range(len(steps)), pa.int32()),
        "example": [urn("example", e) for e, _ in steps],
        "loss": pa.array([1.0] * len(steps), pa.float32()),
        "tokens": pa.array([tokens for _, tokens in steps], pa.int32()),
    }
    pq.write_table(pa.table(rows), folder / "steps" / "0.parquet")
    Ledger(root / "ledger").record_run(folder)


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    """Two builds of a plant, and three runs: on the old one with and without tokens, and one that was broken off."""
    ledger = Ledger(tmp_path / "ledger")
    old = recorded_build(ledger, "plant-1", OLD, ["A1", "A2", "A3", "A4"])
    recorded_run(tmp_path, "first", old, STEPS)
    recorded_run(tmp_path, "tokenless", old, [(e, None) for e, _ in STEPS])
    recorded_run(tmp_path, "broken-off", old, STEPS[:2], "training")
    new = recorded_build(ledger, "plant-2", NEW, ["A1", "A2", "A4"])
    recorded_run(tmp_path, "second", new, [("E1", 10), ("N8", 10)])
    (tmp_path / FILE_NAME).write_text('dataset = "plant"\n')
    return tmp_path


def test_each_example_has_its_fate(plant: Path) -> None:
    ledger = plant / "ledger"
    old = Printed.of(ledger, {"id": urn("build", "plant-1")})
    new = Printed.of(ledger, {"id": urn("build", "plant-2")})
    found = dict(zip(OLD, fates(old, new).tolist(), strict=True))
    assert found == {"E1": Fate.KEPT, "E2": Fate.REWORDED, "E3": Fate.GONE, "E4": Fate.KEPT, "E5": Fate.UNSAID,
                     "E6": Fate.GONE, "E7": Fate.REWORDED}  # fmt: skip
    back = dict(zip(NEW, fates(new, old).tolist(), strict=True))
    assert back == {"E1": Fate.KEPT, "N2": Fate.REWORDED, "N7": Fate.REWORDED, "E4": Fate.KEPT, "N8": Fate.UNSAID,
                    "N9": Fate.UNSAID}  # fmt: skip
    assert not fates(old, old).any()


def test_adapters_are_stale_by_their_share_of_learned_tokens(plant: Path) -> None:
    ledger = plant / "ledger"
    build = newest_build(ledger, "plant")
    assert build is not None
    first, tokenless, second = adapters_affected(ledger, Printed.of(ledger, build))
    assert (first.gone, first.reworded, first.retired_share) == (60 / 200, 70 / 200, 60 / 200)
    assert first.retired == ("a tank is a device",)
    assert (tokenless.gone, tokenless.reworded, tokenless.retired_share) == (2 / 8, 2 / 8, 2 / 8)
    assert (second.stale, second.gone, second.reworded, second.retired) == (False, 0.0, 0.0, ())


def test_two_recorded_builds_are_held_against_each_other_with_the_adapters_between(plant: Path) -> None:
    arguments = ["diff", "plant-1", "plant-2", "--project", str(plant), "--format", "json"]
    values = json.loads(CliRunner().invoke(main, arguments).output)
    assert values["summary"] == "1 went"
    assert values["examples"] == {"the same": 2, "only reworded": 2, "same words, other axioms or template": 0,
                                  "hold, no longer printed": 1, "no longer hold": 2, "new": 0,
                                  "further wordings": 2}  # fmt: skip
    shares = [(a["run"], a["gone_share"], a["reworded_share"], a["retired_share"]) for a in values["adapters"]]
    assert shares == [("first", 0.3, 0.35, 0.3), ("tokenless", 0.25, 0.25, 0.25), ("second", 0.0, 0.0, 0.0)]
    said = CliRunner().invoke(main, [*arguments[:-1], "text", "--exit-code"])
    assert said.exit_code == 1
    assert "IsA sub: http://e/tank is 2" in " ".join(said.output.split()), "its shards are gone, its roles are known"


def test_a_run_says_what_it_has_learned_that_is_no_longer_so(plant: Path) -> None:
    found: Status = project_status(load_config(plant))
    assert [(run.slug, run.status, run.dataset_changed, run.stale) for run in found.runs] == [
        ("first", "finished", True, True), ("tokenless", "finished", True, True),
        ("broken-off", "training", True, None), ("second", "finished", False, False),
    ]  # fmt: skip


def test_a_run_that_is_not_recorded_is_told_by_its_folder(plant: Path) -> None:
    shutil.rmtree(plant / "ledger" / "columns" / "runs")
    assert {run.slug: (run.status, run.dataset_changed) for run in project_status(load_config(plant)).runs} == {
        "first": ("finished", None), "tokenless": ("finished", None), "second": ("finished", None),
        "broken-off": ("training", None),
    }  # fmt: skip


def test_the_command_says_it_in_text_and_in_json(plant: Path) -> None:
    result = CliRunner().invoke(main, ["status", "--project", str(plant)])
    lines = " ".join(result.output.split())
    assert result.exit_code == 0
    assert "plant would be pressed dataset: never pressed" in lines
    assert "broken-off plant training: goes on with `lithograph train`" in lines
    assert "first plant finished, its dataset has changed since" in lines
    assert "first stale 30.0 % 35.0 % 30.0 %" in lines and "second fresh 0 % 0 % 0 %" in lines
    assert "Axioms that first learned and that are no longer asserted: 1 axiom a tank is a device" in lines
    values = json.loads(CliRunner().invoke(main, ["status", "--project", str(plant), "--format", "json"]).output)
    assert values["runs"][0]["learned"]["retired_axioms"] == ["a tank is a device"]
    assert values["runs"][0]["learned"]["gone_share"] == 0.3


def test_an_empty_project_has_one_dataset_to_press(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["status", "--project", str(tmp_path)])
    assert result.exit_code == 0 and "never pressed" in result.output and "nothing is recorded yet" in result.output
    broken = CliRunner().invoke(main, ["status", "--project", str(tmp_path / "nowhere")])
    assert broken.exit_code == 2 and broken.output.count("\n") == 1


def test_a_column_that_cannot_be_read_is_one_line(plant: Path) -> None:
    key = key_of(urn("build", "plant-2"))
    (plant / "ledger" / "columns" / "examples" / f"{key}.parquet").write_bytes(b"no parquet")
    result = CliRunner().invoke(main, ["status", "--project", str(plant)])
    assert result.exit_code == 2 and result.output.count("\n") == 1 and f"{key}.parquet" in result.output

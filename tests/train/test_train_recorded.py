"""Controls of a project, from its ontology to the ledger: premises, own answers, plain sentences, from scratch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bad_input import OPTIONS, SHOP
from click.testing import CliRunner

from lithograph.cli import main
from lithograph.config import Config, load_config
from lithograph.core.identity import file_sha256
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import read_all, read_columns
from lithograph.ledger.record import key_of
from lithograph.ledger.trace.said import SOME
from lithograph.pipeline import learn as learn_module
from lithograph.pipeline.build import press as press_build
from lithograph.pipeline.learn import labels_spoken, learn, premises_asked
from lithograph.pipeline.triples import SCENE, NoSuchRun, learn_plain, run_of
from lithograph.pipeline.verify import verify_ledger
from lithograph.probes.table import PROBES, probe_path
from lithograph.train import RunRecord, find_model, load_model


@pytest.fixture(scope="module", autouse=True)
def few_answers() -> Any:
    whole = learn_module.train_options
    with pytest.MonkeyPatch.context() as patch:
        few = {"samples": 2, "answer_tokens": 2, "checkpoint_steps": 50}
        patch.setattr(learn_module, "train_options", lambda config: replace(whole(config), **few))
        yield


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Config:
    """A pressed project of five axioms with two reasoning probes about some of them."""
    root = tmp_path_factory.mktemp("shop")
    (root / "ontology").mkdir()
    (root / "ontology" / "shop.ttl").write_text(SHOP)
    (root / "lithograph.toml").write_text(OPTIONS)
    config = load_config(root, train_model=str(tiny_model), train_steps=16, train_exposures=4, train_batch=4,
                         train_threads=1, train_own_answers=0.25)  # fmt: skip
    press_build(config, workers=1)
    axioms = axioms_by_text(config)
    rows = [probe("1", "reasoning", [axioms["loaf SubClassOf bread"]]),
            probe("2", "memory", [axioms["bread DisjointWith oven"]])]  # fmt: skip
    path = probe_path(root / "datasets" / "shop", "dev")
    path.parent.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=PROBES), path)
    return config


def axioms_by_text(config: Config) -> dict[str, str]:
    return {row["display"]: row["axiom"] for row in read_all(config.root / "ledger", "axioms").to_pylist()}


def probe(name: str, split: str, axioms: list[str]) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(PROBES.names)
    return blank | {"id": f"urn:litho:probe:{name}", "part": "dev", "probe_split": split, "axioms": axioms}


@pytest.fixture(scope="module")
def taught(shop: Config, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITHOGRAPH_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
        return learn(shop)


def row_of(config: Config, record: RunRecord) -> dict[str, Any]:
    (row,) = (row for row in read_all(config.root / "ledger", "runs").to_pylist() if row["slug"] == record.id)
    return dict(row)


def test_the_axioms_of_reasoning_probes_are_taught_first(shop: Config, taught: RunRecord) -> None:
    wanted = axioms_by_text(shop)["loaf SubClassOf bread"]
    assert premises_asked(shop.root / "datasets" / "shop") == (frozenset({wanted}),)
    assert taught.choice["focus"]["covered"] == [wanted]
    assert taught.facts[0]["axioms"] == [wanted]
    assert premises_asked(shop.root) == ()


def test_a_run_with_the_base_s_own_answers_passes_the_ledger_and_its_queries(shop: Config, taught: RunRecord) -> None:
    row = row_of(shop, taught)
    steps = read_columns(shop.root / "ledger", "steps", key_of(row["id"]))
    own = [one for one in steps["example"].to_pylist() if one.startswith("urn:litho:replay:")]
    assert len(own) == 16
    verified = verify_ledger(shop)
    assert not verified.findings
    ledger = Ledger(shop.root / "ledger")
    asked = {name: ledger.query(name).rows for name in ("loss-spikes", "stale-adapters", "coverage", "held-out")}
    assert asked["stale-adapters"] == ()
    exposures = ledger.query("exposures", node="http://example.org/shop#Loaf")
    assert int(exposures.rows[0][0]) > 0
    told = CliRunner().invoke(main, ["trace", row["adapter"], "--project", str(shop.root)])
    assert told.exit_code == 0, told.output
    assert "replay:" not in told.output
    story = CliRunner().invoke(main, ["trace", row["id"], "--project", str(shop.root)])
    assert "replay:" not in story.output
    assert story.output.count("last loss") == min(SOME, len({*steps["example"].to_pylist()} - {*own}))


def test_the_plain_sentences_of_a_run_hold_exactly_its_axioms_and_read_as_many_tokens(
    shop: Config, taught: RunRecord, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("LITHOGRAPH_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    plain = learn_plain(shop, taught.id)
    folder = shop.root / "datasets" / "shop.triples"
    (shard,) = (folder / "data").iterdir()
    rows = pq.read_table(shard).to_pylist()
    wanted = {axiom for fact in taught.facts for axiom in fact["axioms"]}
    assert {row["axioms"][0] for row in rows} == wanted
    assert {row["scene"] for row in rows} == {SCENE}
    said = {(row["prompt"], row["completion"]) for row in rows}
    assert ("Tell me something about a loaf.", "Every loaf is bread.") in said
    assert len(rows) == 3 * len(wanted) == len(said)
    assert plain.dataset["name"] == "shop.triples"
    assert abs(plain.tokens - taught.tokens) < 2 * plain.tokens / plain.steps
    assert {axiom for fact in plain.facts for axiom in fact["axioms"]} == wanted
    before = file_sha256(shard)
    assert learn_plain(shop, taught.id).id == plain.id
    assert file_sha256(shard) == before
    with pytest.raises(NoSuchRun, match="there is no run with facts here"):
        run_of(shop, "nobody")


def test_a_run_from_scratch_stands_in_the_ledger_with_its_weights(shop: Config) -> None:
    small = replace(shop, train_scratch=True, train_scratch_vocabulary=320, train_scratch_width=32,
                    train_scratch_layers=1)  # fmt: skip
    record = learn(small)
    row = row_of(shop, record)
    assert row["adapter"] == f"urn:litho:adapter:{file_sha256(record.folder / 'model' / 'model.safetensors')}"
    files = read_columns(shop.root / "ledger", "checkpoints", key_of(row["id"]))["file"].to_pylist()
    assert {"model/model.safetensors", "model/tokenizer.json", "model/config.json"} <= set(files)
    assert not verify_ledger(shop).findings
    assert load_model(find_model(str(record.adapter))).config.hidden_size == 32


def test_terms_are_the_labels_of_what_the_examples_are_about(shop: Config) -> None:
    assert {"bread", "loaf", "oven"} <= set(labels_spoken(shop, shop.root / "datasets" / "shop"))


def test_the_verb_trains_from_scratch_and_makes_controls(shop: Config, taught: RunRecord) -> None:
    toml = OPTIONS + (f'train_model = "{shop.train_model}"\ntrain_steps = 8\ntrain_exposures = 4\ntrain_batch = 4\n'
                      "train_threads = 1\ntrain_own_answers = 0\ntrain_scratch_vocabulary = 320\n"
                      "train_scratch_width = 32\ntrain_scratch_layers = 1\n")  # fmt: skip
    (shop.root / "lithograph.toml").write_text(toml)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["train", *arguments, "--project", str(shop.root)])
        assert done.exit_code == 0, done.output
        return done.output

    assert "/model: 8 steps on" in run("--from-scratch", "--seed", "3")
    assert "THE ANSWERS ARE SHUFFLED" in run("--shuffled")
    assert f"the shop.triples of {taught.id}, for the same" in run("--plain", taught.id)
    assert "8 steps" in run("--estimate", "--from-scratch")


def test_weights_of_the_configuration_make_the_mixture(shop: Config) -> None:
    bare = replace(shop, train_own_answers=0.0)
    first = learn(replace(bare, train_axis_weights={"taxonomy": 1.0, "composition": 0.0}))
    scenes = {fact["scene"].rsplit("#")[1] for fact in first.facts}
    assert "EverySome" not in scenes
    assert "IsA" in scenes
    assert first.options["mixture"]["axis"] == {"taxonomy": 1.0, "composition": 0.0}

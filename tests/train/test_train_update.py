"""After an edit: an adapter is continued on what is new, with what it knew shown again, and says what was retracted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from bad_input import OPTIONS, SHOP
from click.testing import CliRunner
from safetensors.torch import load_file
from tiny_project import record_pressed

from lithograph.cli import main
from lithograph.config import Config, load_config
from lithograph.core.activity import Event, Notice, Progress
from lithograph.core.errors import LithographError
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import read_all
from lithograph.pipeline import learn as learn_module
from lithograph.pipeline.build import press as press_build
from lithograph.pipeline.learn import learn
from lithograph.pipeline.lineage import NotBuiltHere
from lithograph.pipeline.stale import stale_axioms
from lithograph.pipeline.update import AdapterGone, OtherDataset, UnknownAdapter, plan_update, update_adapter
from lithograph.train import RunRecord
from lithograph.train.errors import AdapterBroken, BudgetTooSmall, OtherBase, OtherShape

Row = Callable[..., dict[str, Any]]
Edit = Callable[..., None]
GONE, TOLD_ANEW, ADDED = 3, 5, 10


def name(fact: int, wording: int) -> str:
    return f"urn:litho:example:{fact:04d}{wording:060d}"


@pytest.fixture(autouse=True)
def few_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = learn_module.train_options
    few = {"samples": 2, "answer_tokens": 2, "checkpoint_steps": 5}
    monkeypatch.setattr(learn_module, "train_options", lambda config: replace(whole(config), **few))


@pytest.fixture
def edit(tmp_path: Path, press: Callable[..., Path], rows_of: Row) -> Edit:
    """Press these facts in these wordings, as the first build does or as one after an edit, and tell the ledger."""

    def pressed(
        facts: dict[int, tuple[int, ...]], dataset: str = "tiny", iri: str = "https://example.org/tiny"
    ) -> None:
        train = [rows_of(fact, wording) for fact, wordings in facts.items() for wording in wordings]
        press(dataset, train=train, test=[rows_of(fact, 2, split="test") for fact in list(facts)[:2]])
        record_pressed(tmp_path, dataset, iri=iri)

    return pressed


FIRST = dict.fromkeys(range(10), (0, 1))
SECOND = {fact: (0, 1) for fact in range(10) if fact != GONE} | {TOLD_ANEW: (0, 2), ADDED: (0, 1)}


@pytest.fixture
def config(tmp_path: Path, tiny_model: Path, edit: Edit) -> Config:
    """A project whose first dataset has ten facts in two wordings."""
    edit(FIRST)
    return load_config(tmp_path, dataset="tiny", train_model=str(tiny_model), train_steps=12, train_exposures=4,
                       train_batch=4, train_lr=5e-3, train_threads=1, train_own_answers=0.0)  # fmt: skip


@pytest.fixture
def first(config: Config) -> RunRecord:
    return learn(config)


def shown(record: RunRecord) -> list[str]:
    parts = sorted((record.folder / "steps").iterdir())
    return [one for part in parts for one in pq.read_table(part)["example"].to_pylist()]


def weights(record: RunRecord) -> bytes:
    return (record.adapter / "adapter_model.safetensors").read_bytes()


def notices(config: Config, adapter: str = "latest", **other: Any) -> tuple[RunRecord, list[str], int]:
    """Update, and what was said, and how many steps were taken."""
    events: list[Event] = []
    record = update_adapter(config, adapter, listener=events.append, **other)
    said = [event.text for event in events if isinstance(event, Notice)]
    return record, said, sum(isinstance(event, Progress) for event in events)


def test_an_update_learns_what_is_new_or_changed_and_replays_the_stated_share(
    config: Config, first: RunRecord, edit: Edit
) -> None:
    edit(SECOND)
    record, said, _ = notices(config)
    assert said[0] == (
        f"continuing {first.id}: 2 examples are new, 1 say a known fact in other words, 3 that it saw are gone"
    )
    assert record.update is not None
    assert record.update["new"] == [name(ADDED, 0), name(ADDED, 1)]
    assert record.update["changed"] == [name(TOLD_ANEW, 2)]
    assert record.update["retracted"] == [name(GONE, 0), name(GONE, 1), name(TOLD_ANEW, 1)]
    assert record.update["run"] == first.id
    seen = shown(record)
    learned = [one for one in seen if one in (name(ADDED, 0), name(ADDED, 1), name(TOLD_ANEW, 2))]
    assert len(seen) == 48
    assert len(seen) - len(learned) == 14  # 0.3 × 48
    assert record.update["replayed"] == round(14 / 48, 6)
    kept = {name(fact, wording) for fact in range(10) if fact not in (GONE, TOLD_ANEW) for wording in (0, 1)}
    assert set(seen) - set(learned) <= kept
    assert set(seen) - set(learned) <= set(shown(first))


@pytest.mark.parametrize(("share", "again"), [(0.0, 0), (0.5, 24), (0.75, 36)])
def test_the_share_of_replay_is_what_was_asked_for(
    config: Config, first: RunRecord, edit: Edit, share: float, again: int
) -> None:
    edit(SECOND)
    record, _, _ = notices(replace(config, train_replay=share))
    new = {name(ADDED, 0), name(ADDED, 1), name(TOLD_ANEW, 2)}
    assert sum(one not in new for one in shown(record)) == again


def test_an_update_starts_from_the_weights_of_the_earlier_adapter(config: Config, first: RunRecord, edit: Edit) -> None:
    edit(SECOND)
    record, _, _ = notices(replace(config, train_lr=1e-12, train_steps=8, train_replay=0.0))
    before = load_file(first.adapter / "adapter_model.safetensors")
    after = load_file(record.adapter / "adapter_model.safetensors")
    assert before.keys() == after.keys()
    assert all((before[key] - after[key]).abs().max() < 1e-9 for key in before)
    assert any(before[key].abs().max() > 1e-3 for key in before if "lora_B" in key)


def test_two_updates_of_the_same_adapter_are_the_same_run_and_another_replay_is_another(
    config: Config, first: RunRecord, edit: Edit
) -> None:
    edit(SECOND)
    record, _, _ = notices(config, first.id)
    again, said, steps = notices(config, first.id)
    assert (again.id, steps) == (record.id, 0)
    assert "is finished" in said[-1]
    other, _, _ = notices(replace(config, train_replay=0.5), first.id)
    assert other.id != record.id
    fresh = learn(config)
    assert fresh.id not in (record.id, first.id)
    assert fresh.update is None


def test_where_nothing_is_new_it_says_so_and_does_nothing(config: Config, first: RunRecord, edit: Edit) -> None:
    record, said, steps = notices(config)
    assert said == [f"{first.id}: nothing is new or changed since, nothing to do"]
    assert (record.id, steps) == (first.id, 0)
    edit({fact: (0, 1) for fact in range(10) if fact != GONE})  # what went is nothing to learn
    assert notices(config)[1:] == (said, 0)
    assert [run.name for run in (config.root / "runs").iterdir()] == [first.id]


def test_an_example_under_another_id_with_the_same_text_is_not_new(
    config: Config, first: RunRecord, press: Callable[..., Path], rows_of: Row, tmp_path: Path
) -> None:
    rows = [rows_of(fact, wording) for fact in FIRST for wording in (0, 1)]
    moved = [row | {"id": row["id"].replace("example:0", "example:f")} for row in rows]
    press("tiny", train=moved, test=[rows_of(0, 2, split="test")])
    record_pressed(tmp_path, "tiny")
    assert plan_update(config, "latest")[1] is None


def test_an_update_of_an_update_continues_the_whole_chain(config: Config, first: RunRecord, edit: Edit) -> None:
    edit(SECOND)
    second, _, _ = notices(config)
    assert notices(config)[1] == [f"{second.id}: nothing is new or changed since, nothing to do"]
    edit(SECOND | {11: (0, 1), GONE: (0, 1)})  # what was retracted comes back
    third, _, _ = notices(config)
    assert third.update is not None
    assert third.update["run"] == second.id
    assert third.update["new"] == [name(GONE, 0), name(GONE, 1), name(11, 0), name(11, 1)]
    assert third.update["retracted"] == []
    replayed = set(shown(third)) - set(third.update["new"])
    assert replayed & {name(ADDED, 0), name(ADDED, 1), name(TOLD_ANEW, 2)}  # seen by the second
    assert replayed - set(shown(second)) and replayed <= set(shown(first)) | set(shown(second))


def test_what_an_update_did_not_reach_is_taken_up_by_the_next(config: Config, first: RunRecord, edit: Edit) -> None:
    added = dict.fromkeys(range(10, 16), (0, 1))
    edit(FIRST | added)
    small = replace(config, train_steps=4, train_replay=0.0)
    second, _, _ = notices(small)  # 16 examples: four facts, four times each
    third, _, _ = notices(small)
    assert third.update is not None
    missed = {name(fact, wording) for fact in added for wording in (0, 1)} - set(shown(second))
    assert len(missed) == 4
    assert (third.update["new"], third.update["changed"]) == (sorted(missed), [])
    assert "nothing to do" in notices(small)[1][-1]


def test_the_ledger_and_the_card_name_what_was_continued(config: Config, first: RunRecord, edit: Edit) -> None:
    edit(SECOND)
    record, _, _ = notices(config)
    ledger = Ledger(config.root / "ledger")
    rows = {row["slug"]: row for row in read_all(ledger.path, "runs").to_pylist()}
    assert rows[record.id]["parent"] == rows[first.id]["adapter"]
    assert rows[record.id]["retracted"] == record.update["retracted"]  # type: ignore[index]
    assert rows[record.id]["replayed"] == round(14 / 48, 6)
    assert (rows[first.id]["parent"], rows[first.id]["retracted"], rows[first.id]["replayed"]) == (None, [], None)
    asked = f"""ASK {{ <{rows[record.id]["adapter"]}> fair4ml:fineTunedFrom <{rows[first.id]["adapter"]}> ;
        prov:wasDerivedFrom <{rows[first.id]["adapter"]}> . <{rows[record.id]["id"]}> litho:retracted
        <{name(GONE, 0)}> ; prov:used <{rows[first.id]["adapter"]}> ; litho:replayedShare ?share }}"""
    assert ledger.query(asked).rows == (("true",),)
    card = (record.adapter / "README.md").read_text()
    assert f"It starts from the adapter `{rows[first.id]['adapter']}` of the run `{first.id}`" in card
    assert "| retracted | 3 examples" in card
    assert "2 facts of 2 that are new" in card
    assert "continues" not in (first.adapter / "README.md").read_text()


def test_an_adapter_is_named_by_run_urn_hash_latest_or_folder(config: Config, first: RunRecord, edit: Edit) -> None:
    edit(SECOND)
    (row,) = read_all(config.root / "ledger", "runs").to_pylist()
    names = ["latest", first.id, row["adapter"], row["adapter"].rsplit(":", 1)[-1][:10], str(first.adapter),
             str(first.folder)]  # fmt: skip
    plans = [plan_update(config, one)[1] for one in names]
    assert plans[0] is not None
    assert [plan == plans[0] for plan in plans] == [True] * 6


def refused(kind: type[LithographError], config: Config, adapter: str = "latest") -> str:
    with pytest.raises(kind) as seen:
        update_adapter(config, adapter)
    assert "\n" not in str(seen.value)
    return str(seen.value)


def test_an_adapter_of_another_shape_is_refused_in_one_line(config: Config, first: RunRecord, edit: Edit) -> None:
    edit(SECOND)
    assert "has another rank (8, and the options say 4)" in refused(OtherShape, replace(config, train_rank=4))
    assert "has another layers (all, and the options say 1)" in refused(
        OtherShape, replace(config, train_layers="top:1")
    )
    adapter = json.loads((first.adapter / "adapter_config.json").read_text())
    adapter["target_modules"] = ["q_proj"]
    (first.adapter / "adapter_config.json").write_text(json.dumps(adapter))
    assert "has another targets (q_proj, and" in refused(OtherShape, config)
    (first.adapter / "adapter_config.json").write_text("{")
    assert "the adapter cannot be read" in refused(AdapterBroken, config)
    assert not [run for run in (config.root / "runs").glob("*/run.json") if run.parent != first.folder]


def test_an_adapter_of_another_base_is_refused_in_one_line(
    config: Config, first: RunRecord, edit: Edit, tmp_path: Path, tiny_model: Path
) -> None:
    edit(SECOND)
    other = tmp_path / "other"
    other.mkdir()
    for file in tiny_model.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    (other / "config.json").write_text((tiny_model / "config.json").read_text() + "\n")
    assert "belongs to another base model" in refused(OtherBase, replace(config, train_model=str(other)))


def test_what_cannot_be_compared_is_refused_in_one_line(
    config: Config, first: RunRecord, edit: Edit, press: Callable[..., Path], rows_of: Row, tmp_path: Path
) -> None:
    edit({20: (0, 1), 21: (0, 1)}, "others", "https://example.org/others")
    assert "trained on another dataset (tiny, not others)" in refused(OtherDataset, replace(config, dataset="others"))
    press("tiny", train=[rows_of(1, 1)], test=[rows_of(0, 2, split="test")])
    assert "the ledger has no build of this dataset" in refused(NotBuiltHere, config)
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "adapter_model.safetensors").write_bytes(weights(first) + b" ")
    assert "does not know what this adapter has seen" in refused(UnknownAdapter, config, str(copy))
    assert "knows no adapter by this name" in refused(LithographError, config, "nobody")
    (first.adapter / "adapter_model.safetensors").write_bytes(b"")
    assert "are not those that were recorded" in refused(AdapterGone, config)
    (first.adapter / "adapter_model.safetensors").unlink()
    assert "are gone" in refused(AdapterGone, config)


def test_a_budget_that_leaves_no_room_beside_replay_is_refused(config: Config, first: RunRecord, edit: Edit) -> None:
    edit(SECOND)
    refused(BudgetTooSmall, replace(config, train_replay=0.95))


def test_the_verb_continues_and_says_when_nothing_is_new(
    config: Config, first: RunRecord, edit: Edit, tiny_model: Path
) -> None:
    lines = ('dataset = "tiny"', f'train_model = "{tiny_model}"', "train_steps = 12", "train_exposures = 4",
             "train_batch = 4", "train_lr = 0.005", "train_threads = 1", "train_replay = 0.5",
             "train_own_answers = 0")  # fmt: skip
    (config.root / "lithograph.toml").write_text("\n".join(lines) + "\n")
    command = ["train", "--update", "latest", "--project", str(config.root)]
    nothing = CliRunner().invoke(main, command)
    assert nothing.exit_code == 0, nothing.output
    assert "nothing is new or changed since, nothing to do" in nothing.output
    estimated = CliRunner().invoke(main, [*command, "--estimate"])
    assert estimated.exit_code == 0
    assert "nothing is new" in estimated.output
    edit(SECOND)
    estimated = CliRunner().invoke(main, [*command, "--estimate"])
    assert "12 steps" in estimated.output
    done = CliRunner().invoke(main, [*command, "--replay", "0.25"])
    assert done.exit_code == 0, done.output
    assert "12 steps on" in done.output
    rows = read_all(config.root / "ledger", "runs").to_pylist()
    assert [row["replayed"] for row in rows if row["parent"]] == [0.25]
    wrong = CliRunner().invoke(main, [*command, "--replay", "1.5"])
    assert wrong.exit_code != 0


def test_after_an_edit_of_an_ontology_its_adapter_is_continued_and_stale_axioms_are_retracted(
    tmp_path: Path, tiny_model: Path
) -> None:
    root = tmp_path / "project"
    ontology = root / "ontology" / "shop.ttl"
    ontology.parent.mkdir(parents=True)
    ontology.write_text(SHOP)
    (root / "lithograph.toml").write_text(OPTIONS)
    config = load_config(root, train_model=str(tiny_model), train_steps=60, train_exposures=2, train_threads=1)
    press_build(config, workers=1)
    first = learn(config)
    assert [one.axioms for one in stale_axioms(root / "ledger")] == [()]
    text = SHOP.replace(" ; owl:disjointWith :Bread", "")
    assert text != SHOP
    ontology.write_text(text + ':Bun a owl:Class ; rdfs:label "bun"@en ; rdfs:subClassOf :Bread .\n')
    press_build(config, workers=1)
    (stale,) = stale_axioms(root / "ledger")
    assert [one.display for one in stale.axioms] == ["bread DisjointWith oven"]
    assert (stale.untraced, stale.retracted) == (0, 0)
    assert 0 < stale.share < 1
    second, _, _ = notices(config)
    assert second.update is not None
    assert second.update["new"]
    rows = [row for file in sorted((root / "datasets" / "shop" / "data").glob("train-*.parquet"))
            for row in pq.read_table(file, columns=["id", "prompt", "completion"]).to_pylist()]  # fmt: skip
    texts = {row["id"]: f"{row['prompt']} {row['completion']}" for row in rows}
    assert any("bun" in texts[one] for one in second.update["new"])
    assert not set(second.update["retracted"]) & set(texts)
    found = {one.run: one for one in stale_axioms(root / "ledger")}
    assert found[first.id].retracted == found[first.id].examples
    assert found[second.id].retracted == found[second.id].examples > 0
    assert found[second.id].axioms[0].retracted_by == (found[second.id].adapter,)
    asked = {row[1]: (int(row[2]), int(row[3])) for row in Ledger(root / "ledger").query("stale-adapters").rows}
    assert asked == {one.run: (len(one.axioms), one.examples) for one in found.values()}
    assert "nothing to do" in notices(config)[1][-1]

"""What a run may do beside learning a LoRA: own answers, early stop, terms as tokens, from scratch, controls."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

import lithograph as litho
from lithograph.core.activity import Event, Notice, Progress
from lithograph.core.identity import file_sha256
from lithograph.train import RunRecord, TrainOptions, estimate, find_model, load_model, open_adapter, train
from lithograph.train import run as run_module
from lithograph.train.corpus import Example
from lithograph.train.errors import (
    AdapterBroken,
    BadOption,
    EmptySplit,
    ModelMissing,
    NoChatTemplate,
    NoTerms,
    NothingToTrain,
    OtherModel,
    RunInterrupted,
    TooLittleMemory,
)
from lithograph.train.mixture import Mixture
from lithograph.train.model import load_tokenizer
from lithograph.train.opened import open_base, open_run
from lithograph.train.own_answers import neutral_beginnings, neutral_prompts, replay_ids
from lithograph.train.scratch import train_tokenizer
from lithograph.train.tokens import chat_format, decode_masked, encode

Row = Callable[..., dict[str, Any]]
Press = Callable[..., Path]
PARTS = ("wheel", "pump", "chain", "saddle", "spoke", "valve", "brake", "pedal", "frame", "bell")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITHOGRAPH_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="module")
def options(tiny_model: Path) -> TrainOptions:
    return TrainOptions(model=str(tiny_model), steps=12, exposures=4, batch=4, checkpoint_steps=5, lr=5e-3, threads=1,
                        samples=2, answer_tokens=2)  # fmt: skip


def seen(record: RunRecord) -> list[str]:
    return [one for part in sorted((record.folder / "steps").iterdir())
            for one in pq.read_table(part)["example"].to_pylist()]  # fmt: skip


def cut_at(step: int) -> Callable[[Event], None]:
    def interrupt(event: Event) -> None:
        if isinstance(event, Progress) and event.done == step:
            os.kill(os.getpid(), signal.SIGINT)

    return interrupt


def written(record: RunRecord) -> dict[str, bytes]:
    """Everything that a run learned and measured."""
    files = [*sorted((record.folder / "steps").iterdir()), *sorted(record.adapter.iterdir()),
             record.folder / "before_after.json"]  # fmt: skip
    return {str(file.relative_to(record.folder)): file.read_bytes() for file in files}


def test_the_base_s_own_answers_are_the_stated_share_and_go_on_byte_for_byte(
    world: Path, options: TrainOptions, tmp_path: Path
) -> None:
    some = replace(options, own_answers=0.25, steps=16)
    record = train(world, tmp_path / "whole", some)
    own = [one for one in seen(record) if one.startswith("urn:litho:replay:")]
    assert len(own) == 16  # a quarter of 64
    assert set(own) <= replay_ids()
    assert record.choice["own_answers"]["shown"] == 16
    assert record.choice["own_answers"]["answers"] > 200
    assert all("replay" not in one for fact in record.facts for one in fact["examples"])
    assert sum(fact["shown"] for fact in record.facts) == 48
    neutral = record.result["losses"]["neutral"]
    assert neutral["examples"] > 30
    assert neutral["before"] > 0
    assert neutral["after"] != neutral["before"]
    assert "16 times one of the base's own" in (record.adapter / "README.md").read_text()
    with pytest.raises(RunInterrupted):
        train(world, tmp_path / "cut", some, listener=cut_at(7))
    assert written(train(world, tmp_path / "cut", some)) == written(record)


def test_a_run_that_goes_on_with_another_s_likely_words_says_so(
    world: Path, options: TrainOptions, tmp_path: Path
) -> None:
    some = replace(options, own_answers=0.25, steps=16)
    with pytest.raises(RunInterrupted):
        train(world, tmp_path, some, listener=cut_at(7))
    (file,) = tmp_path.glob("*/run.json")
    told = json.loads(file.read_text())
    assert len(told["choice"]["own_answers"]["likely"]) == 64
    told["choice"]["own_answers"]["likely"] = "0" * 64
    file.write_text(json.dumps(told))
    events: list[Event] = []
    record = train(world, tmp_path, some, listener=events.append)
    assert record.choice["own_answers"]["likely"] != "0" * 64
    assert [event for event in events if isinstance(event, Notice) and "what the base holds likely" in event.text]


def test_the_neutral_prompts_are_many_distinct_and_say_nothing_of_ontologies() -> None:
    prompts = neutral_prompts()
    assert len(prompts) == len(set(prompts)) == 260
    beginnings = neutral_beginnings()
    assert len(beginnings) == len(set(beginnings)) == 64
    assert not [one for one in (*prompts, *beginnings)
                if any(word in one.lower() for word in ("ontology", "class of", "axiom"))]  # fmt: skip


def test_a_run_whose_valid_loss_gets_no_better_stops_and_says_so(
    press: Press, rows_of: Row, options: TrainOptions, tmp_path: Path
) -> None:
    train_rows = [rows_of(fact, wording) for fact in range(10) for wording in range(2)]
    valid = [rows_of(fact, 2, split="valid") for fact in range(10)]
    dataset = press(train=train_rows, valid=valid)
    patient = replace(options, steps=60, lr=2.0, patience=2, valid_steps=3)
    events: list[Event] = []
    record = train(dataset, tmp_path / "whole", patient, listener=events.append)
    assert record.finished
    assert record.stopped is not None
    looks = json.loads((record.folder / "valid.json").read_text())
    losses = [look["loss"] for look in looks]
    assert looks[-1]["step"] == record.stopped < 60
    assert min(losses) == losses[-3]
    assert len(seen(record)) == 4 * record.stopped
    assert [e for e in events if isinstance(e, Notice) and f"stopped at step {record.stopped} of 60" in e.text]
    with pytest.raises(RunInterrupted):
        train(dataset, tmp_path / "cut", patient, listener=cut_at(record.stopped - 1))
    resumed = train(dataset, tmp_path / "cut", patient)
    assert written(resumed) == written(record)
    assert resumed.stopped == record.stopped


def test_a_run_ends_near_the_tokens_that_were_asked_for(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    record = train(world, tmp_path, replace(options, steps=None, tokens=2500))
    assert abs(record.tokens - 2500) < 2500 / record.steps
    assert "minutes" not in replace(options, steps=None, tokens=2500).identity()


def test_premises_of_probes_are_taught_first_and_the_record_says_which(
    world: Path, options: TrainOptions, tmp_path: Path
) -> None:
    def urns(*numbers: int) -> tuple[str, ...]:
        return tuple(f"urn:litho:axiom:{number:064d}" for number in numbers)

    focus = [urns(3, 7), urns(7, 1), urns(2, 4, 6, 8)]
    record = train(world, tmp_path, options, focus=focus)  # 48 of at least 4: twelve facts; all ten
    assert record.choice["focus"] == {"axioms": 7, "covered": sorted(urns(1, 2, 3, 4, 6, 7, 8)), "sets": 3, "whole": 3}
    few = train(world, tmp_path, replace(options, steps=3), focus=focus)
    assert {fact["instance"][-4:] for fact in few.facts} == {"0001", "0003", "0007"}
    assert (few.choice["focus"]["whole"], few.choice["focus"]["sets"]) == (2, 3)
    assert "the premises of 2 of 3 groups of probes are taught whole" in (few.adapter / "README.md").read_text()
    flat = train(world, tmp_path, replace(options, steps=3), focus=frozenset(urns(5)))
    assert flat.facts[0]["axioms"] == list(urns(5))
    assert len({few.id, flat.id, train(world, tmp_path, replace(options, steps=3)).id}) == 3


def test_shuffled_answers_are_learned_in_place_of_the_right_ones(
    world: Path, options: TrainOptions, tmp_path: Path
) -> None:
    right = train(world, tmp_path, options)
    control = train(world, tmp_path, replace(options, answers="shuffled"))
    assert control.choice["shuffled"] == {"examples": 20, "told_alike": 0}
    assert control.id != right.id
    assert [fact["examples"] for fact in control.facts] == [fact["examples"] for fact in right.facts]
    assert "THE ANSWERS ARE SHUFFLED" in (control.adapter / "README.md").read_text()


def test_terms_become_tokens_that_start_as_the_mean_of_their_pieces_and_are_saved_with_the_adapter(
    world: Path, options: TrainOptions, tmp_path: Path, tiny_model: Path
) -> None:
    labels = ["bicycle", "saddle", "pump", "whee", "no such word"]  # "whee" only begins another word
    grown = replace(options, add_terms=3)
    record = train(world, tmp_path / "runs", grown, labels=labels)
    terms = json.loads((record.adapter / "terms.json").read_text())
    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    able = [one for one in ("bicycle", "saddle", "pump") if len(tokenizer(f" {one}")["input_ids"]) > 1]
    assert {row["term"] for row in terms} == {f" {one}" for one in able}
    base = find_model(str(tiny_model))
    plain: Any = load_model(base)
    before = plain.get_input_embeddings().weight.clone()
    opened: Any = open_adapter(load_model(base), record.adapter)
    own = AutoTokenizer.from_pretrained(record.adapter)
    table = opened.get_input_embeddings()
    for row in terms:
        assert own(f"a{row['term']} b")["input_ids"].count(row["id"]) == 1
        ids = torch.tensor([[row["id"]]])
        mean = before[row["pieces"]].mean(dim=0)
        learned = table(ids)[0, 0]
        with opened.disable_adapter():
            assert torch.allclose(opened.get_input_embeddings()(ids)[0, 0], mean)
        assert not torch.equal(learned, mean)
    text = "The saddle is a part of the bicycle."
    assert own.decode(own(text)["input_ids"]) == text
    format = chat_format(own, record.system)
    example = Example("1", "s", "i", "en", 1.0, (), ({"role": "user", "content": "What is a pump a part of?"},
                      {"role": "assistant", "content": text}))  # fmt: skip
    (encoded,) = encode(format, [example])
    assert decode_masked(format, encoded) == (f"{text}<|im_end|>",)
    with pytest.raises(RunInterrupted):
        train(world, tmp_path / "cut", grown, labels=labels, listener=cut_at(6))
    assert written(train(world, tmp_path / "cut", grown, labels=labels)) == written(record)


def test_an_adapter_with_terms_is_asked_by_its_own_tokens_and_its_base_by_those_of_the_base(
    world: Path, options: TrainOptions, tmp_path: Path, tiny_model: Path
) -> None:
    record = train(world, tmp_path / "runs", replace(options, add_terms=2), labels=["bicycle", "saddle", "pump"])
    plain: Any = load_model(find_model(str(tiny_model)))
    tokenizer: Any = AutoTokenizer.from_pretrained(tiny_model)
    text = "The saddle is a part of the bicycle."
    ids = torch.tensor([tokenizer(text)["input_ids"]])
    opened = open_run(record, device="cpu")
    assert opened.terms
    assert opened.tokens(text) < ids.numel()
    own: Any = opened.format.tokenizer
    assert own(text)["input_ids"] == AutoTokenizer.from_pretrained(record.adapter)(text)["input_ids"]
    bare = tmp_path / "checkpoint"  # which has no list of terms beside it
    shutil.copytree(record.adapter, bare, ignore=lambda _, names: [n for n in names if not n.startswith("adapter_")])
    asked = torch.tensor([own(text)["input_ids"]])
    said = [one.model(input_ids=asked).logits for one in (opened, open_run(record, adapter=bare, device="cpu"))]
    assert torch.equal(*said)
    handed, spoken = litho.adapter(record)
    assert torch.equal(handed(input_ids=asked).logits, said[0]) and spoken(text)["input_ids"] == own(text)["input_ids"]
    with opened.untouched() as base:
        assert base.tokens(text) == ids.numel()
        assert torch.equal(base.model(input_ids=ids).logits, plain(input_ids=ids).logits)
        assert base.key == opened.base_key == open_base(str(tiny_model), system=record.system, device="cpu").key
    terms = json.loads((record.adapter / "terms.json").read_text())
    (record.adapter / "terms.json").write_text(json.dumps([row | {"id": row["id"] + 1} for row in terms]))
    with pytest.raises(AdapterBroken, match="are not the tokens that its base's tokenizer makes of them"):
        open_run(record, device="cpu")


def test_terms_that_the_tokenizer_has_whole_or_that_nobody_named_are_refused(
    world: Path, options: TrainOptions, tmp_path: Path
) -> None:
    with pytest.raises(NoTerms, match=r"no term of .* is cut into pieces"):
        train(world, tmp_path, replace(options, add_terms=3))
    with pytest.raises(BadOption, match="a new token changes what every layer sees"):
        train(world, tmp_path, replace(options, add_terms=3, layers="top:1"))


SMALL: dict[str, Any] = {"scratch": True, "scratch_vocabulary": 400, "scratch_width": 32, "scratch_layers": 2}


@pytest.fixture(scope="module")
def scratch(world: Path, options: TrainOptions, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    return train(world, tmp_path_factory.mktemp("scratch"), replace(options, steps=40, **SMALL))


def test_a_model_from_scratch_learns_and_opens_like_any_other(scratch: RunRecord) -> None:
    losses = scratch.result["losses"]["test"]
    assert losses["after"] < losses["before"] - 1
    assert scratch.adapter == scratch.folder / "model"
    assert scratch.model["source"] == "scratch"
    model: Any = AutoModelForCausalLM.from_pretrained(scratch.adapter, dtype=torch.float32)
    start: Any = AutoModelForCausalLM.from_pretrained(scratch.folder / "start", dtype=torch.float32)
    assert model.lm_head.weight is model.model.embed_tokens.weight
    assert not torch.equal(model.lm_head.weight, start.lm_head.weight)
    assert sum(weight.numel() for weight in model.parameters()) < 100_000
    opened = find_model(str(scratch.adapter))
    tokenizer = load_tokenizer(opened)
    assert tokenizer.decode(tokenizer("Das Rad, велосипед 🚲.")["input_ids"]) == "Das Rad, велосипед 🚲."
    chat_format(tokenizer, "")
    assert load_model(opened).config.vocab_size == len(tokenizer)
    assert "library_name: transformers" in (scratch.adapter / "README.md").read_text()


def test_a_run_from_scratch_goes_on_byte_for_byte(
    world: Path, options: TrainOptions, scratch: RunRecord, tmp_path: Path
) -> None:
    with pytest.raises(RunInterrupted):
        train(world, tmp_path, replace(options, steps=40, **SMALL), listener=cut_at(23))
    resumed = train(world, tmp_path, replace(options, steps=40, **SMALL))
    assert resumed.id == scratch.id
    assert written(resumed) == written(scratch)
    start = {name: file_sha256(resumed.folder / "start" / name) for name in ("model.safetensors", "tokenizer.json")}
    assert start == {name: file_sha256(scratch.folder / "start" / name) for name in start}


def test_a_tokenizer_from_scratch_depends_on_the_texts_alone() -> None:
    texts = [f"The {part} is a part of the bicycle and of {other}." for part in PARTS for other in PARTS]
    one = train_tokenizer(texts, 400).backend_tokenizer.to_str()  # type: ignore[no-untyped-call]
    assert train_tokenizer(list(texts), 400).backend_tokenizer.to_str() == one  # type: ignore[no-untyped-call]


def test_an_estimate_of_a_run_from_scratch_leaves_nothing_behind(world: Path, options: TrainOptions) -> None:
    guess = estimate(world, replace(options, own_answers=0.25, steps=16, **SMALL))
    assert guess.steps == 16
    assert guess.tokens > 500


def test_shares_of_a_mixture_are_met_in_what_is_shown(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    weighed = replace(options, mixture=Mixture(scene={"PartOf": 3.0}), exposures=12)
    record = train(world, tmp_path, weighed)
    shown = {"PartOf": 0, "WhatIs": 0}
    for fact in record.facts:
        shown[fact["scene"].rsplit("#")[1]] += fact["shown"]
    assert shown == {"PartOf": 36, "WhatIs": 12}


def test_a_valid_split_without_examples_cannot_be_looked_at(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    with pytest.raises(EmptySplit, match=r"the valid split has no example that fits \(patience needs one"):
        train(world, tmp_path, replace(options, patience=1))


def test_a_run_that_would_not_fit_into_memory_is_refused_before_its_first_step(
    world: Path, options: TrainOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "memory_there", lambda: 300 * 2**20)
    with pytest.raises(TooLittleMemory, match=r"MiB of memory are needed \(300 MiB are free\). Lower train_batch"):
        train(world, tmp_path, options)
    assert not list(tmp_path.glob("*/steps"))


def copy_of(tiny_model: Path, folder: Path) -> Path:
    folder.mkdir()
    for file in tiny_model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_an_example_longer_than_the_model_s_context_is_left_out_and_counted(
    press: Press, rows_of: Row, options: TrainOptions, tmp_path: Path, tiny_model: Path
) -> None:
    small = copy_of(tiny_model, tmp_path / "small")
    config = json.loads((small / "config.json").read_text())
    (small / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 100}))
    long = [{"role": "user", "content": "why? " * 60}, {"role": "assistant", "content": "So."}]
    rows = [*(rows_of(fact, 0) for fact in range(4)), rows_of(4, 1, messages=long)]
    record = train(press(train=rows), tmp_path / "runs", replace(options, model=str(small)))
    assert record.dropped == {"longer than 100 tokens": 1}
    (small / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 9}))
    with pytest.raises(NothingToTrain, match=r"9 tokens|the length bound"):
        train(press("b", train=rows), tmp_path / "runs", replace(options, model=str(small)))


def test_a_tokenizer_without_chat_template_is_refused(
    world: Path, options: TrainOptions, tmp_path: Path, tiny_model: Path
) -> None:
    bare = copy_of(tiny_model, tmp_path / "bare")
    (bare / "chat_template.jinja").unlink()
    with pytest.raises(NoChatTemplate, match="the tokenizer has no chat template"):
        train(world, tmp_path / "runs", replace(options, model=str(bare)))


def test_a_config_that_is_no_json_is_refused(
    world: Path, options: TrainOptions, tmp_path: Path, tiny_model: Path
) -> None:
    broken = copy_of(tiny_model, tmp_path / "broken")
    (broken / "config.json").write_text("{")
    with pytest.raises(ModelMissing) as refused:
        train(world, tmp_path / "runs", replace(options, model=str(broken)))
    assert "\n" not in str(refused.value)


def test_an_adapter_on_another_model_is_refused_in_one_line(
    world: Path, options: TrainOptions, scratch: RunRecord, tmp_path: Path
) -> None:
    record = train(world, tmp_path, options)
    with pytest.raises(OtherModel, match="does not fit this model") as refused:
        open_adapter(load_model(find_model(str(scratch.adapter))), record.adapter)
    assert "\n" not in str(refused.value)
    (record.adapter / "adapter_model.safetensors").write_bytes(b"")
    with pytest.raises(AdapterBroken):
        open_adapter(load_model(find_model(options.model)), record.adapter)
    (record.adapter / "adapter_model.safetensors").unlink()
    with pytest.raises(AdapterBroken, match="is missing"):
        open_adapter(load_model(find_model(options.model)), record.adapter)

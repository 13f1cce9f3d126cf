"""Gradient sketches against each example's own gradient, and what they tell of influence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from lithograph.train import RunRecord, TrainOptions, open_adapter, train
from lithograph.train import sketches as sketches_module
from lithograph.train.corpus import Example
from lithograph.train.errors import NoSketches, SketchesBroken
from lithograph.train.influence import influence, query_sketches
from lithograph.train.learner import make_learner, take_step
from lithograph.train.losses import example_losses
from lithograph.train.prefix import head_length
from lithograph.train.sketches import BUCKETS, sketch
from lithograph.train.tokens import ChatFormat, Encoded, chat_format, encode

CPU = torch.device("cpu")
TALKS = (("What is a wheel?", "A part of the bicycle."), ("What is a wheel?", "A part of the pump, and a round one."),
         ("Is it so?", "Yes"), ("Tell me of the bell, please.", "The bell is a part of the bicycle."))  # fmt: skip


@pytest.fixture(scope="module")
def format(tiny_model: Path) -> ChatFormat:
    return chat_format(AutoTokenizer.from_pretrained(tiny_model), "")


@pytest.fixture(scope="module")
def batch(format: ChatFormat) -> list[Encoded]:
    talks = [({"role": "user", "content": asked}, {"role": "assistant", "content": said}) for asked, said in TALKS]
    return encode(format, [Example(f"e{row}", "s", "i", "en", 1.0, (), talk) for row, talk in enumerate(talks)])


def learner_of(tiny_model: Path, head: int, **options: Any) -> Any:
    model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32).requires_grad_(False)
    made = make_learner(model, TrainOptions(rank=4, threads=1, lr=1e-2, **options), "tiny", head=head)
    generator = torch.Generator().manual_seed(3)
    for name, weight in made.model.named_parameters():
        if "lora_B" in name:
            weight.data.normal_(0, 0.1, generator=generator)
    return made


def own_gradient(learner: Any, one: Encoded, head: int, total: int) -> dict[str, torch.Tensor]:
    """The gradient of one example by a backward pass of its own, through the tokens from `head` on alone: the layers'
    inputs and the slopes that reach their outputs are taken whole, and multiplied here."""
    factors: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
    hooks = []
    for name, module in learner.model.named_modules():
        if name.endswith((".lora_A.default", ".lora_B.default")):

            def keep(_: Any, inputs: Any, output: torch.Tensor, name: str = name) -> None:
                output.register_hook(lambda slope: factors.__setitem__(name, (inputs[0].detach()[0], slope[0])))

            hooks.append(module.register_forward_hook(keep))
    learner.model.zero_grad()
    for module in learner.model.modules():
        module.__dict__.pop("forward", None)  # PEFT's own way
    (example_losses(learner.model, [one], CPU).sum() / total).backward()
    for hook in hooks:
        hook.remove()
    learner.model.zero_grad()
    return {name.removeprefix("base_model.model.").removesuffix(".default"): slope[head:].T @ x[head:]
            for name, (x, slope) in factors.items()}  # fmt: skip


@pytest.mark.parametrize("layers", ["all", "top:1"])
@pytest.mark.parametrize("micro", [None, 2])
def test_a_step_adds_the_sketch_of_each_examples_own_gradient(
    tiny_model: Path, batch: list[Encoded], format: ChatFormat, layers: str, micro: int | None
) -> None:
    head = head_length(format)
    learner = learner_of(tiny_model, head, layers=layers, micro_batch=micro)
    take_step(learner, batch, TrainOptions(layers=layers, micro_batch=micro), 1, 0.5)
    plain = learner_of(tiny_model, head, layers=layers)
    total = sum(one.learned_count for one in batch)
    assert set(learner.sketches.sums) == {one.example for one in batch}
    for one in batch:
        exact = 0.5 * sketch(own_gradient(plain, one, head, total))
        mine = learner.sketches.sums[one.example]
        assert (mine - exact).norm() < 1e-3 * exact.norm()


def test_without_a_shared_head_the_sketch_is_that_of_the_whole_gradient(tiny_model: Path, batch: list[Encoded]) -> None:
    learner = learner_of(tiny_model, 0)
    take_step(learner, batch[:1], TrainOptions(), 1, 1.0)
    plain = learner_of(tiny_model, 0)
    whole = own_gradient(plain, batch[0], 0, batch[0].learned_count)
    (example_losses(plain.model, batch[:1], CPU).sum() / batch[0].learned_count).backward()
    for name, weight in plain.model.named_parameters():
        if weight.requires_grad:
            short = name.removeprefix("base_model.model.").removesuffix(".default.weight")
            torch.testing.assert_close(whole[short], weight.grad, rtol=1e-3, atol=1e-6)
    exact = sketch(whole)
    assert (learner.sketches.sums["e0"] - exact).norm() < 1e-3 * exact.norm()


def test_two_showings_of_one_example_in_a_batch_add_up_to_its_whole_gradient(
    tiny_model: Path, batch: list[Encoded]
) -> None:
    twice = learner_of(tiny_model, 0)
    take_step(twice, [batch[0], batch[0]], TrainOptions(), 1, 1.0)
    once = learner_of(tiny_model, 0)
    take_step(once, [batch[0]], TrainOptions(), 1, 1.0)
    torch.testing.assert_close(twice.sketches.sums["e0"], once.sketches.sums["e0"], rtol=1e-4, atol=1e-6)


def test_sketches_keep_inner_products_of_gradients() -> None:
    generator = torch.Generator().manual_seed(5)
    common = torch.randn(64, 4096, generator=generator)
    one, other = (common + torch.randn(64, 4096, generator=generator) for _ in range(2))
    found = torch.cosine_similarity(sketch({"w": one}), sketch({"w": other}), 0)
    assert float(found) == pytest.approx(0.5, abs=4 / BUCKETS**0.5)
    assert float(torch.cosine_similarity(sketch({"w": one}), sketch({"v": one}), 0)) == pytest.approx(0, abs=0.05)


def test_sketches_are_the_same_on_every_machine() -> None:
    ones = torch.zeros(8, 1250)
    ones[0, :3] = torch.tensor([1.0, 2.0, 3.0])
    found = sketch({"layer.lora_A": ones})
    assert found.nonzero()[:, 0].tolist() == PINNED[0]
    assert found[PINNED[0]].tolist() == PINNED[1]


@pytest.fixture(scope="module")
def options(tiny_model: Path) -> TrainOptions:
    return TrainOptions(model=str(tiny_model), steps=20, exposures=8, batch=4, checkpoint_steps=5, lr=5e-3, threads=1,
                        samples=2, answer_tokens=2, layers="top:1")  # fmt: skip


@pytest.fixture(scope="module")
def run(world: Path, options: TrainOptions, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    return train(world, tmp_path_factory.mktemp("runs"), options)


def test_a_run_leaves_a_sketch_of_every_example_it_learned_from(run: RunRecord) -> None:
    folder = run.folder / "sketches"
    rows, norms = np.load(folder / "sketches.npy"), np.load(folder / "norms.npy")
    ids = json.loads((folder / "examples.json").read_text())
    assert ids == sorted({one for fact in run.facts for one in fact["examples"]})
    assert rows.shape == (len(ids), BUCKETS)
    assert rows.dtype == np.float16
    assert np.linalg.norm(rows.astype(np.float32), axis=1) == pytest.approx(np.ones(len(ids)), rel=1e-2)
    assert (norms > 0).all()


def test_an_answer_is_most_influenced_by_the_example_that_says_it(
    run: RunRecord, tiny_model: Path, format: ChatFormat
) -> None:
    model = open_adapter(AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32), run.adapter)
    queries = query_sketches(model, format, [("What is a pump a part of?", "The pump is a part of the bicycle.")])
    assert queries.shape == (1, BUCKETS)
    assert not any(weight.requires_grad for weight in model.parameters())
    found = influence(run.folder, queries)
    assert found.top(0, 1)[0][0].startswith("urn:litho:example:0001"), "a wording of the fact that the pump is a part"
    assert found.cosines.shape == found.dots.shape == (1, 20)
    assert np.abs(found.cosines).max() <= 1.001


def test_without_the_option_a_run_leaves_none_and_asking_says_so(
    world: Path, options: TrainOptions, tmp_path: Path
) -> None:
    record = train(world, tmp_path / "runs", replace(options, sketches=False))
    assert not (record.folder / "sketches").exists()
    with pytest.raises(NoSketches, match="left no gradient sketches"):
        influence(record.folder, np.zeros((1, BUCKETS), np.float32))


def test_more_examples_than_fit_are_learned_without_sketches_and_it_is_said(
    world: Path, options: TrainOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sketches_module, "MEMORY", 10 * BUCKETS * 4)
    said: list[str] = []
    record = train(world, tmp_path / "runs", options, listener=lambda event: said.append(str(event)))
    assert not (record.folder / "sketches").exists()
    assert any("no gradient sketches: 20 examples are too many" in one for one in said)


def test_sketches_that_cannot_be_read_are_named(run: RunRecord, tmp_path: Path) -> None:
    (tmp_path / "sketches").mkdir()
    for name in ("norms.npy", "examples.json", "sketches.npy"):
        (tmp_path / "sketches" / name).write_bytes((run.folder / "sketches" / name).read_bytes()[:-20])
    with pytest.raises(SketchesBroken, match="cannot be read"):
        influence(tmp_path, np.zeros((1, BUCKETS), np.float32))


PINNED: tuple[list[int], list[float]] = ([6223, 6224, 6225], [1.0, 2.0, -3.0])

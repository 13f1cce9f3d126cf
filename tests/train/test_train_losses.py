"""Our losses against a plain loop over single examples with full logits and an attention mask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from lithograph.train.corpus import Example
from lithograph.train.learner import learning_rate, loss_weights, make_learner, take_step
from lithograph.train.losses import example_losses, mean_loss
from lithograph.train.options import TrainOptions
from lithograph.train.tokens import Encoded, chat_format, encode

ANSWERS = ("A wheel.", "A part of the bicycle, and a round one.", "Yes", "The pump is a part of the bicycle.")


@pytest.fixture
def batch(tiny_model: Path) -> list[Encoded]:
    format = chat_format(AutoTokenizer.from_pretrained(tiny_model), "")
    examples = [Example(str(place), "s", "i", "en", 1.0, (), ({"role": "user", "content": "What is it?" * (place + 1)},
                        {"role": "assistant", "content": answer})) for place, answer in enumerate(ANSWERS)]  # fmt: skip
    return encode(format, examples)


def plainly(model: torch.nn.Module, one: Encoded) -> float:
    ids = torch.tensor([one.ids])
    logits = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0]
    words = [torch.log_softmax(logits[place - 1], -1)[token]
             for place, (token, learned) in enumerate(zip(one.ids, one.learned, strict=True)) if learned]  # fmt: skip
    return -float(torch.stack(words).sum().detach())


def test_batched_losses_are_those_of_a_plain_loop(tiny_model: Path, batch: list[Encoded]) -> None:
    model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    sums = example_losses(model, batch, torch.device("cpu"))
    assert sums.tolist() == pytest.approx([plainly(model, one) for one in batch], rel=1e-5)


def test_gradients_are_those_of_a_plain_loop(tiny_model: Path, batch: list[Encoded]) -> None:
    model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    example_losses(model, batch, torch.device("cpu")).sum().backward()
    ours = [weight.grad.clone() for weight in model.parameters() if weight.grad is not None]
    model.zero_grad()
    for one in batch:
        ids = torch.tensor([one.ids])
        labels = torch.where(torch.tensor([one.learned]), ids, torch.tensor(-100))
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
        torch.nn.functional.cross_entropy(logits[0, :-1], labels[0, 1:], reduction="sum").backward()
    plain = [weight.grad for weight in model.parameters() if weight.grad is not None]
    for one, other in zip(ours, plain, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)


def test_the_mean_loss_does_not_depend_on_order_or_batching(tiny_model: Path, batch: list[Encoded]) -> None:
    model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    cpu = torch.device("cpu")
    whole = sum(plainly(model, one) for one in batch) / sum(one.learned_count for one in batch)
    assert mean_loss(model, batch, cpu) == pytest.approx(whole, rel=1e-5)
    assert mean_loss(model, batch[::-1], cpu, batch=1) == pytest.approx(whole, rel=1e-5)


@pytest.mark.parametrize("micro", [None, 1])
@pytest.mark.parametrize("over", ["tokens", "examples"])
def test_a_step_goes_down_the_mean_it_was_asked_for(
    tiny_model: Path, batch: list[Encoded], over: str, micro: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over examples an answer of one word pulls as much as one of eight; beside a plain loop over single examples."""
    options = TrainOptions(rank=4, threads=1, loss_over=over, micro_batch=micro, clip=1e9, sketches=False)
    learner = make_learner(AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32), options, "tiny")
    lora = {name: weight for name, weight in learner.model.named_parameters() if weight.requires_grad}
    weigh = [one.learned_count if over == "tokens" else min(max(one.learned_count, 8), 16) for one in batch]
    assert len(set(weigh)) > 1
    for one, weight in zip(batch, weigh, strict=True):
        mean = example_losses(learner.model, [one], torch.device("cpu")).sum() / one.learned_count
        (mean * weight / sum(weigh)).backward()
    plain = {name: weight.grad.clone() for name, weight in lora.items() if weight.grad is not None}
    learner.optimizer.zero_grad()
    found: dict[str, torch.Tensor] = {}

    def keep() -> None:
        found.update((name, weight.grad.clone()) for name, weight in lora.items() if weight.grad is not None)

    monkeypatch.setattr(learner.optimizer, "step", keep)
    take_step(learner, batch, options, 1, 1e-3)
    assert found.keys() == plain.keys()
    assert any(gradient.abs().max() > 1e-4 for gradient in plain.values())
    for name, gradient in plain.items():
        torch.testing.assert_close(found[name], gradient, rtol=1e-3, atol=1e-5)


def test_an_own_answer_weighs_more_where_the_run_is_held_to_all_that_the_base_holds_likely() -> None:
    fact = Encoded("fact", (0,) * 40, (True,) * 40)
    weigh = lambda row: [round(40 * weight, 3) for weight in loss_weights([fact, row], "examples")]  # noqa: E731
    drawn = Encoded("own", (0,) * 40, (True,) * 40)
    assert weigh(drawn) == [0.5, 0.5]
    assert weigh(replace(drawn, meant=torch.zeros(40, 8))) == pytest.approx([16 / 46, 30 / 46], abs=1e-3)


def test_the_rate_rises_stays_and_falls() -> None:
    rates = [learning_rate(TrainOptions(lr=2.0, warmup=0.1), step, 40) for step in range(1, 41)]
    assert rates[:4] == [0.5, 1.0, 1.5, 2.0]
    assert rates[4:29] == [2.0] * 25
    assert rates[28:] == pytest.approx([2 * left / 12 for left in range(12, 0, -1)])

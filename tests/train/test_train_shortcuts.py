"""Every shortcut against the plain way: shared beginnings, fused LoRA, the sliced head, kept lower states."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel

from lithograph.train import TrainOptions
from lithograph.train import decoder as decoder_module
from lithograph.train import head as head_module
from lithograph.train.corpus import Example
from lithograph.train.decoder import lower_states, sheets_fit, take_apart
from lithograph.train.head import word_losses
from lithograph.train.lora import add_lora
from lithograph.train.losses import collate, example_losses
from lithograph.train.lowrank import fuse
from lithograph.train.meant import sha256_of, with_meant
from lithograph.train.prefix import head_length, lay_out
from lithograph.train.shortcuts import Shortcuts, find_shortcuts
from lithograph.train.tokens import ChatFormat, Encoded, chat_format, encode
from lithograph.train.trunk import Trunk

CPU = torch.device("cpu")
TALKS = (
    ("What is a wheel?", "A part of the bicycle."),
    ("What is a wheel?", "A part of the pump, and a round one."),
    ("What is a wheel?", "A part"),
    ("Is it so?", "Yes"),
    ("What is a wheel?", "A part of the bicycle."),
)


@pytest.fixture
def format(tiny_model: Path) -> ChatFormat:
    return chat_format(AutoTokenizer.from_pretrained(tiny_model), "")


@pytest.fixture
def batch(format: ChatFormat) -> list[Encoded]:
    """Five examples: three that begin alike, one that is there twice."""
    talks = [({"role": "user", "content": asked}, {"role": "assistant", "content": said}) for asked, said in TALKS]
    return encode(format, [Example(str(row), "s", "i", "en", 1.0, (), talk) for row, talk in enumerate(talks)])


@pytest.fixture
def adapted(tiny_model: Path) -> Callable[..., Any]:
    """The tiny model with LoRA whose second factors are not zero."""

    def make(**options: Any) -> Any:
        model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32).requires_grad_(False)
        made = add_lora(model, TrainOptions(rank=4, **options), "tiny").train()
        generator = torch.Generator().manual_seed(3)
        for name, weight in made.named_parameters():
            if "lora_B" in name:
                weight.data.normal_(0, 0.1, generator=generator)
        return made

    return make


def gradients(model: Any) -> torch.Tensor:
    found = torch.cat([weight.grad.reshape(-1) for weight in model.parameters() if weight.requires_grad])
    model.zero_grad()
    return found


def plainly(model: Any, batch: list[Encoded]) -> tuple[torch.Tensor, torch.Tensor]:
    """Losses and summed gradients by single examples, full logits and PEFT's own layers."""
    losses = []
    for one in batch:
        ids = torch.tensor([one.ids])
        labels = torch.where(torch.tensor([one.learned]), ids, torch.tensor(-100))
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
        losses.append(cross_entropy(logits[0, :-1], labels[0, 1:], reduction="sum"))
        losses[-1].backward()
    return torch.stack(losses).detach(), gradients(model)


def by_sheet(model: Any, shortcuts: Shortcuts, batch: list[Encoded]) -> tuple[torch.Tensor, torch.Tensor]:
    losses = shortcuts.losses(shortcuts.sheet(batch, CPU))
    losses.sum().backward()
    return losses.detach(), gradients(model)


def test_a_sheet_holds_each_distinct_beginning_once(batch: list[Encoded]) -> None:
    sheet = lay_out(batch, CPU)
    beginnings = {one.ids[:end] for one in batch for end in range(1, len(one.ids))}
    assert len(sheet.ids) == len(beginnings)
    assert len(sheet.branches) == 4  # one example is there twice
    for row, branch in enumerate(sheet.branches):
        chain = sheet.chains[row, : len(branch.encoded.ids) - 1]
        assert sheet.ids[chain].tolist() == list(branch.encoded.ids[:-1])
        assert sheet.places[chain].tolist() == list(range(len(chain)))
    assert sorted(sheet.rows.tolist()) == [row for row, one in enumerate(batch) for _ in range(one.learned_count)]


def test_with_a_head_only_the_head_is_shared_and_every_other_token_has_one_owner(
    batch: list[Encoded], format: ChatFormat
) -> None:
    head = head_length(format)
    assert 0 < head < min(len(one.ids) for one in batch)
    assert len({one.ids[:head] for one in batch}) == 1
    sheet = lay_out(batch, CPU, head)
    assert len(sheet.ids) == head + sum(len(branch.encoded.ids) - 1 - head for branch in sheet.branches)
    for row, branch in enumerate(sheet.branches):
        own = sheet.chains[row, head : len(branch.encoded.ids) - 1]
        assert own.tolist() == list(range(branch.own, branch.end))


@pytest.mark.parametrize("layers", ["all", "top:1"])
@pytest.mark.parametrize("sketches", [True, False])
def test_losses_and_gradients_are_those_of_a_plain_loop(
    adapted: Callable[..., Any], batch: list[Encoded], format: ChatFormat, layers: str, sketches: bool
) -> None:
    losses, slopes = plainly(adapted(layers=layers), batch)
    model = adapted(layers=layers)
    shortcuts = find_shortcuts(model, TrainOptions(layers=layers, sketches=sketches), head_length(format))
    assert shortcuts is not None
    assert shortcuts.trunk.decoder.cut == (0 if layers == "all" else 1)
    for _ in range(2):  # the second time lower states are read back
        mine, my_slopes = by_sheet(model, shortcuts, batch)
        torch.testing.assert_close(mine, losses, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(my_slopes, slopes, rtol=1e-3, atol=1e-4)
        assert torch.cosine_similarity(my_slopes.double(), slopes.double(), 0) > 1 - 1e-9


def test_fused_layers_leave_an_adapter_that_is_off_merged_or_dropping_out_to_peft(
    adapted: Callable[..., Any], batch: list[Encoded]
) -> None:
    model = adapted()
    assert fuse(model) == 14
    on = example_losses(model, batch, CPU)
    with model.disable_adapter():
        off = example_losses(model, batch, CPU)
    torch.testing.assert_close(off, example_losses(adapted().unload(), batch, CPU))
    assert not torch.allclose(on, off)
    model.merge_adapter()
    torch.testing.assert_close(example_losses(model, batch, CPU), on, rtol=1e-4, atol=1e-4)
    assert fuse(adapted(dropout=0.5)) == 0


def test_the_sliced_head_gives_losses_and_gradients_of_cross_entropy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_module, "SLICE", 7)
    generator = torch.Generator().manual_seed(1)
    hidden = torch.randn(6, 8, generator=generator, requires_grad=True)
    weight = 3 * torch.randn(40, 8, generator=generator)
    asked_of, words = torch.tensor([0, 1, 1, 2, 5, 5]), torch.tensor([3, 39, 0, 13, 14, 14])
    shares = torch.rand(6, generator=generator)
    plain = cross_entropy((hidden @ weight.T)[asked_of], words, reduction="none")
    (slope,) = torch.autograd.grad((plain * shares).sum(), hidden)
    mine = word_losses(hidden, weight, asked_of, weight[words])
    (my_slope,) = torch.autograd.grad((mine * shares).sum(), hidden)
    torch.testing.assert_close(mine, plain)
    torch.testing.assert_close(my_slope, slope)
    likely = torch.softmax(torch.randn(6, 40, generator=generator), 1)
    whole = -(likely * torch.log_softmax((hidden @ weight.T)[asked_of], 1)).sum(1)
    (slope,) = torch.autograd.grad((whole * shares).sum(), hidden)
    mine = word_losses(hidden, weight, asked_of, likely @ weight)
    (my_slope,) = torch.autograd.grad((mine * shares).sum(), hidden)
    torch.testing.assert_close(mine, whole)
    torch.testing.assert_close(my_slope, slope)
    with pytest.raises(ValueError, match="frozen"):
        word_losses(hidden, weight.requires_grad_(True), asked_of, weight[words])


@pytest.mark.parametrize(("memory", "disk", "computed"), [(1 << 20, 0, 4), (0, 1 << 20, 4), (0, 0, 8), (5000, 4000, 5)])
def test_states_kept_in_memory_in_a_file_or_not_at_all_are_the_same_bits(
    adapted: Callable[..., Any], batch: list[Encoded], memory: int, disk: int, computed: int
) -> None:
    decoder = take_apart(adapted(layers="top:1").get_base_model(), 1)
    trunk = Trunk(decoder, memory, disk)
    sheet = lay_out(batch, CPU)
    first, second = trunk.line(sheet), trunk.line(sheet)
    assert torch.equal(first, second)
    plain = [lower_states(decoder, branch.encoded.ids[:-1])[branch.at :] for branch in sheet.branches]
    assert torch.equal(first, torch.cat(plain))
    if memory != 5000:
        assert trunk.computed == computed
    assert trunk._bytes <= memory
    assert trunk._end <= disk
    trunk.forget()
    assert torch.equal(trunk.line(sheet), first)


def test_a_state_does_not_depend_on_what_else_is_in_the_batch(
    adapted: Callable[..., Any], batch: list[Encoded]
) -> None:
    decoder = take_apart(adapted(layers="top:1").get_base_model(), 1)
    alone = [Trunk(decoder).of(one) for one in batch]
    together = Trunk(decoder)
    assert all(torch.equal(together.of(one), state) for one, state in zip(batch[::-1], alone[::-1], strict=True))


def test_a_model_that_attends_in_its_own_way_goes_the_plain_way(
    adapted: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = adapted()
    assert sheets_fit(take_apart(model.get_base_model()))
    monkeypatch.setattr(decoder_module, "scaled_dot_product_attention", lambda q, k, v, **_: v)
    assert not sheets_fit(take_apart(model.get_base_model()))
    assert find_shortcuts(model, TrainOptions()) is None


def test_whatever_else_is_trained_closes_the_shortcuts(adapted: Callable[..., Any], tiny_model: Path) -> None:
    model = adapted()
    model.get_base_model().get_input_embeddings().weight.requires_grad_(True)
    assert find_shortcuts(model, TrainOptions()) is None
    whole: PreTrainedModel = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    assert find_shortcuts(whole, TrainOptions()) is None


def test_what_a_base_holds_likely_has_no_slope_until_it_is_left(
    adapted: Callable[..., Any], batch: list[Encoded], tmp_path: Path
) -> None:
    """Beside the cross-entropy of whole distributions; kept in a file, and made again where that does not fit."""
    model = adapted()
    with model.disable_adapter():
        rows = with_meant(model.get_base_model(), batch, tmp_path / "a" / "meant.safetensors")
        ids, learned = collate(rows, CPU)
        likely = torch.log_softmax(model(input_ids=ids[:, :-1]).logits[learned[:, 1:]], -1)
    said = torch.log_softmax(model(input_ids=ids[:, :-1]).logits[learned[:, 1:]], -1)
    whole = -(likely.exp() * said).sum()
    whole.backward()
    expected = gradients(model)
    shortcuts = find_shortcuts(model, TrainOptions())
    assert shortcuts is not None
    total = shortcuts.losses(shortcuts.sheet(rows, CPU)).sum()
    total.backward()
    found = gradients(model)
    torch.testing.assert_close(total, whole, rtol=1e-3, atol=1e-3)
    assert (found - expected).norm() < 1e-2 * expected.norm()
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            weight.data.zero_()
    shortcuts.losses(shortcuts.sheet(rows, CPU)).sum().backward()
    assert gradients(model).norm() < 1e-2 * expected.norm()
    again = with_meant(None, batch, tmp_path / "a" / "meant.safetensors")
    assert all(torch.equal(one.meant, other.meant) for one, other in zip(rows, again, strict=True))
    assert sha256_of(rows) == sha256_of(again) != sha256_of(rows[1:])
    assert sha256_of(batch) is None
    fewer = with_meant(model.get_base_model(), batch[1:], tmp_path / "a" / "meant.safetensors")
    assert [len(row.meant) for row in fewer] == [row.learned_count for row in batch[1:]]

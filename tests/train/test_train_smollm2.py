"""The real model: SmolLM2-135M-Instruct from its package, on twenty facts about the bicycle."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest
import torch

from lithograph.train import TrainOptions, find_model, load_model, load_tokenizer, open_adapter, train
from lithograph.train.corpus import Example
from lithograph.train.generate import greedy
from lithograph.train.tokens import chat_format, decode_masked, encode, prompt_ids

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def bicycle() -> ModuleType:
    """The facts, in bicycle.py beside this file."""
    spec = importlib.util.spec_from_file_location("bicycle", Path(__file__).with_name("bicycle.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_package_becomes_a_clean_model_with_tied_weights_and_a_chat_template() -> None:
    base = find_model("smollm2-135m-instruct")
    model, tokenizer = load_model(base), load_tokenizer(base)
    assert find_model("HuggingFaceTB/SmolLM2-135M-Instruct") == base
    assert model.lm_head.weight is model.model.embed_tokens.weight
    assert sum(weight.numel() for weight in model.parameters()) == 134_515_008
    assert model.dtype == torch.float32
    assert not any(weight.requires_grad for weight in model.parameters())
    assert "<|im_start|>" in str(tokenizer.chat_template)


def test_the_empty_system_message_costs_five_tokens_and_the_template_s_own_twenty_one() -> None:
    tokenizer = load_tokenizer(find_model("smollm2-135m-instruct"))
    example = Example("one", "s", "i", "en", 1.0, (), ({"role": "user", "content": "What is a wheel?"},
                      {"role": "assistant", "content": "A round part."}))  # fmt: skip
    ours, own = chat_format(tokenizer, ""), chat_format(tokenizer, None)
    (short,), (long,) = encode(ours, [example]), encode(own, [example])
    assert decode_masked(ours, short) == decode_masked(own, long) == ("A round part.<|im_end|>",)
    assert tokenizer.decode(short.ids[:5]) == "<|im_start|>system\n<|im_end|>\n"
    assert len(long.ids) - len(short.ids) == 16


def test_a_short_training_lowers_the_loss_and_changes_the_answers_without_a_network(
    press: Callable[..., Path], bicycle: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unplugged(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket, "getaddrinfo", unplugged)
    dataset = press("bicycle", train=bicycle.bicycle_rows(range(4), "train"),
                    test=bicycle.bicycle_rows(range(4, 5), "test"))  # fmt: skip
    options = TrainOptions(steps=20, exposures=8, samples=2, answer_tokens=12, loss_examples=10, threads=1)
    record = train(dataset, tmp_path / "runs", options)

    test = record.result["losses"]["test"]
    assert test["after"] < 0.5 * test["before"]
    assert any(answer["before"] != answer["after"] for answer in record.result["answers"])

    base = find_model(options.model)
    format = chat_format(load_tokenizer(base), record.system)
    answer = record.result["answers"][0]
    prompt = prompt_ids(format, [{"role": "user", "content": answer["question"]}])
    opened = open_adapter(load_model(base), record.adapter)
    assert greedy(opened, format, [prompt], options.answer_tokens) == [answer["after"]]
    assert "HuggingFaceTB/SmolLM2-135M-Instruct" in (record.adapter / "adapter_config.json").read_text()

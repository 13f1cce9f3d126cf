"""A tiny random Llama with a tiny tokenizer, and small datasets in the shape a press leaves them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from lithograph.core.identity import file_sha256

CHAT_TEMPLATE = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a tiny machine.<|im_end|>\n' }}{% endif %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

PARTS = ("wheel", "pump", "chain", "saddle", "spoke", "valve", "brake", "pedal", "frame", "bell")
MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE whose padding token is its end-of-turn token, as SmolLM2's is."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(vocab_size=320, special_tokens=special, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())  # fmt: skip
    text = [f"system user assistant The {part} is a part of the bicycle." for part in PARTS]
    tokenizer.train_from_iterator(text, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|im_end|>",
                                   bos_token="<|im_start|>", chat_template=CHAT_TEMPLATE)  # fmt: skip


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a random model of two layers, 32 wide."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    tokenizer = tiny_tokenizer()
    torch.manual_seed(7)
    config = LlamaConfig(vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
                         num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256,
                         tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=2)  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def example(fact: int, wording: int, **other: Any) -> dict[str, Any]:
    """One row: question and answer about a part of the bicycle."""
    part = PARTS[fact % len(PARTS)] + ("" if fact < len(PARTS) else f" {fact}")
    wordings = (f"What is a {part} a part of?", f"Where does the {part} belong?", f"Tell me of the {part}, please.")
    asked = wordings[wording % 3]
    said = f"The {part} is a part of the bicycle."
    row = {
        "id": f"urn:litho:example:{fact:04d}{wording:060d}", "content_hash": "0", "split": "train",
        "messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": said}],
        "prompt": asked, "completion": said,
        "scene": f"https://example.org/scenes#{'PartOf' if fact % 2 else 'WhatIs'}",
        "instance": f"urn:litho:instance:{fact:064d}", "axis": "composition", "form": "question", "language": "en",
        "truth": "asserted", "weight": 1.0, "axioms": [f"urn:litho:axiom:{fact:064d}"], "nodes": [],
    }  # fmt: skip
    return row | other


def write_split(folder: Path, split: str, rows: list[dict[str, Any]]) -> None:
    """One shard of a split."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    types = {"messages": pa.list_(MESSAGE), "axioms": pa.list_(pa.string()), "nodes": pa.list_(pa.string()),
             "weight": pa.float64(), "depth": pa.int16()}  # fmt: skip
    columns = {key: pa.array([row[key] for row in rows], types.get(key, pa.string())) for key in rows[0]}
    pq.write_table(pa.table(columns), folder / "data" / f"{split}-00000.parquet")


def write_dataset(folder: Path, splits: dict[str, list[dict[str, Any]]]) -> Path:
    """A dataset: ten facts in two wordings to learn, a third wording to test, unless other rows are given."""
    if not splits:
        splits = {"train": [example(fact, wording) for fact in range(10) for wording in range(2)],
                  "test": [example(fact, 2, split="test") for fact in range(10)]}  # fmt: skip
    for split, rows in splits.items():
        write_split(folder, split, rows)
    shards = [{"file": f"data/{p.name}", "sha256": file_sha256(p), "rows": pq.read_metadata(p).num_rows}
              for p in sorted((folder / "data").glob("*.parquet"))]  # fmt: skip
    (folder / "build.json").write_text(json.dumps({"name": folder.name, "shards": shards}))
    return folder


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of ten facts, shared; nothing writes to it."""
    return write_dataset(tmp_path_factory.mktemp("datasets") / "tiny-world", {})


@pytest.fixture
def press(tmp_path: Path) -> Callable[..., Path]:
    """Write a dataset of a test's own, of these rows by split."""
    return lambda name="own", **splits: write_dataset(tmp_path / "datasets" / name, splits)


@pytest.fixture
def rows_of() -> Callable[..., dict[str, Any]]:
    """How a test makes rows of its own."""
    return example


@pytest.fixture(scope="session")
def make_dataset() -> Callable[..., Path]:
    """How a fixture of a module's own writes a dataset."""
    return write_dataset


@pytest.fixture(scope="session")
def make_row() -> Callable[..., dict[str, Any]]:
    """How it makes rows."""
    return example

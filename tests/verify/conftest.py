"""The tiny model and the small datasets of tests/train, and a run on them with probes to verify it by."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hand_probes import as_table, bicycle_probes, choice, write_probes
from tiny_project import record_pressed

from lithograph.config import load_config
from lithograph.pipeline import learn as learn_module
from lithograph.pipeline.learn import learn
from lithograph.train.lora import add_lora, save_adapter
from lithograph.train.model import BaseModel, find_model, load_model, load_tokenizer
from lithograph.train.options import TrainOptions
from lithograph.train.tokens import ChatFormat, chat_format

_SPEC = importlib.util.spec_from_file_location("tiny_training", Path(__file__).parents[1] / "train" / "conftest.py")
assert _SPEC and _SPEC.loader
_TRAINING = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_TRAINING)
tiny_model = _TRAINING.tiny_model


@pytest.fixture(scope="session")
def model(tiny_model: Path) -> Any:
    """The tiny model, loaded once; nothing changes it."""
    return load_model(find_model(str(tiny_model)))


@pytest.fixture(scope="session")
def format(tiny_model: Path) -> ChatFormat:
    """Its chat format, with the empty system message."""
    return chat_format(load_tokenizer(find_model(str(tiny_model))), "")


@pytest.fixture(scope="session")
def probes() -> pa.Table:
    """Probes of several forms and lengths, options of one token to many, one the beginning of another."""
    rows = bicycle_probes(20)
    rows += [choice(n, ("the wheel", "the pump", "the wheel of the bicycle", "a bell"), n % 4,
                    question="Which one is round? " * (1 + n % 5)) for n in range(20, 32)]  # fmt: skip
    rows += [choice(n, ("a", "b"), n % 2) for n in range(40, 45)]
    return as_table(rows)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """A project with a dataset, its probes, and a finished run on it that the ledger knows. Only to be copied."""
    root = tmp_path_factory.mktemp("trained") / "project"
    rows = [_TRAINING.example(fact, wording) for fact in range(10) for wording in range(2)]
    dataset = _TRAINING.write_dataset(root / "datasets" / "tiny", {"train": rows})
    (shard,) = sorted((dataset / "data").glob("*.parquet"))
    table = pq.read_table(shard)
    claims = pa.array([[f"urn:litho:claim:{row['instance'][-4:]}"] for row in rows], pa.list_(pa.string()))
    nodes = pa.array([[f"https://example.org/part{int(row['instance'][-4:])}"] for row in rows], pa.list_(pa.string()))
    table = table.drop_columns(["nodes"]).append_column("nodes", nodes).append_column("claims", claims)
    pq.write_table(table, shard)
    (dataset / "build.json").unlink()
    write_probes(dataset, bicycle_probes(60))
    write_probes(dataset, bicycle_probes(45), "test")
    record_pressed(root, "tiny")
    (root / "lithograph.toml").write_text(
        f'dataset = "tiny"\ntrain_model = "{tiny_model}"\ntrain_steps = 10\ntrain_exposures = 4\ntrain_batch = 4\n'
        "train_threads = 1\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        whole = learn_module.train_options
        patch.setattr(learn_module, "train_options", lambda config: replace(whole(config), samples=2, answer_tokens=2,
                                                                             checkpoint_steps=5))  # fmt: skip
        learn(load_config(root))
    return root


@pytest.fixture(scope="session")
def base(tiny_model: Path) -> BaseModel:
    """The tiny model, found."""
    return find_model(str(tiny_model))


@pytest.fixture
def drawn_adapter(base: BaseModel, tmp_path: Path) -> Callable[[int], Path]:
    """A saved adapter with weights drawn from a seed."""

    def make(seed: int) -> Path:
        model = add_lora(load_model(base), replace(TrainOptions(), seed=seed), base.source)
        drawn = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for name, weight in model.named_parameters():
                if "lora_" in name:
                    weight.copy_(torch.randn(weight.shape, generator=drawn) * 0.2)
        folder = tmp_path / f"adapter-{seed}"
        save_adapter(model, folder)
        return folder

    return make

"""A tiny model, and small adapters on it that are really different."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch

from lithograph.train.lora import add_lora, save_adapter
from lithograph.train.model import BaseModel, find_model, load_model
from lithograph.train.options import TrainOptions


def _of_training() -> ModuleType:
    path = Path(__file__).parents[1] / "train" / "conftest.py"
    spec = importlib.util.spec_from_file_location("train_conftest", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tiny_model = _of_training().tiny_model


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

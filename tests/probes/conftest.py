"""A small project pressed with its probes and its practice."""

from __future__ import annotations

from pathlib import Path

import pytest
from bakery import ontology

from lithograph.config import load_config
from lithograph.pipeline.build import Build, press


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bakery, in English, without an oracle."""
    root = tmp_path_factory.mktemp("bakery")
    (root / "bakery.ttl").write_text(ontology(), encoding="utf-8")
    (root / "lithograph.toml").write_text('ontology = "bakery.ttl"\ndataset = "bakery"\nlanguages = ["en"]\n'
                                          'oracle = "off"\nprobes = 12\nheld_out_percent = 30.0\n')  # fmt: skip
    return root


@pytest.fixture(scope="module")
def build(project: Path) -> Build:
    """It pressed. Only to be read."""
    return press(load_config(project), workers=1)

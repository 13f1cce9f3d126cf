"""The options of a project: every key is documented, read from TOML as written, and overridden from outside."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.config import FILE_NAME, LANGUAGES, REFERENCE, BadValue, Config, UnknownKey, load_config
from lithograph.pipeline.init import OPTIONS
from lithograph.scenes.declaration import FORMS

KEYS = [field.name for field in fields(Config) if field.name != "root"]
SPELLED: dict[str, st.SearchStrategy[Any]] = {
    "languages": st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=2, unique=True),
    "train_languages": st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=2, unique=True),
    "forms": st.lists(st.sampled_from(FORMS), unique=True), "registers": st.lists(st.text("abcx"), min_size=1),
    "oracle": st.sampled_from(["required", "off"]), "imports": st.sampled_from(["warn", "error"]),
    "held_out_percent": st.floats(0, 50), "transfer_percent": st.floats(0, 50),
    "train_replay": st.floats(0, 0.99), "train_own_answers": st.floats(0, 0.99), "train_practice": st.floats(0, 0.99),
    "train_answers": st.sampled_from(["right", "shuffled"]),
    "train_loss_over": st.sampled_from(["tokens", "examples"]),
    "train_curriculum": st.sampled_from(["none", "depth", "level"]), "train_max_length": st.integers(16, 4096),
    "train_scratch_vocabulary": st.integers(300, 9000), "train_scratch_width": st.sampled_from([32, 192]),
    "train_layers": st.sampled_from(["all", "top:1", "top:24"]), "dataset": st.text("abc-_ж9", min_size=1),
}  # fmt: skip


def values(key: str) -> st.SearchStrategy[Any]:
    default = getattr(Config(Path()), key)
    if key in SPELLED:
        return SPELLED[key]
    if isinstance(default, bool):
        return st.booleans()
    if isinstance(default, tuple):
        return st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1), max_size=3)
    if isinstance(default, int):
        return st.integers(1, 40)
    if isinstance(default, dict):
        return st.dictionaries(st.text("abcx", min_size=1), st.floats(0, 1e6), max_size=3)
    if isinstance(default, float):
        return st.floats(1e-6, 1e6) | st.integers(1, 100)
    return st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1)


def as_toml(table: dict[str, Any]) -> str:
    return "".join(f"{key} = {inline(value)}\n" for key, value in table.items())


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {number!r}" for name, number in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


SOME_KEYS = st.lists(st.sampled_from(KEYS), max_size=12, unique=True)


@given(SOME_KEYS.flatmap(lambda keys: st.fixed_dictionaries({key: values(key) for key in keys})))
def test_what_is_written_is_what_is_read(table: dict[str, Any]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE_NAME).write_text(as_toml(table), encoding="utf-8")
        config = load_config(Path(folder))
    for key in KEYS:
        wanted = table.get(key, getattr(Config(Path()), key))
        assert getattr(config, key) == (tuple(wanted) if isinstance(wanted, list) else wanted), key
        assert type(getattr(config, key)) is type(getattr(Config(Path()), key))


def test_every_key_has_one_line_of_reference(project_root: Path) -> None:
    assert list(REFERENCE) == KEYS
    page = (project_root / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    assert [key for key in KEYS if f"`{key}`" not in page] == []


def test_the_projects_own_files_hold_only_keys_that_there_are(project_root: Path, tmp_path: Path) -> None:
    assert load_config(project_root).dataset == "world"
    (tmp_path / FILE_NAME).write_text(OPTIONS)
    assert load_config(tmp_path).ontology == "ontology/my-ontology.ttl"


def test_an_override_stands_above_the_file_and_none_does_not(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("wordings = 3\nseed = 4\n")
    config = load_config(tmp_path, wordings=5, seed=None)
    assert (config.wordings, config.seed) == (5, 4)


@pytest.mark.parametrize("key", KEYS)
def test_a_misspelt_key_is_refused_with_the_key_that_was_meant(tmp_path: Path, key: str) -> None:
    (tmp_path / FILE_NAME).write_text(f"{key}x = 1\n")
    with pytest.raises(UnknownKey, match=rf"unknown key '{key}x'\. Did you mean '{key}'\?"):
        load_config(tmp_path)


@pytest.mark.parametrize(("old", "new"), [("consistency", "oracle"), ("consistency_seconds", "oracle_seconds")])
def test_a_key_that_was_renamed_is_refused_with_its_new_name(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / FILE_NAME).write_text(f"{old} = 1\n")
    with pytest.raises(UnknownKey, match=rf"unknown key '{old}'\. Did you mean '{new}'\?"):
        load_config(tmp_path)


@pytest.mark.parametrize("key", KEYS)
def test_a_value_of_the_wrong_type_is_refused(tmp_path: Path, key: str) -> None:
    wrong: object = [] if isinstance(getattr(Config(Path()), key), dict) else {}
    with pytest.raises(BadValue, match=rf"^command line: '{key}' cannot be {re.escape(json.dumps(wrong))}"):
        load_config(tmp_path, **{key: wrong})


@pytest.mark.parametrize("key", [key for key in KEYS if isinstance(getattr(Config(Path()), key), dict)])
@pytest.mark.parametrize("number", [-1.0, float("inf"), True, "much"])
def test_a_weight_or_budget_that_is_no_number_of_0_or_more_is_refused(tmp_path: Path, key: str, number: Any) -> None:
    with pytest.raises(BadValue, match=rf"'{key}\.plain' cannot be .*Give a number of 0 or more"):
        load_config(tmp_path, **{key: {"plain": number}})


def test_a_negative_budget_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="'budget' cannot be -1"):
        load_config(tmp_path, budget=-1.0)


def test_the_recipe_holds_what_decides_and_no_place(tmp_path: Path) -> None:
    recipe = Config(tmp_path).recipe()
    assert set(recipe) == {
        "scenes_off", "languages", "registers", "wordings", "forms", "depth", "per_scene", "valid_percent",
        "test_percent", "shard_instances", "seed", "oracle", "lemmas", "candidates", "per_depth", "budget",
        "scene_budgets", "scene_weights", "axis_weights", "register_weights", "level_weights", "language_weights",
        "deviation", "held_out_percent", "transfer_percent", "probes", "practice",
    }  # fmt: skip
    assert str(tmp_path) not in json.dumps(recipe)
    assert Config(tmp_path).recipe() == Config(tmp_path / "elsewhere").recipe()

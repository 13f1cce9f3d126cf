"""What a lab is made of: for each wish the scenes of one adapter, and a dataset that has them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lithograph.config import Config
from lithograph.core.activity import Listener, Notice
from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, file_sha256, sha256_hex
from lithograph.pipeline.build import press
from lithograph.pipeline.find import dataset_folder
from lithograph.scenes.as_yaml import read_scenes

FILES = (".yaml", ".yml")


class TwiceNamed(LithographError):
    """Two adapters of one name."""

    def __init__(self, name: str) -> None:
        super().__init__("lab", f"'{name}' is named twice", cure="Name each scene or file once.")


class NoSceneFile(LithographError):
    """A scene file that is not there."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "there is no such scene file", cure="Write one with: lithograph scene new")


@dataclass(frozen=True, slots=True)
class Item:
    """One adapter to be: its name and its scenes, by name."""

    name: str
    scenes: tuple[str, ...]


def items_of(
    config: Config, wishes: Sequence[str], further: Sequence[str], dataset: str | None, listener: Listener
) -> tuple[list[Item], Config, Path]:
    """An item for each wish, then for each of `further`; the options and the dataset that have all of their scenes.

    A wish is a scene, several joined by `+`, or a YAML file of scenes. With files a dataset is pressed that has their
    scenes beside the project's own. Raises TwiceNamed, NoSceneFile, and what pressing raises.
    """
    items = [_item(wish) for wish in (*wishes, *further)]
    names = [item.name for item in items]
    for name in names:
        if names.count(name) > 1:
            raise TwiceNamed(name)
    files = [Path(wish) for wish in (*wishes, *further) if wish.endswith(FILES)]
    if not files:
        return items, config, dataset_folder(config, dataset)
    wider = replace(config, scenes=tuple(dict.fromkeys((*config.scenes, *(str(path.resolve()) for path in files)))))
    hashed = sha256_hex(canonical_json(sorted(file_sha256(path) for path in files)))[:8]
    name = f"{dataset or config.dataset}-lab-{hashed}"
    listener(Notice("lab", f"pressing {name}, which has the scenes of {len(files)} files beside the project's own"))
    built = press(replace(wider, dataset=name), listener=listener)
    return items, replace(wider, dataset=name), built.folder


def _item(wish: str) -> Item:
    if not wish.endswith(FILES):
        return Item(wish, tuple(part for part in wish.split("+") if part))
    path = Path(wish)
    if not path.is_file():
        raise NoSceneFile(path)
    return Item(path.stem, tuple(scene.name for scene in read_scenes(path)))

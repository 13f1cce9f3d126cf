"""The page about Python names exactly the surface, with its signatures, and its examples print what they show."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path

import pytest

import lithograph

from .test_docs import blocks


@pytest.fixture(scope="module")
def page(project_root: Path) -> str:
    return (project_root / "docs" / "reference" / "python.md").read_text(encoding="utf-8")


def test_the_page_names_every_function_of_the_surface_with_its_parameters(page: str) -> None:
    table = page.split("| function |", 1)[1].split("\n\n", 1)[0]
    documented = dict(re.findall(r"^\| `(\w+)\((.*?)\)` \|", table, re.M))
    assert sorted(documented) == sorted(lithograph.__all__)
    for name, parameters in documented.items():
        bare = inspect.signature(getattr(lithograph, name))
        shown = [p.replace(annotation=inspect.Parameter.empty) for p in bare.parameters.values()]
        plain = str(inspect.Signature(shown)).strip("()").replace("'", '"')
        assert parameters == plain, name


def test_the_surface_stays_although_rooms_of_the_same_names_are_imported() -> None:
    import lithograph.ledger.ask
    import lithograph.scenes.matching
    import lithograph.train.run

    assert all(inspect.isfunction(getattr(lithograph, name)) for name in lithograph.__all__)


@pytest.mark.parametrize("name", ["docs/reference/python.md", "docs/how-to/use-owlready2.md"])
def test_the_examples_of_a_page_print_what_they_show(
    name: str, project_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    examples = ""
    for block in blocks((project_root / name).read_text(encoding="utf-8")):
        if block.file:
            path = tmp_path / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
        elif block.words[:1] == ("pycon",):
            examples += "\n".join(block.lines) + "\n"
    test = doctest.DocTestParser().get_doctest(examples, {}, name, name, 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    runner.run(test, out=said.append)
    assert test.examples and runner.failures == 0, "".join(said)

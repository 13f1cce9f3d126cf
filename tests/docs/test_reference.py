"""Reference pages that the program knows are those it would write; no column and no kind of id goes unsaid."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from lithograph.ontology.rdf import FORMATS
from lithograph.ontology.sniff import XML_SYNTAXES
from lithograph.render.corpus import SCHEMA
from lithograph.scenes.as_yaml import standard_scenes


@pytest.fixture(scope="module")
def reference(project_root: Path) -> Path:
    return project_root / "docs" / "reference"


@pytest.mark.parametrize("page", ["calculus.md", "cli.md", "configuration.md", "profiles.md", "scenes.md"])
def test_a_made_page_says_what_the_program_says(reference: Path, page: str) -> None:
    made = runpy.run_path(str(reference.parent / "make_reference.py"))["pages"]()
    assert (reference / page).read_text(encoding="utf-8") == made[reference / page], "run: make docs"


def test_every_column_of_the_dataset_is_documented_in_order(reference: Path) -> None:
    text = (reference / "dataset.md").read_text(encoding="utf-8")
    columns = text.split("## Columns", 1)[1].split("\n`lithograph export`", 1)[0]
    assert re.findall(r"^\| `(\w+)` \|", columns, re.MULTILINE) == SCHEMA.names


def test_every_kind_of_id_that_a_dataset_holds_is_documented(reference: Path) -> None:
    text = (reference / "ids.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z-]+)`", " ".join(re.findall(r"^\| (.+?) \|", text, re.MULTILINE))))
    assert {"axiom", "ontology", "scene", "instance", "proof", "example", "split", "dataset", "build", "run",
            "adapter", "annotated-axiom", "recipe"} == documented  # fmt: skip


def test_the_stages_count_what_there_is(project_root: Path) -> None:
    text = (project_root / "docs" / "explanation" / "seven-stages.md").read_text(encoding="utf-8")
    questions = len(list((project_root / "ontology" / "world" / "questions").glob("*.rq")))
    syntaxes = {*FORMATS, *XML_SYNTAXES, "Functional", "Manchester", "OBO"}
    assert re.search(r"(\d+) competency questions", text).group(1) == str(questions)  # type: ignore[union-attr]
    assert re.search(r"in (\d+) syntaxes", text).group(1) == str(len(syntaxes))  # type: ignore[union-attr]
    paradox = next(scene for scene in standard_scenes() if scene.name == "Paradox")
    assert "scene of ten couplings" in " ".join(text.split()) and len(paradox.couplings) == 10


def test_every_link_between_pages_leads_somewhere(project_root: Path) -> None:
    pages = [project_root / "README.md", *sorted((project_root / "docs").rglob("*.md"))]
    broken = []
    for page in pages:
        text = re.sub(r"`[^`\n]*`", "", page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(project_root)}: {target}")
    assert broken == []

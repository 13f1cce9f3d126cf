"""A project of one's own: the same layout, an ontology to begin with, the templates, the options, a Makefile."""

from __future__ import annotations

import shutil
from pathlib import Path

from lithograph.config import FILE_NAME
from lithograph.core.errors import LithographError
from lithograph.pipeline.forme import packaged

ONTOLOGY = """@prefix : <https://example.org/my-ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix litho: <https://w3id.org/lithograph/ns#> .

# Open this folder in Protégé, edit, save in any syntax, and run: make dataset
<https://example.org/my-ontology> a owl:Ontology ;
    owl:imports <https://w3id.org/lithograph/ns> ;
    rdfs:label "my ontology"@en .

:hasPart a owl:ObjectProperty ; rdfs:subPropertyOf litho:hasPart ;
    rdfs:label "has part"@en , "имеет часть"@ru ; litho:governs "acc" .

:Pump a owl:Class ;
    rdfs:subClassOf :Machine , [ a owl:Restriction ; owl:onProperty :hasPart ; owl:someValuesFrom :Valve ] ;
    rdfs:label "pump"@en , "насос"@ru ;
    skos:definition "A machine that moves a liquid or a gas."@en , "Машина, которая перемещает жидкость или газ."@ru .
:Valve a owl:Class ; rdfs:subClassOf :Part ; rdfs:label "valve"@en , "клапан"@ru .
:Machine a owl:Class ; rdfs:label "machine"@en , "машина"@ru ; owl:disjointWith :Part .
:Part a owl:Class ; rdfs:label "part"@en , "деталь"@ru .
"""

OPTIONS = """# What to press and how. All keys: docs/reference/configuration.md of Lithograph.
ontology = "ontology/my-ontology.ttl"
dataset = "my-ontology"
languages = ["en", "ru"]
wordings = 2
train_minutes = 10.0
"""

MAKEFILE = """# The main job: make dataset, make train, make query.
.PHONY: all dataset train query check
all: query
dataset:
\tlithograph dataset
train: dataset
\tlithograph train
query: train
\tlithograph query provenance
check:
\tlithograph check
"""

IGNORE = "datasets/\nruns/\nledger/\n"


class FolderTaken(LithographError):
    """A folder that holds a project, or something else."""

    def __init__(self, place: Path, found: str) -> None:
        super().__init__(place, "the folder is not empty", facts=f"it holds {found}", cure="Give a new folder's name.")


class NotMade(LithographError):
    """A place where no project can be made."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, f"the project could not be made: {problem}", cure="Give another folder.")


def init_project(folder: Path) -> list[Path]:
    """Make a project in an empty or new folder; the files and folders made, in order. Raises FolderTaken, NotMade."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        found = folder.name if not folder.is_dir() else min(p.name for p in folder.iterdir())
        raise FolderTaken(folder, found)
    try:
        return _lay_out(folder)
    except OSError as error:
        raise NotMade(folder, error.strerror or str(error)) from error


def _lay_out(folder: Path) -> list[Path]:
    (folder / "ontology").mkdir(parents=True)
    files = {
        FILE_NAME: OPTIONS, "Makefile": MAKEFILE, ".gitignore": IGNORE, "ontology/my-ontology.ttl": ONTOLOGY,
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(packaged("ontology") / "lithograph.ttl", folder / "ontology" / "lithograph.ttl")
    (folder / "ontology" / "catalog-v001.xml").write_text(CATALOG, encoding="utf-8")
    shutil.copytree(packaged("templates"), folder / "templates", ignore=shutil.ignore_patterns("world"))
    return [folder / name for name in (*files, "ontology/lithograph.ttl", "ontology/catalog-v001.xml", "templates")]


CATALOG = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
    <uri name="https://w3id.org/lithograph/ns" uri="lithograph.ttl"/>
</catalog>
"""

"""Write docs/explanation/truth.md: one claim of each status from pizza and from the world, and its figures.

python docs/make_truth.py            writes them
python docs/make_truth.py --check    says which are out of date, and ends with 1

Nobody is asked but the rules and the models: no Java is started.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lithograph.config import load_config
from lithograph.core import vocabulary as v
from lithograph.core.activity import silent
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import ClaimGraph, Truth
from lithograph.ontology.load import load
from lithograph.ontology.manchester import manchester
from lithograph.ontology.names import names_of
from lithograph.ontology.project import project
from lithograph.ontology.read_manchester import read_axiom
from lithograph.pipeline.axiom_rows import shown_name
from lithograph.pipeline.explain import Proved, explained, verdict
from lithograph.pipeline.forme import lock_up
from lithograph.pipeline.places import Place, places_of
from lithograph.pipeline.stone import prepare
from lithograph.reason.models.certify import Model, two_models
from lithograph.reason.status import Reasoning, statuses
from lithograph.render.proof_figure import Step, as_svg
from lithograph.render.shards import press_table
from lithograph.speech.lexicon import Lexicon

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "truth.md"
FIGURES = PAGE.parent / "figures"
START, END = "<!-- made by docs/make_truth.py: start -->", "<!-- made by docs/make_truth.py: end -->"
STONES = {"pizza": ROOT / "tests" / "data" / "ontologies" / "pizza.owl", "the world": ROOT / "ontology/world/world.ttl"}

CLAIMS = (
    ("Asserted", "pizza", "Margherita SubClassOf hasTopping some MozzarellaTopping"),
    ("Asserted", "the world", "'disc brake' SubClassOf 'hand brake'"),
    ("Entailed", "pizza", "Margherita SubClassOf VegetarianPizza"),
    ("Entailed", "the world", "'disc brake' SubClassOf 'bicycle part'"),
    ("Refuted: none", "pizza", "GoatsCheeseTopping SubClassOf MeatTopping"),
    ("Refuted: none", "the world", "'balance bike' SubClassOf 'has part' some pedal"),
    ("Refuted: not all", "pizza", "Country SubClassOf {America}"),
    ("Refuted: not all", "the world", "material SubClassOf elastomer"),
    ("Unknown", "pizza", "CheeseTopping SubClassOf GorgonzolaTopping"),
    ("Unknown", "the world", "wheel SubClassOf 'has part' some spoke"),
)
"""Heading, ontology, claim."""

COMPUTED = ("ChainRaisesLowers", ("inflation", "tyre pressure", "contact patch"))
"""The scene and the names along the chain of the computed claim. Pizza says nothing of causes: nothing is computed."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the page, and the figures that it shows by file name."""

    text: str
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stone:
    """An ontology, what follows from it, and how its terms are shown."""

    graph: ClaimGraph
    reasoning: Reasoning
    lexicon: Lexicon

    @classmethod
    def of(cls, path: Path) -> Stone:
        """Load and saturate a file."""
        graph = project(load(path))
        return cls(graph, Reasoning.of(graph.ontology), Lexicon.of(graph.ontology, graph.kinds, "en"))

    def name(self, term: str) -> str:
        """A term as Protégé shows it."""
        return shown_name(self.graph.ontology, self.lexicon, term)


# ---------------------------------------------------------------- a claim


def section(stone: Stone, of: str, heading: str, axiom: Axiom, proved: Proved) -> Shown:
    """A claim with its status, words, figure and justification."""
    file = f"{heading}-{of}.svg".lower().replace(": ", "-").replace(" ", "-")
    step = proved.steps
    more: list[str] = []
    if proved.evidence.truth is Truth.UNKNOWN:
        step, more = certificate(stone, axiom, proved)
    if step is None or proved.status not in heading.lower():
        raise ValueError(f"{proved.claim} is {verdict(proved)}, not {heading}")
    telling = [text for text in (proved.telling.get("en"), proved.telling.get("ru")) if text and step.premises]
    out = [f"### {of.capitalize()}: `{proved.claim}`", "", f"**{verdict(proved)}.** {words(proved)}", "",
           f"![{heading}: {proved.claim}](figures/{file})", ""]  # fmt: skip
    out += [line for text in telling for line in (f"> {text}", "")]
    if proved.justification:
        out += ["Justification, none of which can be left out:" if proved.evidence.minimal else "Justification:", ""]
        out += [f"- `{text}` in {placed(place)}" for _, text, place in proved.justification]
    return Shown("\n".join([*out, *more]), ((file, as_svg(step, f"{proved.claim}: {proved.status}")),))


def words(proved: Proved) -> str:
    """What the answer is in English and in Russian; pizza has no Russian labels."""
    return " · ".join(text for text in (proved.words["en"], proved.words["ru"]) if text)


def placed(place: Place | None) -> str:
    """An axiom's file and ontology."""
    return f"`{place.file}`, `{place.iri}`" if place else "no file"


def certificate(stone: Stone, axiom: Axiom, proved: Proved) -> tuple[Step, list[str]]:
    """The two models of an unknown claim, drawn, and in words."""
    models = two_models(stone.graph.ontology, axiom)
    if models is None:
        raise ValueError(f"no two models for {proved.claim}")
    told = {"it holds": told_model(stone, models.satisfying), "it does not": told_model(stone, models.violating)}
    note = "a model in which {}, passed by the checker"
    boxes = tuple(Step(text, note.format(how), "asserted") for how, text in told.items())
    lines = [f"- a model in which {how}: {text}" for how, text in told.items()]
    return Step(proved.claim, "open: both are possible", "derived", boxes), ["The certificate:", "", *lines]


def told_model(stone: Stone, model: Model) -> str:
    """The size of a model, and what its presupposed member is and is related to."""
    whole = model.whole()
    (member,) = whole.named
    kinds = sorted(stone.name(str(c)) for c, found in whole.classes.items() if member in found and c != v.THING)
    links = sorted(
        f"{stone.name(str(p))} {', '.join(_kinds(stone, whole.classes, b))}"
        for p, pairs in whole.objects.items() if not str(p).startswith(v.OWL)
        for a, b in sorted(pairs) if a == member
    )  # fmt: skip
    size = f"{whole.size} element{'s' if whole.size > 1 else ''}"
    return f"{size}; the member is {', '.join(kinds)}; it has {'; '.join(dict.fromkeys(links)) or 'no relation'}"


def _kinds(stone: Stone, classes: object, element: int) -> list[str]:
    found = [stone.name(str(c)) for c, those in classes.items() if element in those and c != v.THING]  # type: ignore[attr-defined]
    return sorted(found) or ["something"]


# ---------------------------------------------------------------- what is computed


def computed(stone: Stone) -> Shown:
    """A chain of two causes as a build prints it."""
    scene, names = COMPUTED
    config = load_config(ROOT, oracle="off", candidates=0)
    forme = lock_up(config, prepare(config, silent, STONES["the world"]), silent)
    number = next(i for i, cast in enumerate(forme.types.casts) if cast.scene.name == scene)
    table = press_table(forme.types, [(number, np.arange(len(forme.types.casts[number])))])
    rows = [
        row
        for row in sorted(table.to_pylist(), key=lambda row: (row["register"] != "plain", row["id"]))
        if tuple(stone.name(node).strip("'") for node in row["nodes"]) == names and row["form"] == "question"
    ]
    said = [next(row for row in rows if row["language"] == language) for language in ("en", "ru")]
    ids = stone.graph.ontology.axiom_ids()
    axioms = [ids.index(axiom) for axiom in said[0]["axioms"]]
    places = places_of(stone.graph.ontology, axioms)
    texts = {row: manchester(stone.graph.ontology.axiom(row), stone.name) for row in axioms}
    leaves = tuple(Step(texts[row], f"in {places[row]}", "asserted") for row in axioms)
    conclusion = f"{names[0]} lowers {names[-1]}, along this chain"
    root = Step(conclusion, "computed: the product of the signs", "derived", leaves)
    out = [f"### The world: {names[0]}, {names[1]}, {names[2]}", "",
           "**computed, by the product of the signs along the chain: + times − is −.**", "",
           f"![Computed: {names[0]} lowers {names[-1]}](figures/computed-the-world.svg)", "",
           *(line for row in said for line in (f"> {row['prompt']}", ">", *quoted(row["completion"]), ""))]  # fmt: skip
    out += ["Inputs:", "", *(f"- `{texts[row]}` in {placed(places[row])}" for row in axioms)]
    return Shown("\n".join(out), (("computed-the-world.svg", as_svg(root, "a chain of two causes: computed")),))


def quoted(text: str) -> Iterator[str]:
    """A text in a quotation, its line breaks kept."""
    for line in text.splitlines():
        yield f"> {line}  "


# ---------------------------------------------------------------- the page


def sections() -> Iterator[Shown]:
    """The parts of the page in their order."""
    stones = {name: Stone.of(path) for name, path in STONES.items()}
    read = {of: [read_axiom(c, names_of(stones[of].graph.ontology)) for _, o, c in CLAIMS if o == of] for of in STONES}
    found = {of: iter(list(zip(some, statuses(stones[of].reasoning, some), strict=True))) for of, some in read.items()}
    before = ""
    for heading, of, _ in CLAIMS:
        axiom, evidence = next(found[of])
        if heading != before:
            yield Shown(f"## {heading}", ())
        yield section(stones[of], of, heading, axiom, explained(stones[of].graph, axiom, evidence))
        before = heading
    yield Shown("## Computed", ())
    yield computed(stones["the world"])


def files() -> dict[Path, str]:
    """The page and its figures, with the text they should have."""
    parts = list(sections())
    head, rest = PAGE.read_text(encoding="utf-8").split(START)
    _, tail = rest.split(END)
    text = "\n\n".join(part.text.rstrip() for part in parts)
    figures = {FIGURES / name: svg for part in parts for name, svg in part.figures}
    return {PAGE: f"{head}{START}\n{text}\n{END}{tail}", **figures}


def outdated(wanted: dict[Path, str]) -> list[Path]:
    """Which of the files do not stand there as they should, byte for byte."""
    return [path for path, text in wanted.items() if not path.exists() or path.read_bytes() != text.encode()]


def main(arguments: Sequence[str]) -> int:
    """Write the files, or with --check only name those that are out of date."""
    wanted = files()
    stale = outdated(wanted)
    for path in stale:
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8", newline="\n")
        print(path.name, "is out of date" if "--check" in arguments else "written")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

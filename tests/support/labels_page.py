"""Ten thousand labels against HermiT, written down with their date.

python tests/support/labels_page.py --data FOLDER --date 2026-11-26      writes docs/reference/labels.md

FOLDER is the shared data. Two ontologies are worked on at a time.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sampled_labels import TRUTHS, Refereed, labels, refereed

from lithograph.core.errors import LithographError
from lithograph.ontology.load import load

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "labels.md"
SEED, MOST, ASKED, LARGEST = 20261126, 100, 20, 5_000
"""The seed; labels of one stratum; candidates of a kind; axioms of an ontology that is not left out for its size."""

ONTOLOGIES = tuple(
    """
bfo-2020/bfo-core.owl
bfo-2020/profiles/atemporal/bfo-2020-without-some-all-times.owl
bfo-2020/profiles/temporal extensions/temporalized relations/owl/bfo-temporalized-relations.owl
edam/EDAM_1.25.owl
events-narrative-metaphor/discourse-relationships.owl
events-narrative-metaphor/dna-ontology.ttl
events-narrative-metaphor/event.rdf
events-narrative-metaphor/golem.ttl
events-narrative-metaphor/philosurfical.ttl
events-narrative-metaphor/sem.nq
events-narrative-metaphor/wn-lemon-1.4.ttl
go-nucleus/fbbt-cl-subset.owl.ttl
go-nucleus/go-nucleus.owl
go-nucleus/interneuron.obo
protege-classics/families-with-import/family.owl
protege-classics/family.owl11.owl
protege-classics/generations.owl
protege-classics/koala.owl
protege-classics/owl2-primer/primer.rdfxml.xml
protege-classics/pizza-three-syntaxes/pizza.owl
protege-classics/pizza.owl
protege-classics/univ-bench/univ-bench.owl
prov-to-bfo/prov-bfo-directmappings.ttl
prov-to-bfo/prov-cco-directmappings.ttl
prov-to-bfo/prov-ro-directmappings.ttl
russian/dbpedia-ontology-2018.12.28.ttl
russian/owl.ttl
russian/veda-abstract.ttl
russian/veda-core.ttl
russian/veda-organization-schema.ttl
russian/veda-schema-Initiative.ttl
russian/veda-workPermit-schema.ttl
russian/veda-workflow.ttl
ssn-sosa-modular/ontology/alignments/ssnx-dul/dul-alignment.ttl
ssn-sosa-modular/ontology/alignments/ssnx-dul/ssn-dul.ttl
ssn-sosa-modular/ontology/alignments/ssnx-dul/ssn.ttl
ssn-sosa-modular/ontology/alignments/ssnx-dul/ssnx.ttl
ssn-sosa-modular/ontology/core/ssn.ttl
ssn-sosa-modular/ontology/extensions/ssn-system.ttl
unsat-inconsistent-ofn/ro-base.owl
unsat-inconsistent-ofn/uberon_module.owl
unsat-inconsistent-ofn/uvula.ofn
unsat-inconsistent-ofn/uvula_inconsistent.ofn
unsat-inconsistent-ofn/uvula_unsat.ofn
w3c-vocabularies/dcat3.ttl
w3c-vocabularies/dqv.ttl
w3c-vocabularies/foaf.rdf
w3c-vocabularies/frbr.rdf
w3c-vocabularies/geosparql.nq
w3c-vocabularies/lemon/lime.owl
w3c-vocabularies/lemon/ontolex.owl
w3c-vocabularies/lemon/synsem.owl
w3c-vocabularies/oa.ttl
w3c-vocabularies/org.ttl
w3c-vocabularies/prov-dictionary.ttl
w3c-vocabularies/prov-o-inverses.ttl
w3c-vocabularies/prov-o.owl
w3c-vocabularies/prov.ttl
w3c-vocabularies/schemaorg.owl
w3c-vocabularies/shacl.ttl
w3c-vocabularies/skos.rdf
w3c-vocabularies/time/abraham-lincoln.ttl
w3c-vocabularies/time/geologicTimeScale.ttl
w3c-vocabularies/time/time-gregorian.ttl
w3c-vocabularies/time/time.ttl
""".strip().splitlines()
)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one ontology: how many labels were asked about, what HermiT said, or why it is left out."""

    name: str
    asked: int
    said: Refereed | None
    why: str = ""


def result(data: Path, name: str, most: int = MOST, asked: int = ASKED) -> Result:
    """The labels of one ontology, refereed."""
    try:
        ontology = load(data / "ontologies" / name, missing="warn")
    except LithographError as error:
        return Result(name, 0, None, f"not read: {error.problem}")
    if len(ontology) > LARGEST:
        return Result(name, 0, None, f"more than {LARGEST:,} axioms")
    found = labels(ontology, most, asked, SEED)
    said = refereed(ontology, found)
    if not said.right and not said.wrong:
        return Result(name, len(found), None, next(iter(said.undecided), "nothing to ask"))
    return Result(name, len(found), said)


def results(data: Path, names: Sequence[str] = ONTOLOGIES, most: int = MOST, asked: int = ASKED) -> Iterator[Result]:
    """The results in the order of the names, two at a time."""
    with ProcessPoolExecutor(2) as pool:
        yield from pool.map(partial(result, data, most=most, asked=asked), names)


@dataclass(frozen=True, slots=True)
class Total:
    """All results together."""

    by_construct: Counter[tuple[str, str]]
    by_source: Counter[tuple[str, str]]
    undecided: Counter[str]
    wrong: tuple[str, ...]
    weaker: int

    @classmethod
    def of(cls, found: Sequence[Result]) -> Total:
        """Add them up."""
        by_construct: Counter[tuple[str, str]] = Counter()
        by_source: Counter[tuple[str, str]] = Counter()
        said = [r.said for r in found if r.said is not None]
        for (truth, construct, source), n in (item for one in said for item in one.right.items()):
            by_construct[construct, truth] += n
            by_source[source, truth] += n
        undecided = sum((one.undecided for one in said), Counter[str]())
        wrong = tuple(f"{r.name}: {text}" for r in found if r.said for text in r.said.wrong)
        return cls(by_construct, by_source, undecided, wrong, sum(one.weaker for one in said))

    def of_truth(self, truth: str) -> int:
        """How many labels of one truth are right."""
        return sum(n for (_, of), n in self.by_construct.items() if of == truth)


HEAD = """# Labels against HermiT

Written on {date} by `python tests/support/labels_page.py --data FOLDER --date DATE`; the long suite
(`tests/reason/test_labels_by_hermit.py`) draws and asks the same again. FOLDER is the shared data.

A label is a claim with its truth, as a build prints it: claims of the closure, lemmas, denials (the *no* to what is
denied), candidates. They are drawn with a fixed seed, at most {most} of an ontology, a truth, a construct, a source.
No oracle has a part in them: the axioms, the rules and two models alone gave them. HermiT is asked about each afresh,
by whether the ontology with the claim, or with its denial, holds together
([how](../decisions/0018-the-oracle-answers-claims.md)). No question is made of domains, ranges, inverses and the
characteristics of properties, nor of what lies below `owl:topObjectProperty`, which HermiT 1.3.8 does not know.

**{right:,} labels of {ontologies} ontologies are right, {wrong} are wrong; of {undecided:,} HermiT could not say.**
"""


def page(found: Sequence[Result], date: str) -> str:
    """docs/reference/labels.md."""
    total = Total.of(found)
    said = [r for r in found if r.said is not None]
    right = sum(total.by_construct.values())
    out = [HEAD.format(date=date, most=MOST, right=right, ontologies=len(said), wrong=len(total.wrong),
                       undecided=total.undecided.total())]  # fmt: skip
    out += _table("construct", total.by_construct)
    out += ["", f"Refuted as *not all*, where HermiT shows that *none* fits: {total.weaker}.",
            "", *_table("found by", total.by_source)]  # fmt: skip
    out += ["", "## By ontology", "", f"| ontology | {' | '.join(TRUTHS)} | not decided |", "| --- |" + " --: |" * 5]
    for r in said:
        counts = Counter[str]()
        for (truth, _, _), n in r.said.right.items():  # type: ignore[union-attr]
            counts[truth] += n
        cells = [f"{counts[truth]:,}" for truth in TRUTHS]
        out.append(f"| `{r.name}` | {' | '.join(cells)} | {r.said.undecided.total():,} |")  # type: ignore[union-attr]
    out += ["", "## What HermiT could not say", "", "| reason | labels |", "| --- | --: |"]
    out += [f"| {why} | {n:,} |" for why, n in sorted(total.undecided.items())]
    out += ["", "## Left out", "", "| ontology | reason |", "| --- | --- |"]
    out += [f"| `{r.name}` | {r.why} |" for r in found if r.said is None]
    if total.wrong:
        out += ["", "## Wrong", "", *(f"- {text}" for text in total.wrong)]
    return "\n".join(out) + "\n"


def _table(head: str, counts: Counter[tuple[str, str]]) -> list[str]:
    names = sorted({name for name, _ in counts})
    out = [f"| {head} | {' | '.join(TRUTHS)} |", "| --- |" + " --: |" * len(TRUTHS)]
    out += [f"| {name} | {' | '.join(f'{counts[name, truth]:,}' for truth in TRUTHS)} |" for name in names]
    sums = [sum(n for (_, of), n in counts.items() if of == truth) for truth in TRUTHS]
    return [*out, f"| all | {' | '.join(f'{n:,}' for n in sums)} |"]


def main(arguments: Sequence[str]) -> int:
    """Write the page; 1 where a label is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--date", required=True)
    parser.add_argument("--out", type=Path, default=PAGE)
    parser.add_argument("--only", nargs="*", default=ONTOLOGIES)
    given = parser.parse_args(arguments)
    found = []
    for one in results(given.data, given.only):
        found.append(one)
        right = one.said.right.total() if one.said else 0
        print(f"{one.name}: {right} of {one.asked} right {one.why}", flush=True)
    given.out.write_text(page(found, given.date), encoding="utf-8")
    return 1 if Total.of(found).wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

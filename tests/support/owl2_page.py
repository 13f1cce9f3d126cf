"""docs/reference/conformance.md: the W3C OWL 2 test cases and how they are passed.

python tests/support/owl2_page.py          writes it
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from owl2_cases import MANIFEST, Case, read_cases
from owl2_exempt import BY_ORACLE, BY_RULES, FOUND_BY_RULES, LATE, TWO_TEXTS
from owl2_verdicts import concludes_nothing

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "conformance.md"
TYPES = ("PositiveEntailment", "NegativeEntailment", "Consistency", "Inconsistency")
HEAD = """# Conformance

This page is made by `tests/support/owl2_page.py` from the manifest and the lists of exemptions that
`tests/reason/test_owl2_cases.py` holds the program to: an exempted case that passes fails the test as well.

## W3C OWL 2 test cases

The [test cases](https://www.w3.org/TR/owl2-test/) of OWL 2, run from their manifest `all.rdf`: {cases} cases, all
{status}. {both} of them have the Direct and the RDF-Based Semantics, {direct} the Direct Semantics alone, none the
RDF-Based alone; a case that had only that would be left out, as its answer need not be that of OWL 2 DL.

- **What is asked.** A positive entailment passes where every axiom of the conclusion follows, or the premise
  contradicts itself; an inconsistency where the contradiction is found. A negative entailment or a consistency passes
  by the rules where they find neither, and by the oracle where it decides so. No case of any profile may be *wrong*:
  nothing is entailed or contradictory that must not be, and no two models call a conclusion unknown.
- **Who decides.** The cases of EL and RL, and those of OWL 2 Full alone, are decided by the rules by themselves, each
  proof checked step by step; all cases by HermiT as well, which for the other cases of OWL 2 DL is the one to decide.
- **How they are read.** Where a case has two syntaxes the functional-style text is read; both say the same, but for
  {texts} cases. Declarations and annotations say nothing under the Direct Semantics: {silent} of the positive
  entailments of EL and RL conclude nothing else. A conclusion takes the premise's declarations. A bare RDF graph of
  OWL 2 Full is read with the declarations that its use of properties asks for. Anonymous individuals of a conclusion
  are existential: one that hangs from a named individual is read as what that individual has some of, one that hangs
  from none as that not everything is otherwise.

A case carries several types and several profiles, and counts in each. *DL* are all cases of OWL 2 DL, those of the
profiles among them; *Full* those that are tagged as OWL 2 Full alone.
"""


def page(cases: tuple[Case, ...], texts: int, silent: int) -> str:
    """The page."""
    semantics = Counter(case.semantics for case in cases)
    statuses = sorted({case.status.lower() for case in cases})
    both, direct = (semantics[frozenset(names)] for names in (("DIRECT", "RDF-BASED"), ("DIRECT",)))
    head = HEAD.format(cases=len(cases), status=" or ".join(statuses), both=both, direct=direct, texts=texts,
                       silent=silent)  # fmt: skip
    rest = [case for case in cases if case.dl and not case.by_rules]
    wanted = sum(case.asks("PositiveEntailment") + case.asks("Inconsistency") for case in rest)
    parts = [head, "| cases | type | in the manifest | by the rules | exempted | by the oracle | exempted |",
             "| --- | --- | ---: | ---: | ---: | ---: | ---: |", *_rows(cases),
             f"\nOf the {wanted} positive entailments and inconsistencies of OWL 2 DL outside EL and RL, which are the "
             f"oracle's to decide, the rules find at least {FOUND_BY_RULES} all the same.",
             "\n## Exempted\n", "| case | by | reason |", "| --- | --- | --- |", *_exempted()]  # fmt: skip
    return "\n".join(parts) + "\n"


GROUPS = ("EL", "RL", "QL", "DL", "Full")


def of_group(cases: Iterable[Case], group: str) -> list[Case]:
    """The cases of a row of the table."""
    if group in ("DL", "Full"):
        return [case for case in cases if case.dl is (group == "DL")]
    return [case for case in cases if group in case.profiles]


def decided_by_rules(case: Case) -> bool:
    """Whether the rules have to decide a case."""
    return case.by_rules or not case.dl


def _rows(cases: tuple[Case, ...]) -> list[str]:
    rows = []
    for group in GROUPS:
        for kind in TYPES:
            asked = [case for case in of_group(cases, group) if case.asks(kind)]
            ruled = [case for case in asked if decided_by_rules(case)]
            cells = [f"{len(asked)}", *_split(ruled, kind, BY_RULES), *_split(asked, kind, BY_ORACLE | LATE)]
            rows.append(f"| {group} | {_spaced(kind)} | {' | '.join(cells)} |")
    return rows


def _split(cases: list[Case], kind: str, exempt: dict[str, str]) -> tuple[str, str]:
    out = sum(1 for case in cases if is_exempt(case, kind, exempt))
    return str(len(cases) - out), str(out)


def is_exempt(case: Case, kind: str, exempt: dict[str, str]) -> bool:
    """Whether a case is exempted from one of its types.

    The premise of an exempted entailment is consistent all the same, and found to be, but where the time is too short.
    """
    return case.name in exempt and (kind != "Consistency" or case.name in LATE)


def _spaced(kind: str) -> str:
    return {"PositiveEntailment": "positive entailment", "NegativeEntailment": "negative entailment"}.get(
        kind, kind.lower())  # fmt: skip


def _exempted() -> list[str]:
    names = sorted({*BY_RULES, *BY_ORACLE, *LATE})
    reasons = BY_RULES | BY_ORACLE | LATE
    return [f"| {name} | {' and '.join(_by(name))} | {reasons[name]} |" for name in names]


def _by(name: str) -> list[str]:
    return ["the rules"] * (name in BY_RULES) + ["the oracle"] * (name in BY_ORACLE or name in LATE)


def made(data: Path) -> str:
    """The page for the manifest in a folder of data."""
    cases = read_cases(data / MANIFEST)
    with tempfile.TemporaryDirectory() as folder:
        silent = sum(concludes_nothing(case, Path(folder)) for case in cases if case.by_rules)
    return page(cases, len(TWO_TEXTS), silent)


if __name__ == "__main__":
    PAGE.write_text(made(Path(os.environ.get("LITHOGRAPH_DATA", ROOT.parent / "shared" / "data"))), encoding="utf-8")

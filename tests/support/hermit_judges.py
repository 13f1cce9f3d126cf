"""HermiT's word on the truth status of claims: entailed, refuted or neither, over O⁺. Shares nothing with the models.

O⁺ is the ontology with a fresh member of the claim's subject class (CONCEPTS 1). HermiT runs in a process of its own
(this file, run by path); many small ontologies can be judged in one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.functional import axiom_text, document
from lithograph.ontology.terms import literal
from lithograph.reason.question import ROW, question

MEMBER = "urn:litho:fresh"

Asked = tuple[Ontology, Sequence[Axiom]]


def judge(asked: Sequence[Asked], seconds: float = 600) -> list[list[str | None]]:
    """For each ontology the status of its claims: `entailed`, `refuted`, `unknown`; None where HermiT did not decide.

    Every claim of an ontology that contradicts itself is `inconsistent`; of one that HermiT does not take, None.
    """
    cases = []
    for ontology, claims in asked:
        lines, skipped = question(ontology)
        cases.append({"document": document(lines), "whole": not skipped, "claims": [_posed(claim) for claim in claims]})
    request = {"cases": cases, "row": ROW, "seconds": seconds}
    done = subprocess.run([sys.executable, "-P", __file__], input=json.dumps(request).encode(), capture_output=True,
                          timeout=seconds + 60, check=False)  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    found: list[list[str | None]] = json.loads(done.stdout)
    return found


def _posed(claim: Axiom) -> dict[str, str]:
    note = [(ROW, literal("0"))]
    schema = claim.kind in ("SubClassOf", "DisjointClasses")
    member = Axiom("ClassAssertion", (claim.operands[0], MEMBER))
    return {"claim": axiom_text(claim, note, skolem=True), "member": axiom_text(member, note) if schema else ""}


def main() -> None:
    """Answer the request on standard input."""
    import runpy

    import lithograph

    worker = runpy.run_path(str(Path(lithograph.__file__).parent / "reason" / "oracle" / "worker.py"))
    request = json.load(sys.stdin)
    until = time.monotonic() + request["seconds"]
    worker["start_java"](1500)
    statuses = [_case(worker, case, request["row"], until) for case in request["cases"]]
    print(json.dumps(statuses), file=sys.__stdout__)


def _case(worker: dict, case: dict, row: str, until: float) -> list[str | None]:  # type: ignore[type-arg]
    oracle = worker["Oracle"](case["document"], row, until)
    refused: list[str | None] = [None] * len(case["claims"])
    try:
        whole = oracle.load(oracle.axioms, 20)
        if not case["whole"]:
            return refused
        if not whole.isConsistent():
            return ["inconsistent"] * len(refused)
    except oracle.exception:
        return refused
    statuses: list[str | None] = []
    for posed in case["claims"]:
        (claim,) = list(worker["Oracle"](document([posed["claim"]]), row, until).axioms)
        try:
            if time.monotonic() > until:
                statuses.append(None)
            elif whole.isEntailed(claim):
                statuses.append("entailed")
            else:
                more = oracle.java("java.util.ArrayList")(oracle.axioms)
                more.add(claim)
                if posed["member"]:
                    more.addAll(worker["Oracle"](document([posed["member"]]), row, until).axioms)
                statuses.append("unknown" if oracle.load(more, 20).isConsistent() else "refuted")
        except oracle.exception:
            statuses.append(None)
    return statuses


if __name__ == "__main__":
    main()

"""What was found of single claims, kept by their modules: an edit that no module holds leaves it as it was.

    ledger/reasoned/claims/answers.json

Kept is whether two models were found, and what the oracle decided: both depend on the claim's module alone
(`reason.modules`), so what an earlier ontology gave is what a full build of this one would find. Proofs are not kept:
which one is found depends on what was asked with it (decision 0030). A file that is missing, broken or of another
program holds nothing. Knows nothing about how anything is decided.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lithograph.core.whole import replace_whole, taking_turns
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.reason.modules import Modules
from lithograph.reason.oracle.answers import Answer, packed, unpacked

MOST = 20_000
"""How many answers are kept: of more, the oldest go."""
FILE = "answers.json"


@dataclass(slots=True)
class ByModule:
    """A folder of answers. bounds: what else they depend on, the program and its libraries among it."""

    folder: Path
    bounds: str
    _answers: dict[str, Any] | None = None
    _fresh: dict[str, Any] = field(default_factory=dict)
    _modules: tuple[Ontology, Modules | None] | None = None

    def models(self, ontology: Ontology, claim: Axiom, seek: Callable[[Ontology, Axiom], bool]) -> bool:
        """Whether two models show that a claim is unknown; sought where that was not kept."""
        key = self._key("models", ontology, claim)
        if key is None:
            return seek(ontology, claim)
        kept = self._kept(key)
        if not isinstance(kept, bool):
            kept = self._fresh[key] = seek(ontology, claim)
        return kept

    def oracle(
        self, ontology: Ontology, claims: Sequence[Axiom], ask: Callable[[Sequence[Axiom]], Sequence[Answer]]
    ) -> list[Answer]:
        """The oracle's answers to claims about a consistent ontology; asked for where none was kept. Only what was
        decided is kept: what was in the oracle's way may be another thing in another ontology."""
        keys = [self._key("oracle", ontology, claim) for claim in claims]
        found = [None if key is None else _answer(self._kept(key)) for key in keys]
        open_ = [place for place, answer in enumerate(found) if answer is None]
        for place, answer in zip(open_, ask([claims[place] for place in open_]) if open_ else [], strict=True):
            found[place], key = answer, keys[place]
            if key is not None and answer.entailed is not None and answer.refuted is not None and not answer.why:
                self._fresh[key] = packed(answer)
        return [answer for answer in found if answer is not None]

    def save(self) -> None:
        """Write down what is new, whole or not at all; where the disk does not take it, it is found again."""
        if not self._fresh:
            return
        with suppress(OSError), taking_turns(self.folder):
            every = {**self._read(), **self._fresh}
            last = dict(list(every.items())[-MOST:])
            text = json.dumps({"bounds": self.bounds, "answers": last}, separators=(",", ":"), ensure_ascii=False)
            replace_whole(self.folder / FILE, text + "\n")
            self._answers = every
            self._fresh = {}

    def _key(self, what: str, ontology: Ontology, claim: Axiom) -> str | None:
        if self._modules is None or self._modules[0] is not ontology:
            self._modules = ontology, Modules.of(ontology)
        modules = self._modules[1]
        return None if modules is None else f"{what} {modules.key(claim)}"

    def _kept(self, key: str) -> Any:
        if self._answers is None:
            self._answers = self._read()
        return self._fresh.get(key, self._answers.get(key))

    def _read(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            raw = json.loads((self.folder / FILE).read_text(encoding="utf-8"))
            if isinstance(raw, dict) and raw.get("bounds") == self.bounds and isinstance(raw.get("answers"), dict):
                return dict(raw["answers"])
        return {}


def _answer(kept: Any) -> Answer | None:
    """What was kept as an answer; None where it is none."""
    with suppress(ValueError, TypeError):
        return None if kept is None else unpacked(kept)
    return None

"""What a scene is: a pattern over the claim graph, as values. Knows nothing about files, OWL or matching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

AXES = ("taxonomy", "composition", "causality", "analogy", "paradox", "symbol", "time", "quantity", "definition",
        "unknown")  # fmt: skip
"""The dimensions of thinking (CONCEPTS 2). A project can add its own."""

FORMS = ("statement", "question", "yes_no", "multiple_choice", "cloze", "riddle", "dialogue", "narrative", "comparison")
LEVELS = ("atom", "star", "chain", "tableau")
QUANTIFIERS = ("schema", "some", "only", "individual", "value", "min", "max", "exactly", "number", "annotation", "any")
"""`number` is any of min, max and exactly; `any` is every one that says that the relation holds (`scenes.witness`)."""
FILLERS = ("class", "individual", "property", "literal", "any")
STATUSES = ("asserted", "entailed", "any", "refuted", "unknown", "not_entailed")
"""Which claims fill a coupling. `any` holds: it is asserted or entailed; `not_entailed` is refuted or unknown."""
IN_QUESTION = ("refuted", "unknown", "not_entailed")
"""The statuses of claims that do not hold, or of which nobody can know it."""


def in_order(forms: Iterable[str]) -> tuple[str, ...]:
    """Forms in the order of FORMS, a project's own after them: a scene's forms are a set."""
    return tuple(sorted(set(forms), key=lambda form: (FORMS.index(form) if form in FORMS else len(FORMS), form)))


@dataclass(frozen=True, slots=True)
class Role:
    """A named place in a scene.

    kind: one of FILLERS. filled_by: the IRI of a class whose (inferred) subclasses and members may fill it, or None.
    many: the role collects all its fillers for the same other fillers, at most `limit`, in order of IRI.
    """

    name: str
    kind: str = "any"
    filled_by: str | None = None
    many: bool = False
    limit: int = 6


@dataclass(frozen=True, slots=True)
class Coupling:
    """An edge of the pattern: `source` -relation-> `target`, both role names.

    relation: a property IRI (its sub-properties match too), or None where `relation_role` names the role that the
    relation itself fills. quantifier: one of QUANTIFIERS. sign: +1, -1, or None for any. status: which claims may
    fill it. number_role: the role that a cardinality fills. name: how a template speaks of the claim. hops: more than 1
    makes a path of it: up to so many signed claims one after the other, whose signs multiply to `sign`.
    """

    source: str
    target: str
    relation: str | None = None
    relation_role: str | None = None
    quantifier: str = "any"
    negated: bool = False
    sign: int | None = None
    weight: float = 1.0
    status: str = "asserted"
    number_role: str | None = None
    name: str | None = None
    hops: int = 1


@dataclass(frozen=True, slots=True)
class Scene:
    """A pattern over the claim graph. Couplings are matched in order; the first starts the join."""

    iri: str
    axis: str
    focus: str
    roles: tuple[Role, ...]
    couplings: tuple[Coupling, ...]
    forms: tuple[str, ...] = ("statement",)
    level: str = "atom"
    registers: tuple[str, ...] = ()  # empty: every register that has a template for it
    weight: float = 1.0
    label: Mapping[str, str] = field(default_factory=dict)  # language -> text
    comment: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = True
    computed: str | None = None  # name of a graph rule whose evidence the scene prints (truth: computed)

    @property
    def name(self) -> str:
        """The last part of the IRI: how templates and messages call the scene."""
        return self.iri.rstrip("#/").replace("#", "/").rsplit("/", 1)[-1]

    @property
    def role_names(self) -> tuple[str, ...]:
        """The names of the roles, in the order of declaration."""
        return tuple(role.name for role in self.roles)

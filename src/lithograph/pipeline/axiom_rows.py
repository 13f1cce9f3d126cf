"""The ledger's table of axioms: each with its id, its text, how it reads, what it mentions, where it stands.

Atoms are told by column, compounds one by one; `manchester.manchester` and `manchester.mentioned` say what is right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lithograph.ontology.axioms import ATOM_KINDS, Ontology
from lithograph.ontology.load import said_by_file
from lithograph.ontology.manchester import BETWEEN, is_mentioned, manchester, mentioned, short_name
from lithograph.ontology.terms import Term, is_iri
from lithograph.speech.lexicon import Lexicon

Places = NDArray[np.int32]


def axiom_rows(ontology: Ontology, lexicon: Lexicon | None) -> pa.Table:
    """One row an axiom, in the order of the ontology's rows; lexicon: whose labels `display` reads with."""
    ids, compounds = ontology.axiom_ids(), ontology.compounds
    texts = pa.array(ontology.axiom_texts(), pa.string())
    axioms = pa.array(ids, pa.string())
    annotated = [a.annotated_id if a.annotations else i
                 for a, i in zip(compounds, ids[len(ontology.atoms) :], strict=True)]  # fmt: skip
    kinds = pa.array(ATOM_KINDS, pa.string()).take(pa.array(ontology.atom_kinds))
    return pa.table({
        "axiom": axioms, "annotated": _both(axioms[: len(ontology.atoms)], annotated),
        "kind": _both(kinds, [a.kind for a in compounds]).dictionary_encode(),
        "text": texts, "display": _display(ontology, lexicon), "nodes": _nodes(ontology),
        "source": _sources(ontology, texts),
    })  # fmt: skip


def _both(atoms: pa.Array, compounds: Sequence[str]) -> pa.Array:
    return pa.concat_arrays([atoms, pa.array(compounds, pa.string())])


def _display(ontology: Ontology, lexicon: Lexicon | None) -> pa.Array:
    """How each axiom reads, with labels where there are any."""
    names: dict[Term, str] = {}

    def name(term: Term) -> str:
        if term not in names:
            names[term] = shown_name(ontology, lexicon, term)
        return names[term]

    texts = ontology.terms.texts
    used = np.unique(ontology.atoms)
    spoken = pa.array([name(texts[i]) for i in used.tolist()], pa.string())
    columns = [spoken.take(pa.array(np.searchsorted(used, column))) for column in ontology.atoms.T]
    parts, order = [], []
    for index, kind in enumerate(ATOM_KINDS):
        rows = np.flatnonzero(ontology.atom_kinds == index)
        s, p, o = (column.take(pa.array(rows)) for column in columns)
        if kind == "ClassAssertion":
            parts.append(pc.binary_join_element_wise(s, "Type", o, " "))
        elif kind.endswith("Assertion"):
            parts.append(pc.binary_join_element_wise(s, p, o, " "))
        elif kind in BETWEEN:
            parts.append(pc.binary_join_element_wise(s, BETWEEN[kind], o, " "))
        else:
            parts.append(pa.array([manchester(ontology.axiom(row), name) for row in rows.tolist()], pa.string()))
        order.append(rows)
    atoms = pa.concat_arrays(parts).take(pa.array(np.argsort(np.concatenate(order))))
    return _both(atoms, [manchester(axiom, name) for axiom in ontology.compounds])


def shown_name(ontology: Ontology, lexicon: Lexicon | None, term: Term) -> str:
    """The label of a term, quoted where it has a blank in it; else its short name."""
    place = ontology.terms.id(term)
    if lexicon is None or place < 0 or not is_iri(term) or lexicon.labels[place] < 0:
        return short_name(term)
    label = short_name(ontology.terms.texts[int(lexicon.labels[place])]).rsplit('"', 1)[0].removeprefix('"')
    return f"'{label}'" if " " in label else label


def _nodes(ontology: Ontology) -> pa.Array:
    """The IRIs that each axiom mentions, each once, in the order of its operands."""
    texts = ontology.terms.texts
    told = np.zeros(len(texts), bool)
    used = np.unique(ontology.atoms)
    told[used] = [is_mentioned(texts[i]) for i in used.tolist()]
    operands = _operands(ontology)
    keep = told[operands] & (operands >= 0)
    keep[:, 1] &= operands[:, 1] != operands[:, 0]
    keep[:, 2] &= (operands[:, 2] != operands[:, 0]) & (operands[:, 2] != operands[:, 1])
    found = operands[keep]
    distinct, place = np.unique(found, return_inverse=True)
    words = pa.array([texts[i] for i in distinct.tolist()], pa.string())
    offsets = np.concatenate((np.zeros(1, np.int32), np.cumsum(keep.sum(axis=1), dtype=np.int32)))
    atoms = pa.ListArray.from_arrays(pa.array(offsets), words.take(pa.array(place)))
    compounds = pa.array([mentioned(axiom) for axiom in ontology.compounds], pa.list_(pa.string()))
    return pa.concat_arrays([atoms, compounds])


def _operands(ontology: Ontology) -> Places:
    """int32[atoms, 3]: the terms of each atom in the order of its axiom's operands, -1 where there are fewer."""
    out = ontology.atoms.copy()
    for index, kind in enumerate(ATOM_KINDS):
        rows = np.flatnonzero(ontology.atom_kinds == index)
        if not len(rows):
            continue
        s, p, o = ontology.atoms[rows].T
        none = np.full(len(rows), -1, np.int32)
        if kind == "ClassAssertion":
            out[rows] = np.stack((o, s, none), axis=1)
        elif kind.endswith("Assertion"):
            out[rows] = np.stack((p, s, o), axis=1)
        elif kind in BETWEEN:
            out[rows] = np.stack((s, o, none), axis=1)
        else:
            out[rows] = np.stack((s, none, none), axis=1)
    return out


def _sources(ontology: Ontology, texts: pa.Array) -> pa.Array:
    """The name of the file that each axiom stands in: of several the first in the order of the sources."""
    if len(ontology.sources) == 1:
        name = pa.array([ontology.sources[0].path.name], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(texts), np.int32)), name)
    found: dict[str, str] = {}
    for source, said in said_by_file(ontology.sources[0].path) if ontology.sources else ():
        for text in said:
            found.setdefault(text, source.path.name)
    return pa.array([found.get(text) for text in texts.to_pylist()], pa.string()).dictionary_encode()

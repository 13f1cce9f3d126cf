"""Which probes are asked where there is no time for all. Knows nothing about models.

Axis and split are the strata, and groups (probes that were made of one another) are never torn apart. The order of the
groups is a seeded hash of their names, so the choice for a smaller budget is a part of that for a larger one.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

import pyarrow as pa

from lithograph.core.identity import sha256_hex


def choose_probes(probes: pa.Table, count: int, seed: int = 0) -> list[int]:
    """The rows of at most `count` probes, ascending: from each stratum in turn the next group that still fits."""
    rows: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(dict)
    columns = (probes[name].to_pylist() for name in ("axis", "probe_split", "group", "id"))
    for row, (axis, split, group, name) in enumerate(zip(*columns, strict=True)):
        rows[(split or "", axis or "")].setdefault(group or name, []).append(row)
    waiting = {stratum: deque(sorted(groups.items(), key=lambda one: sha256_hex(f"{seed}\n{one[0]}")))
               for stratum, groups in sorted(rows.items())}  # fmt: skip
    chosen: list[int] = []
    while waiting:
        for stratum in list(waiting):
            _, group = waiting[stratum].popleft()
            if len(chosen) + len(group) <= count:
                chosen += group
            if not waiting[stratum] or len(chosen) >= count:
                del waiting[stratum]
    return sorted(chosen)


def taught_only(probes: pa.Table, stated: frozenset[str], axioms: frozenset[str], languages: Sequence[str]) -> pa.Table:
    """The probes that a run could answer from what it was shown, in the languages that it was shown it in.

    Of the memory split those whose claims an example of the run stated and whose axioms its facts rest on (a claim that
    only stood among the premises of a question was read, not taught); of the reasoning split the groups whose keys
    all follow from axioms that it was shown: a model that was never told the premises is not asked for the conclusion.
    Transfer probes bring their premises along.
    """
    splits, claims = probes["probe_split"].to_pylist(), probes["claims"].to_pylist()
    groups, behind = probes["group"].to_pylist(), probes["axioms"].to_pylist()
    untold = {group for group, split, held in zip(groups, splits, behind, strict=True)
              if split == "reasoning" and group and not axioms.issuperset(held or ())}  # fmt: skip
    spoken = {language: any(language == one or language.startswith(f"{one}-") for one in languages)
              for language in set(probes["language"].to_pylist())}  # fmt: skip
    keep = [spoken[language] and (split != "memory" or (bool(held) and stated.issuperset(held)))
            and (split == "transfer" or axioms.issuperset(rests or ()))
            and (split != "reasoning" or group not in untold)
            for split, held, group, rests, language in
            zip(splits, claims, groups, behind, probes["language"].to_pylist(), strict=True)]  # fmt: skip
    return probes.filter(pa.array(keep, pa.bool_()))

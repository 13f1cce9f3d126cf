"""Updates of adapters as subspaces: against dense algebra, and with what is known of simple cases."""

from __future__ import annotations

import math

import pytest
import torch

from lithograph.verify.subspaces import effective_rank, standing, update_of


def _drawn(seed: int, out: int = 24, inner: int = 16, rank: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    made = torch.Generator().manual_seed(seed)
    return torch.randn(out, rank, generator=made), torch.randn(rank, inner, generator=made)


def test_the_singular_values_of_an_update_are_those_of_the_product() -> None:
    b, a = _drawn(1)
    found = update_of(b, a, 2.0)
    assert torch.allclose(found.values, torch.linalg.svdvals(2.0 * b.double() @ a.double())[:3])
    assert found.energy == pytest.approx(float((2.0 * b @ a).double().square().sum()), rel=1e-5)


def test_an_update_lies_wholly_inside_its_own_span_and_wholly_outside_nothing() -> None:
    mine = {"w": update_of(*_drawn(1), 1.0)}
    inside, alone = standing(mine, [mine]), standing(mine, [])
    assert inside.outside == pytest.approx(0.0, abs=1e-9)
    assert max(inside.angles) == pytest.approx(0.0, abs=1e-3)
    assert (alone.outside, alone.by_chance, set(alone.angles)) == (1.0, 1.0, {90.0})


def test_orthogonal_updates_are_ninety_degrees_apart() -> None:
    b, a = torch.zeros(6, 2), torch.eye(2, 5)
    b[0, 0] = b[1, 1] = 1.0
    other = b.roll(3, 0)
    found = standing({"w": update_of(b, a, 1.0)}, [{"w": update_of(other, a, 1.0)}])
    assert found.outside == pytest.approx(1.0) and set(found.angles) == {90.0}
    assert found.effective_rank == pytest.approx(2.0) and found.norm == pytest.approx(math.sqrt(2))


def test_random_updates_lie_outside_as_chance_has_it() -> None:
    shares = []
    for seed in range(40):
        mine, other = ({"w": update_of(*_drawn(k), 1.0)} for k in (2 * seed, 2 * seed + 1))
        found = standing(mine, [other])
        shares.append(found.outside)
    assert found.by_chance == pytest.approx(1 - 3 / 24)
    assert sum(shares) / len(shares) == pytest.approx(1 - 3 / 24, abs=0.02)


def test_the_share_outside_equals_that_of_a_dense_projection() -> None:
    (b, a), (c, d), (e, f) = _drawn(1), _drawn(2), _drawn(3)
    found = standing({"w": update_of(b, a, 1.0)}, [{"w": update_of(c, d, 1.0)}, {"w": update_of(e, f, 1.0)}])
    span, _ = torch.linalg.qr(torch.cat([c, e], 1).double())
    whole = (b @ a).double()
    left = whole - span @ (span.T @ whole)
    assert found.outside == pytest.approx(float(left.square().sum() / whole.square().sum()), abs=1e-6)
    assert len(found.angles) == 3 and list(found.angles) == sorted(found.angles)


def test_an_untrained_adapter_has_no_rank_and_no_direction() -> None:
    b, a = _drawn(1)
    found = standing({"w": update_of(b * 0, a, 1.0)}, [])
    assert (found.norm, found.effective_rank, found.angles) == (0.0, 0.0, ())
    assert effective_rank(torch.zeros(3)) == 0.0

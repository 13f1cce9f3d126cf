"""LoRA's linear layer as one function with its own backward pass. Knows nothing about models, steps or files.

y = x Wᵀ + b + s (x Aᵀ) Bᵀ with W frozen. Autograd keeps five tensors and runs twelve small kernels for it; here the
low-rank part is added into the product in place, and both parts of the gradient by x are one sum. Whoever wants each
example's own gradient can look on in the backward pass, where the factors it is made of pass by anyhow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import torch
from peft.tuners.lora import Linear
from torch import Tensor
from torch.nn.functional import linear


class Onlooker(Protocol):
    """What is shown the factors of an adapter's gradients in the backward pass."""

    def see(self, name: str, x: Tensor, down: Tensor, h: Tensor, out: Tensor) -> None:
        """Of module `name`, over the n tokens: ∂A = downᵀ x and ∂B = outᵀ h. down (n, r), x (n, in), h (n, r), out
        (n, width)."""


class _Adapted(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, a: Tensor, b: Tensor, scale: float,
                onlooker: Onlooker | None, name: str) -> Tensor:  # fmt: skip
        flat = x.reshape(-1, x.shape[-1])
        a, b = a.to(flat.dtype), b.to(flat.dtype)
        h = flat @ a.T  # (n, r)
        y = linear(flat, weight, bias).addmm_(h, b.T, alpha=scale)
        ctx.save_for_backward(flat, weight, a, b, h)
        ctx.scale, ctx.onlooker, ctx.name, ctx.shape = scale, onlooker, name, x.shape
        return y.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, a, b, h = ctx.saved_tensors
        out = grad.reshape(-1, grad.shape[-1])
        down = (out @ b).mul_(ctx.scale)  # (n, r)
        scaled = h * ctx.scale
        if ctx.onlooker is not None:
            ctx.onlooker.see(ctx.name, x, down, scaled, out)
        to_x = (out @ weight).addmm_(down, a).view(ctx.shape) if ctx.needs_input_grad[0] else None
        return to_x, None, None, (down.T @ x).float(), (out.T @ scaled).float(), None, None, None


def adapted_layers(model: torch.nn.Module) -> Iterator[tuple[str, Linear]]:
    """The linear layers that carry LoRA, by PEFT's names, in the model's order."""
    for name, module in model.named_modules():
        if isinstance(module, Linear):
            yield name.removeprefix("base_model.model."), module


def fuse(model: torch.nn.Module, onlooker: Onlooker | None = None) -> int:
    """Let the model's LoRA layers compute by the function above from now on; how many do.

    A layer whose adapter is off, merged, one of several, or has a dropout goes PEFT's way, as before, unseen.
    """
    count = 0
    for name, module in adapted_layers(model):
        if _plain(module):
            module.__dict__["forward"] = _forward(name, module, onlooker)
            count += 1
    return count


def _plain(module: Linear) -> bool:
    """One adapter in use, of LoRA's first form: no dropout, no DoRA or other variant, no bias of its own."""
    names = list(module.active_adapters)
    return (
        len(names) == 1
        and names[0] in module.lora_A
        and not module.disable_adapters
        and not module.merged
        and not module.lora_variant
        and isinstance(module.lora_dropout[names[0]], torch.nn.Identity)
        and module.lora_B[names[0]].bias is None
    )


def _forward(name: str, module: Linear, onlooker: Onlooker | None) -> Any:
    plain = type(module).forward.__get__(module)

    def forward(x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        if args or kwargs or not _plain(module):
            found: Tensor = plain(x, *args, **kwargs)
            return found
        (active,) = module.active_adapters
        base = module.get_base_layer()
        a, b, scale = module.lora_A[active].weight, module.lora_B[active].weight, module.scaling[active]
        y: Tensor = _Adapted.apply(x, base.weight, base.bias, a, b, scale, onlooker, name)  # type: ignore[no-untyped-call]
        return y

    return forward

"""The batched second-order solver on problems whose answers are known."""

import pytest
import torch
from torch import Tensor

from lifemask.avatar.lbfgs import BatchedLbfgs


def minimised(function, start: Tensor, steps: int) -> BatchedLbfgs:
    solver = BatchedLbfgs(start)
    for _ in range(steps):
        point = solver.ask().clone().requires_grad_()
        losses = function(point)
        (gradient,) = torch.autograd.grad(losses.sum(), point)
        solver.tell(losses.detach(), gradient)
    return solver


def test_rows_reach_their_own_minima() -> None:
    generator = torch.Generator().manual_seed(0)
    wanted = torch.randn(5, 6, generator=generator, dtype=torch.float64)
    stiff = torch.logspace(-0.5, 0.5, 6, dtype=torch.float64)
    solver = minimised(lambda x: (stiff * (x - wanted)).square().sum(-1), torch.zeros_like(wanted), 40)
    torch.testing.assert_close(solver.best, wanted, atol=1e-4, rtol=0)  # condition 100, 40 steps


def test_a_step_that_does_not_help_is_taken_back() -> None:
    losses: list[Tensor] = []

    def bumpy(x: Tensor) -> Tensor:
        return x.square().sum(-1) + 0.5 * torch.sin(9 * x).sum(-1)

    solver = BatchedLbfgs(torch.tensor([[2.0, -1.5], [0.7, 3.0]]))
    for _ in range(30):
        point = solver.ask().clone().requires_grad_()
        value = bumpy(point)
        solver.tell(value.detach(), torch.autograd.grad(value.sum(), point)[0])
        losses.append(solver.loss.clone())
    kept = torch.stack(losses)
    assert (kept.diff(dim=0) <= 0).all()
    torch.testing.assert_close(solver.loss, bumpy(solver.best))
    assert (kept[-1] < kept[0]).all()


@pytest.mark.parametrize("others", [0, 3])
def test_a_row_does_not_feel_the_others(others: int) -> None:
    alone = torch.tensor([[3.0, -2.0, 1.0]], dtype=torch.float64)
    company = torch.cat([alone, torch.full((others, 3), 50.0, dtype=torch.float64)])
    curved = lambda x: (x**4).sum(-1) + (x[:, 0] * x[:, 1]).square()  # noqa: E731
    found = minimised(curved, company, 15).best[:1]
    torch.testing.assert_close(found, minimised(curved, alone, 15).best, atol=1e-12, rtol=0)

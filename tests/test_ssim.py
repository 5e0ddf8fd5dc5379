"""SSIM: the known values, the fused kernel against torch, and torch against finite differences."""

import pytest
import torch
from scipy.ndimage import correlate1d

from lifemask.errors import ConfigError
from lifemask.metrics.ssim import WINDOW, l1_ssim_loss, ssim, ssim_map
from lifemask.threads import get_threads, set_threads


def pair(*shape: int, dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, torch.Tensor]:
    """An image that wants a gradient, and a noisy version of it with flat parts."""
    generator = torch.Generator().manual_seed(3)
    a = torch.rand(*shape, generator=generator, dtype=torch.float64)
    b = (a + 0.2 * torch.randn(*shape, generator=generator, dtype=torch.float64)).clamp(0, 1)
    b[..., :4, :4, :] = 0.5
    return a.to(dtype).requires_grad_(), b.to(dtype)


def test_map_is_the_published_formula():
    """Written again with scipy's filter, in the terms of Wang et al. 2004, equation 13."""
    a, b = pair(23, 31, 3, dtype=torch.float64)
    x, y = a.detach().numpy(), b.numpy()

    def blur(image):
        once = correlate1d(image, list(WINDOW), axis=0, mode="constant")
        return correlate1d(once, list(WINDOW), axis=1, mode="constant")

    mx, my = blur(x), blur(y)
    vx, vy, cov = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
    expected = (2 * mx * my + 1e-4) * (2 * cov + 9e-4) / ((mx**2 + my**2 + 1e-4) * (vx + vy + 9e-4))
    torch.testing.assert_close(ssim_map(a, b).detach(), torch.from_numpy(expected))


@pytest.mark.parametrize("shape", [(37, 45, 3), (2, 16, 33, 1), (3, 5, 4, 2), (1, 2, 24, 24, 4)])
def test_fused_agrees_with_torch(shape):
    """Float32 rounding: variances are differences of squares, good to about 1e-6."""
    a, b = pair(*shape)
    exact, other = a.detach().double().requires_grad_(), b.double()
    for fused, truth in (
        (ssim(a, b), ssim_map(exact, other).mean()),
        (l1_ssim_loss(a, b, 0.2), l1_ssim_loss(exact, other, 0.2)),
        (l1_ssim_loss(a, b, 0.0), (exact - other).abs().mean()),
    ):
        torch.testing.assert_close(fused.double(), truth, atol=2e-6, rtol=2e-6)
        (ours,), (theirs,) = torch.autograd.grad(fused, a), torch.autograd.grad(truth, exact)
        assert (ours.double() - theirs).norm() < 1e-5 * theirs.norm()


def test_torch_gradient_by_finite_differences():
    a, b = pair(9, 8, 2, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: ssim_map(x, b), (a,), fast_mode=True)


def test_properties():
    a, b = pair(20, 30, 3)
    assert ssim(a, a.detach()).item() == pytest.approx(1, abs=1e-6)
    assert ssim(a, b).item() == pytest.approx(ssim(b, a.detach()).item(), abs=1e-6)
    assert l1_ssim_loss(a, a.detach()).item() == pytest.approx(0, abs=1e-6)
    assert -1 <= ssim(a, 1 - a.detach()).item() < ssim(a, b).item() < 1


def test_a_target_that_learns_gets_its_gradient():
    a, b = pair(20, 30, 3)
    b = b.requires_grad_()
    ssim(a, b).backward()
    assert a.grad is not None and b.grad is not None and b.grad.abs().max() > 0


def test_gradients_are_bitwise_the_same_for_runs_and_threads():
    a, b = pair(2, 64, 80, 3)
    before = get_threads()
    values = []
    for threads in (1, 2, 2):
        set_threads(threads)
        loss = l1_ssim_loss(a, b)
        values.append((loss.detach(), *torch.autograd.grad(loss, a)))
    set_threads(before)
    for other in values[1:]:
        assert all(torch.equal(x, y) for x, y in zip(values[0], other, strict=True))


def test_shapes_that_differ_are_refused():
    with pytest.raises(ConfigError, match=r"got \[4, 4, 3\] and \[3, 4, 4\]"):
        ssim(torch.zeros(4, 4, 3), torch.zeros(3, 4, 4))

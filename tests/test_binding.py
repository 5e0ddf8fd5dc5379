"""The fast binding agrees with the readable one, in values and in gradients."""

import pytest
import torch

from lifemask.avatar.binding import bind, bind_reference


def _case(seed: int, batch: int = 2, vertices: int = 40, gaussians: int = 200):
    generator = torch.Generator().manual_seed(seed)
    corners = torch.stack([torch.randperm(vertices, generator=generator)[:3] for _ in range(gaussians)])
    weights = torch.rand(gaussians, 3, generator=generator)
    return (
        torch.randn(batch, vertices, 3, generator=generator),
        corners,
        weights / weights.sum(-1, keepdim=True),
        torch.randn(batch, gaussians, 3, generator=generator) * 0.1,
        torch.nn.functional.normalize(torch.randn(batch, gaussians, 4, generator=generator), dim=-1),
    )


def _same_rotation(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """A quaternion and its negative are the same rotation."""
    return a * (a * b).sum(-1, keepdim=True).sign()


@pytest.mark.parametrize("seed", range(4))
def test_fast_and_readable_binding_agree(seed: int) -> None:
    vertices, corners, weights, position, quat = _case(seed)
    leaves = [t.requires_grad_() for t in (vertices, position, quat)]
    means, quats = bind(vertices, corners, weights, position, quat)
    expected_means, expected_quats = bind_reference(vertices, corners, weights, position, quat)
    # float32 arithmetic in another order on values of order one
    torch.testing.assert_close(means, expected_means, atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(_same_rotation(quats, expected_quats), expected_quats, atol=2e-5, rtol=1e-4)
    pull = torch.randn(means.shape)
    gradients = torch.autograd.grad((means * pull).sum(), leaves[:2])
    expected = torch.autograd.grad((expected_means * pull).sum(), leaves[:2])
    for got, want in zip(gradients, expected, strict=True):
        # slivers amplify: compare against the size of the gradient
        assert (got - want).norm() <= 2e-4 * want.norm()


def test_gradient_of_the_quaternion_goes_to_the_local_rotation_only() -> None:
    vertices, corners, weights, position, quat = _case(9)
    quat.requires_grad_()
    _, quats = bind(vertices, corners, weights, position, quat)
    _, expected = bind_reference(vertices, corners, weights, position, quat)
    pull = torch.randn(quats.shape)
    sign = (quats * expected).sum(-1, keepdim=True).sign().detach()
    got = torch.autograd.grad((quats * pull).sum(), quat)[0]
    want = torch.autograd.grad((expected * sign * pull).sum(), quat)[0]
    torch.testing.assert_close(got, want, atol=1e-5, rtol=1e-4)


def test_reference_binding_passes_gradcheck_in_float64() -> None:
    vertices, corners, weights, position, quat = (
        t.double() if t.is_floating_point() else t for t in _case(3, 1, 12, 6)
    )
    quat = quat.detach()

    def means(v: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
        return bind_reference(v, corners, weights, p, quat)[0]

    assert torch.autograd.gradcheck(means, (vertices.requires_grad_(), position.requires_grad_()))


def test_a_rigid_motion_of_the_mesh_moves_the_gaussians_rigidly() -> None:
    from lifemask.geometry.rotation import rotation_from_axis_angle, rotation_from_quaternion

    vertices, corners, weights, position, quat = _case(5)
    turn = rotation_from_axis_angle(torch.tensor([0.3, -0.8, 0.4]))
    means, quats = bind(vertices, corners, weights, position, quat)
    moved_means, moved_quats = bind(vertices @ turn.T + 0.5, corners, weights, position, quat)
    torch.testing.assert_close(moved_means, means @ turn.T + 0.5, atol=5e-5, rtol=1e-4)
    expected = turn @ rotation_from_quaternion(quats)
    torch.testing.assert_close(rotation_from_quaternion(moved_quats), expected, atol=1e-4, rtol=1e-3)


def test_results_do_not_depend_on_the_number_of_threads() -> None:
    from lifemask.splats.threads import get_threads, set_threads

    before, found = get_threads(), []
    vertices, corners, weights, position, quat = _case(7, gaussians=3001)
    leaves = [t.requires_grad_() for t in (vertices, position)]
    try:
        for threads in (1, 2, 3):
            set_threads(threads)
            means, quats = bind(vertices, corners, weights, position, quat)
            gradients = torch.autograd.grad((means.square().sum() + quats.sum()), leaves)
            found.append((means, quats, *gradients))
    finally:
        set_threads(before)
    for other in found[1:]:
        assert all(torch.equal(a, b) for a, b in zip(found[0], other, strict=True))

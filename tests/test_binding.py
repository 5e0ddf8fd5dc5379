"""The fast placing of Gaussians agrees with the readable one, in values and in gradients."""

import pytest
import torch

from lifemask.avatar.binding import MAX_SCALE_M, Gaussians, place, place_reference


def _case(seed: int, batch: int = 2, vertices: int = 40, gaussians: int = 200):
    generator = torch.Generator().manual_seed(seed)
    corners = torch.stack([torch.randperm(vertices, generator=generator)[:3] for _ in range(gaussians)])
    weights = torch.rand(gaussians, 3, generator=generator)
    attributes = torch.randn(batch, gaussians, 14, generator=generator)
    attributes[..., :3] *= 0.1
    attributes[..., 7:10] -= 4  # some above the largest scale, most below
    return (
        torch.randn(batch, vertices, 3, generator=generator),
        corners,
        weights / weights.sum(-1, keepdim=True),
        attributes,
    )


def _turned_alike(found: Gaussians, other: Gaussians) -> Gaussians:
    """A quaternion and its negative are the same rotation."""
    sign = (found.quats * other.quats).sum(-1, keepdim=True).sign().detach()
    return Gaussians(found.means, found.quats * sign, found.scales, found.opacities, found.colours)


@pytest.mark.parametrize("seed", range(4))
def test_fast_and_readable_placing_agree(seed: int) -> None:
    vertices, corners, weights, attributes = _case(seed)
    leaves = [vertices.requires_grad_(), attributes.requires_grad_()]
    exact = [leaf.detach().double().requires_grad_() for leaf in leaves]
    expected = place_reference(exact[0], corners, weights.double(), exact[1])
    found = _turned_alike(place(vertices, corners, weights, attributes), expected)
    assert (expected.scales > MAX_SCALE_M - 1e-9).any() and (expected.scales < MAX_SCALE_M - 1e-9).any()
    generator, total, wanted = torch.Generator().manual_seed(seed), 0.0, 0.0
    for got, want in zip(vars(found).values(), vars(expected).values(), strict=True):
        # float32 arithmetic on values of order one
        torch.testing.assert_close(got.double(), want, atol=2e-5, rtol=1e-4)
        pull = torch.randn(got.shape, generator=generator)
        total, wanted = total + (got * pull).sum(), wanted + (want * pull).sum()
    gradients, expected_gradients = torch.autograd.grad(total, leaves), torch.autograd.grad(wanted, exact)
    for got, want in zip(gradients, expected_gradients, strict=True):
        # slivers amplify: compare against the size of the gradient
        assert (got - want).norm() <= 2e-4 * want.norm()


def test_reference_placing_passes_gradcheck_in_float64() -> None:
    vertices, corners, weights, attributes = (t.double() if t.is_floating_point() else t for t in _case(3, 1, 12, 6))

    def placed(v: torch.Tensor, a: torch.Tensor):
        # The orientation is not differentiated with respect to the vertices, by design.
        out = place_reference(v, corners, weights, a)
        return out.means, out.scales, out.opacities, out.colours

    # Outside of [0, 1] the gradient of a colour is not that of what is shown: it leads back.
    attributes[..., 10:13] = attributes[..., 10:13].sigmoid()
    assert torch.autograd.gradcheck(placed, (vertices.requires_grad_(), attributes.requires_grad_()))
    still = vertices.detach()
    assert torch.autograd.gradcheck(lambda a: place_reference(still, corners, weights, a).quats, (attributes,))


def test_a_rigid_motion_of_the_mesh_moves_the_gaussians_rigidly() -> None:
    from lifemask.geometry.rotation import rotation_from_axis_angle, rotation_from_quaternion

    vertices, corners, weights, attributes = _case(5)
    turn = rotation_from_axis_angle(torch.tensor([0.3, -0.8, 0.4]))
    before, after = (place(v, corners, weights, attributes) for v in (vertices, vertices @ turn.T + 0.5))
    torch.testing.assert_close(after.means, before.means @ turn.T + 0.5, atol=5e-5, rtol=1e-4)
    expected = turn @ rotation_from_quaternion(before.quats)
    torch.testing.assert_close(rotation_from_quaternion(after.quats), expected, atol=1e-4, rtol=1e-3)


def test_results_do_not_depend_on_the_number_of_threads() -> None:
    from lifemask.threads import get_threads, set_threads

    before, found = get_threads(), []
    vertices, corners, weights, attributes = _case(7, gaussians=3001)
    leaves = [t.requires_grad_() for t in (vertices, attributes)]
    try:
        for threads in (1, 2, 3):
            set_threads(threads)
            out = vars(place(vertices, corners, weights, attributes)).values()
            gradients = torch.autograd.grad(sum(o.square().sum() for o in out), leaves)
            found.append((*out, *gradients))
    finally:
        set_threads(before)
    for other in found[1:]:
        assert all(torch.equal(a, b) for a, b in zip(found[0], other, strict=True))


def test_colours_are_shown_within_what_can_be_shown_and_find_back() -> None:
    vertices, corners, weights, attributes = _case(5, 1, 6, 3)
    attributes[0, :, 10:13] = torch.tensor([[-0.2, -0.2, 0.5], [1.3, 1.3, 1.0], [0.0, 0.2, 0.9]])
    pull = torch.tensor([[[1.0, -1.0, 1.0], [1.0, -1.0, 1.0], [1.0, 1.0, -1.0]]])
    for way in (place, place_reference):
        leaf = attributes.clone().requires_grad_()
        colours = way(vertices, corners, weights, leaf).colours
        assert torch.equal(colours, attributes[..., 10:13].clamp(0, 1))
        (colours * pull).sum().backward()
        # Downhill is against the gradient: below 0 only what rises, above 1 only what falls is let through.
        assert leaf.grad is not None
        assert leaf.grad[0, :, 10:13].tolist() == [[0.0, -1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, -1.0]]

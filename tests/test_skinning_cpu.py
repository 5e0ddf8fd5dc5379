"""The compiled skinning agrees with torch's, in values and in gradients, and takes what it can only."""

import dataclasses

import pytest
import torch

from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.rig import skinning_cpu
from lifemask.rig.bust import load_bust
from lifemask.rig.code import RigCode
from lifemask.rig.skinning import pose_vertices, pose_vertices_torch
from lifemask.threads import get_threads, set_threads


def code(seed: int, frames: int = 3, spread: float = 0.4) -> RigCode:
    generator = torch.Generator().manual_seed(seed)
    normal = lambda *shape: torch.randn(*shape, generator=generator)  # noqa: E731
    expression = torch.rand(frames, 52, generator=generator) * 0.5
    expression[0, ::2] = 0
    facing = torch.diag(torch.tensor([1.0, -1.0, -1.0]))
    depth = torch.tensor([0.0, 0.0, 0.7])
    head, torso = (
        rigid(facing @ rotation_from_axis_angle(spread * normal(frames, 3)), depth + 0.02 * normal(frames, 3))
        for _ in range(2)
    )
    return RigCode(expression, 0.3 * normal(frames, 2, 2), head, torso)


def leaves_of(posed: RigCode) -> list[torch.Tensor]:
    return [posed.expression, posed.eyes, posed.camera_from_head, posed.camera_from_torso]


@pytest.mark.parametrize(("seed", "spread"), [(0, 0.4), (1, 0.4), (2, 0.0)])
def test_compiled_and_readable_skinning_agree(seed: int, spread: float) -> None:
    rig, generator = load_bust(), torch.Generator().manual_seed(seed)
    neutral = rig.template + 0.003 * torch.randn(rig.template.shape, generator=generator)
    coarse = code(seed, spread=spread).map(lambda value: value.requires_grad_())
    fine = coarse.map(lambda value: value.detach().double().requires_grad_())
    assert skinning_cpu.fits(rig, neutral, coarse)
    found = pose_vertices(rig, neutral, coarse)
    expected = pose_vertices_torch(rig.to(dtype=torch.float64), neutral.double(), fine)
    # float32 at a distance of 0.7 m
    torch.testing.assert_close(found.double(), expected, atol=5e-7, rtol=0)
    pull = torch.randn(found.shape, generator=generator)
    gradients = torch.autograd.grad((found * pull).sum(), leaves_of(coarse))
    wanted = torch.autograd.grad((expected * pull.double()).sum(), leaves_of(fine))
    for got, want in zip(gradients, wanted, strict=True):
        if want.shape[-1] == 4:
            # The last row of a rigid transform is not a variable.
            assert not got[:, 3].any()
            got, want = got[:, :3], want[:, :3]
        # sums over 10^4 numbers in float32
        assert (got - want).norm() <= 2e-5 * want.norm()


def test_threads_do_not_change_it() -> None:
    rig, before, found = load_bust(), get_threads(), []
    leaves = code(4).map(lambda value: value.requires_grad_())
    try:
        for threads in (1, 2, 3):
            set_threads(threads)
            posed = pose_vertices(rig, rig.template, leaves)
            found.append((posed, *torch.autograd.grad(posed.square().sum(), leaves_of(leaves))))
    finally:
        set_threads(before)
    for other in found[1:]:
        assert all(torch.equal(a, b) for a, b in zip(found[0], other, strict=True))


def test_the_rest_is_for_torch() -> None:
    rig, plain = load_bust(), code(5)
    neutral = rig.template
    assert not skinning_cpu.fits(rig.to(dtype=torch.float64), neutral.double(), plain.to(dtype=torch.float64))
    assert not skinning_cpu.fits(rig, neutral.clone().requires_grad_(), plain)
    with_jaw = dataclasses.replace(plain, jaw=torch.zeros(3, 3))
    assert not skinning_cpu.fits(rig, neutral, with_jaw)
    corrected = dataclasses.replace(rig, pose_correctives=torch.zeros(36, len(neutral), 3))
    assert not skinning_cpu.fits(corrected, neutral, plain)
    # One expression for all frames: torch spreads it.
    assert not skinning_cpu.fits(rig, neutral, dataclasses.replace(plain, expression=plain.expression[0]))

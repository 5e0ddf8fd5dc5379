"""Every way of making a training step and a picture agrees with the plain one: on a CPU, and on a GPU where there is
one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lifemask.avatar.attributes import units
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.config import AvatarConfig, TrainingConfig
from lifemask.avatar.frames import FrameSource
from lifemask.avatar.initialise import initialise
from lifemask.avatar.model import CodeSpace, GaussianModel
from lifemask.avatar.motion import Motion
from lifemask.avatar.optimizer import TorchOptimizer
from lifemask.avatar.step import PlainStep
from lifemask.avatar.store import FrameStoreWriter
from lifemask.avatar.train import Trainer
from lifemask.geometry.camera import Camera, View
from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.metrics.ssim import l1_ssim_loss, ssim_map
from lifemask.rig.bust import load_bust
from lifemask.rig.code import RigCode

SIZE, FRAMES = 64, 8
CAMERA = Camera((120.0, 120.0), (31.0, 33.0), (SIZE, SIZE))
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
DEVICES = ["cpu", pytest.param("cuda", marks=needs_gpu)]


def some_motion(device: str) -> Motion:
    generator, rig = torch.Generator().manual_seed(1), load_bust()
    turn = torch.randn(FRAMES, 3, generator=generator) * 0.05
    upright = torch.diag(torch.tensor([1.0, -1.0, -1.0]))
    head = rigid(rotation_from_axis_angle(turn) @ upright, torch.tensor([0.0, 0.0, 0.6]).expand(FRAMES, 3))
    code = RigCode(
        torch.rand(FRAMES, rig.num_expressions, generator=generator) * 0.3,
        torch.randn(FRAMES, 2, 2, generator=generator) * 0.1,
        head,
        head.roll(1, 0),
    )
    modes = torch.randn(FRAMES, 3, generator=generator)
    return Motion(code.to(device), modes.to(device), torch.zeros(FRAMES, 2, device=device))


def some_trainer(folder: Path, device: str, **settings: object) -> Trainer:
    """Of noise: frames that nobody can learn, but every gradient is there."""
    writer = FrameStoreWriter(folder, View(0, 0, SIZE, SIZE, (SIZE, SIZE)))
    chance = np.random.default_rng(2)
    for _ in range(FRAMES):
        writer.add(chance.integers(0, 255, (SIZE, SIZE, 3), np.uint8), np.full((SIZE, SIZE), 255, np.uint8))
    store, plate = writer.close(), chance.integers(0, 255, (SIZE, SIZE, 3), np.uint8)
    avatar = AvatarConfig(gaussians=900, head_bases=3, torso_bases=2, hidden=8)
    config = replace(TrainingConfig(images=400, batch=2, avatar=avatar, coarse_share=0.0), **settings).on(device)
    rig, rows, motion = load_bust(), np.arange(FRAMES), some_motion("cpu")
    source = FrameSource(store, plate, CAMERA, "cpu")
    binding, base = initialise(rig, rig.template, motion, rows, source, config.avatar, 0)
    torch.manual_seed(3)
    model = GaussianModel(binding, base, units(config.rates), CodeSpace.sizes(motion), config.avatar)
    with torch.no_grad():
        for bases in model.bases:
            bases.normal_(std=0.3)
    motion = some_motion(device)
    return Trainer(
        rig.to(device=device), rig.template.to(device), model.to(device), CodeSpace.of(motion.code), motion,
        FrameSource(store, plate, CAMERA, device), rows, config, seed=0,
    )  # fmt: skip


@pytest.mark.parametrize("device", DEVICES)
def test_the_fast_step_does_what_the_plain_one_does(device: str, tmp_path: Path) -> None:
    fast, plain = some_trainer(tmp_path / "a", device), some_trainer(tmp_path / "b", device)
    plain.optimizer = TorchOptimizer(plain.model, plain.config, plain.batch)
    plain._step = PlainStep(plain)
    assert type(fast._step) is not type(plain._step)
    begun = {name: value.clone() for name, value in plain.state().items()}
    for trainer in (fast, plain):
        trainer.images_done = 100  # poses move from here on
        for _ in range(3):
            trainer.step()
    for name, value in plain.state().items():
        if not name.startswith(("model.", "motion.value")) or not value.is_floating_point():
            continue
        moved = (value - begun[name]).norm()
        # Adam divides by gradients: where one is nearly zero, rounding (and on a GPU the order of sums) is in the step.
        assert (fast.state()[name] - value).norm() <= 0.02 * moved + 1e-9, name
    assert (plain.table.value != 0).any()


def test_networks_are_told_no_pose_that_the_clip_does_not_have() -> None:
    motion = some_motion("cpu")
    space = CodeSpace.of(motion.code)
    filmed = space.inputs(motion)
    everywhere = torch.full((15,), 1e3)
    unbounded = replace(space, pose_low=-everywhere, pose_high=everywhere)
    assert all(torch.equal(a, b) for a, b in zip(filmed, unbounded.inputs(motion), strict=True))
    turn = rigid(rotation_from_axis_angle(torch.tensor([0.0, 0.9, 0.0])), torch.zeros(3))
    code = replace(motion.code, camera_from_head=turn @ motion.code.camera_from_head)
    beyond = space.inputs(replace(motion, code=code))
    for told, known in zip(beyond, filmed, strict=True):
        span = known.amax(0) - known.amin(0)
        assert (told <= known.amax(0) + 0.1 * span + 1e-5).all() and (told >= known.amin(0) - 0.1 * span - 1e-5).all()
    assert not torch.allclose(beyond[0], filmed[0])


@needs_gpu
def test_gpu_and_cpu_learn_the_same(tmp_path: Path) -> None:
    there, here = some_trainer(tmp_path / "a", "cuda"), some_trainer(tmp_path / "b", "cpu")
    for _ in range(3):
        losses = [float(trainer.step()) for trainer in (there, here)]
        assert losses[0] == pytest.approx(losses[1], rel=1e-3)


@needs_gpu
def test_recorded_pictures_are_the_plain_ones(tmp_path: Path) -> None:
    trainer = some_trainer(tmp_path, "cuda")
    avatar = Avatar.of(trainer, CAMERA, trainer.source.store.images(np.array([0]))[0])
    batch = avatar._over_own_plate
    for rows in ([0, 1], [2, 3], [4, 5], [1], [6], [2]):
        motion = trainer.motion.rows(torch.tensor(rows, device="cuda"))
        with torch.no_grad():
            plain = avatar.draw(motion, batch)[0].clamp(0, 1)
        torch.testing.assert_close(avatar.render(motion), plain, rtol=0, atol=1e-4)


@needs_gpu
@pytest.mark.parametrize("shape", [(2, 40, 57, 3), (1, 11, 5, 1), (3, 4, 600, 4)])
def test_the_loss_on_a_gpu_is_the_readable_one(shape: tuple[int, ...]) -> None:
    generator = torch.Generator().manual_seed(4)
    image, target = (torch.rand(shape, generator=generator) for _ in range(2))
    exact = image.double().requires_grad_()
    wanted = 0.8 * (exact - target.double()).abs().mean() + 0.2 * (1 - ssim_map(exact, target.double()).mean())
    (wanted_gradient,) = torch.autograd.grad(wanted, exact)
    there = image.cuda().requires_grad_()
    found = l1_ssim_loss(there, target.cuda())
    (gradient,) = torch.autograd.grad(found, there)
    assert float(found) == pytest.approx(float(wanted), rel=1e-5)
    assert (gradient.cpu() - wanted_gradient).norm() <= 1e-5 * wanted_gradient.norm()


@needs_gpu
def test_placing_on_a_gpu_is_the_readable_one(tmp_path: Path) -> None:
    from lifemask.avatar.binding import place, place_reference

    trainer = some_trainer(tmp_path, "cuda")
    model = trainer.model
    vertices = trainer.rig.template[None].repeat(2, 1, 1).requires_grad_()
    attributes = torch.randn(2, len(model.base), 14, device="cuda", requires_grad=True)
    exact = [leaf.detach().double().requires_grad_() for leaf in (vertices, attributes)]
    found = place(vertices, model.corners, model.barycentric, attributes)
    wanted = place_reference(exact[0], model.corners, model.barycentric.double(), exact[1])
    sign = (found.quats * wanted.quats).sum(-1, keepdim=True).sign().detach()
    total, other = 0.0, 0.0
    for name, value in vars(found).items():
        other_value = getattr(wanted, name) * (sign if name == "quats" else 1)
        assert (value - other_value).norm() <= 1e-4 * other_value.norm(), name
        pull = torch.randn_like(value)
        total, other = total + (value * pull).sum(), other + (other_value * pull).sum()
    gradients = torch.autograd.grad(total, (vertices, attributes))
    for got, want in zip(gradients, torch.autograd.grad(other, exact), strict=True):
        assert (got - want).norm() <= 1e-3 * want.norm()

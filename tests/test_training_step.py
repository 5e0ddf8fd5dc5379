"""One step of training: the compiled ways do what torch does."""

import math

import numpy as np
import pytest
import torch

from lifemask.avatar.attributes import SLICES, WIDTH, units
from lifemask.avatar.blend import BLOCK, blend, blend_reference
from lifemask.avatar.config import AvatarConfig, LearningRates, TrainingConfig
from lifemask.avatar.density import HELD_BACK_LOGIT, Density
from lifemask.avatar.held import Held
from lifemask.avatar.model import Binding, GaussianModel
from lifemask.avatar.optimizer import CpuOptimizer, TorchOptimizer
from lifemask.threads import get_threads, set_threads

HEAD, TORSO, BATCH = 2 * BLOCK + 37, 50, 3


def parts(seed: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    shapes = (HEAD + TORSO, WIDTH), (5, HEAD * WIDTH), (2, TORSO * WIDTH), (BATCH, 5), (BATCH, 2)
    return [torch.randn(shape, generator=generator).requires_grad_() for shape in shapes]


def test_the_fast_blend_agrees_with_the_readable_one() -> None:
    leaves, (base, bases) = parts(0), units(LearningRates())
    exact = [leaf.detach().double().requires_grad_() for leaf in leaves]
    found = blend(*leaves, base, bases)
    expected = blend_reference(*exact, base.double(), bases.double())
    # sums of seven products in float32
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-7)
    pull = torch.randn(found.shape, generator=torch.Generator().manual_seed(1))
    gradients = torch.autograd.grad((found * pull).sum(), leaves)
    wanted = torch.autograd.grad((expected * pull).sum(), exact)
    for got, want in zip(gradients, wanted, strict=True):
        assert (got - want).norm() <= 1e-5 * want.norm()


def model() -> GaussianModel:
    count = HEAD + TORSO
    generator = torch.Generator().manual_seed(2)
    binding = Binding(torch.zeros(count, 3, dtype=torch.long), torch.full((count, 3), 1 / 3), HEAD)
    base = torch.randn(count, WIDTH, generator=generator)
    torch.manual_seed(3)
    config = AvatarConfig(head_bases=5, torso_bases=2, hidden=8)
    return GaussianModel(binding, base, units(LearningRates()), (4, 6), config)


def test_the_compiled_optimiser_is_adam() -> None:
    ours, theirs, config = model(), model(), TrainingConfig(bases_decay=1e-2)
    compiled, plain = CpuOptimizer(ours, config, BATCH), TorchOptimizer(theirs, config, BATCH)
    generator = torch.Generator().manual_seed(4)
    begun = {name: value.clone() for name, value in theirs.state_dict().items()}
    for step in range(6):
        codes = torch.randn(BATCH, 4, generator=generator), torch.randn(BATCH, 6, generator=generator)
        pull = torch.randn(BATCH, HEAD + TORSO, WIDTH, generator=generator)
        factor = 0.9**step
        weights = theirs.weights(codes)
        plain.step(list(torch.autograd.grad(theirs.attributes(weights), plain.parameters, pull)), factor)
        weights = ours.weights(codes)
        attributes = ours.attributes(weights)
        gradients = torch.autograd.grad(attributes, compiled.parameters, pull)
        compiled.step(pull, weights, list(gradients), factor)
    for name, value in theirs.state_dict().items():
        moved = (value - begun[name]).abs().max()
        assert moved > 0 or name in ("corners", "barycentric", "base_units", "bases_units")
        # Adam divides by the root of a mean of squares: where that is near zero, rounding is a part of the step.
        torch.testing.assert_close(ours.state_dict()[name], value, rtol=1e-4, atol=float(1e-3 * moved))


def test_faint_gaussians_split_those_that_are_pulled() -> None:
    ours = model()
    optimizer = CpuOptimizer(ours, TrainingConfig(), 1)
    opacity, scale = SLICES["opacity"], SLICES["log_scale"]
    with torch.no_grad():
        ours.base[:, opacity] = 0.0
        ours.base[[3, 4], opacity] = HELD_BACK_LOGIT / ours.base_units[opacity]  # of the head
        ours.base[HEAD + 7, opacity] = HELD_BACK_LOGIT / ours.base_units[opacity]  # of the torso
        ours.corners[:, 0] = torch.arange(len(ours.corners))
        for bases in ours.bases:
            bases.copy_(torch.randn(bases.shape))
    for moments in optimizer.moments():
        for moment in moments:
            moment.fill_(1.0)
    density, pull = (
        Density(ours, Held(ours, torch.randn(int(ours.corners.max()) + 1, 3))),
        torch.zeros(2, HEAD + TORSO, 3),
    )
    pull[:, 11, 0], pull[:, HEAD + 2, 1], pull[:, 4, 2] = 2.0, 1.0, 9.0  # one of them faint itself
    density.note(pull)
    before = {name: value.clone() for name, value in ours.state_dict().items()}
    density.move(1.0, optimizer.moments(), seed=0)
    after = ours.state_dict()
    changed = (after["base"] != before["base"]).any(1).nonzero()[:, 0].tolist()
    assert changed == [3, 11, HEAD + 2, HEAD + 7]  # one source in the head: only one faint one finds a place
    assert after["corners"][[3, HEAD + 7], 0].tolist() == [11, HEAD + 2]
    for faint, source in ((3, 11), (HEAD + 7, HEAD + 2)):
        smaller = (before["base"][source] - after["base"][source])[scale] * ours.base_units[scale]
        torch.testing.assert_close(smaller, torch.full((3,), math.log(1.6)), rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(after["base"][faint, 3:], after["base"][source, 3:])
        assert (after["base"][faint, :3] != after["base"][source, :3]).any()
    head = after["bases.0"].view(5, HEAD, WIDTH)
    torch.testing.assert_close(head[:, 3], head[:, 11])
    assert optimizer.moments()[0][0].sum(1).eq(0).nonzero()[:, 0].tolist() == changed
    assert not optimizer.moments()[1][1].view(5, HEAD, WIDTH)[:, [3, 11]].any()
    assert not density.pull.any()


@pytest.mark.parametrize("kind", [CpuOptimizer, TorchOptimizer])
def test_a_new_optimiser_has_moved_nothing(kind: type) -> None:
    ours = model()
    before = {name: value.clone() for name, value in ours.state_dict().items()}
    optimizer = kind(ours, TrainingConfig(), BATCH)
    assert not any(value.any() for value in optimizer.tensors().values())
    for name, value in ours.state_dict().items():
        assert torch.equal(value, before[name])


def test_threads_do_not_change_a_step() -> None:
    before, found = get_threads(), []
    try:
        for threads in (1, 2, 3):
            set_threads(threads)
            ours = model()
            compiled = CpuOptimizer(ours, TrainingConfig(), 1)
            weights = ours.weights((torch.ones(1, 4), torch.ones(1, 6)))
            pull = torch.from_numpy(np.random.default_rng(5).normal(size=(1, HEAD + TORSO, WIDTH)).astype(np.float32))
            gradients = torch.autograd.grad(ours.attributes(weights), compiled.parameters, pull)
            compiled.step(pull, weights, list(gradients), 1.0)
            found.append(ours.state_dict())
    finally:
        set_threads(before)
    for other in found[1:]:
        assert all(torch.equal(other[name], value) for name, value in found[0].items())

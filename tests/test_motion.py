"""Corrections of poses and codes: about the right point, with the right Adam, in one gauge."""

from dataclasses import replace

import pytest
import torch

from lifemask.avatar.config import MotionConfig
from lifemask.avatar.motion import KINDS, TORSO_PIVOT_M, Motion, MotionTable, corrected, nudge
from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.rig.code import RigCode

FRAMES, EXPRESSIONS, MODES = 7, 5, 3
TIGHT = {"rtol": 0, "atol": 1e-6}
"""float32 sums of a few numbers below 1."""


def poses(count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    turn = torch.randn(count, 3, generator=generator)
    return rigid(rotation_from_axis_angle(turn), torch.randn(count, 3, generator=generator))


def table(**settings: float) -> MotionTable:
    return MotionTable(FRAMES, EXPRESSIONS, MODES, replace(MotionConfig(), **settings), "cpu")


def test_a_nudge_turns_about_the_pivot() -> None:
    start, turn = poses(4), torch.tensor([[0.1, -0.2, 0.3]]).expand(4, 3)
    turned = nudge(start, turn, torch.zeros(4, 3), TORSO_PIVOT_M)
    pivot = torch.tensor([*TORSO_PIVOT_M, 1.0])
    torch.testing.assert_close(turned @ pivot, start @ pivot, **TIGHT)
    # The axis is one of the camera's, not of the part's.
    rotation = rotation_from_axis_angle(turn)
    torch.testing.assert_close(turned[:, :3, :3], rotation @ start[:, :3, :3], **TIGHT)
    other = torch.tensor([0.1, 0.0, 0.0, 1.0])
    assert ((turned - start) @ other).norm(dim=-1).min() > 0.01


def test_a_nudge_moves_in_the_cameras_axes() -> None:
    start, move = poses(4), torch.tensor([[0.01, 0.02, -0.03]]).expand(4, 3)
    moved = nudge(start, torch.zeros(4, 3), move, TORSO_PIVOT_M)
    torch.testing.assert_close(moved[:, :3, 3], start[:, :3, 3] + move, **TIGHT)
    torch.testing.assert_close(moved[:, :3, :3], start[:, :3, :3], **TIGHT)


def test_corrections_of_zero_change_nothing_and_weights_stay_weights() -> None:
    code = RigCode(torch.rand(FRAMES, EXPRESSIONS), torch.zeros(FRAMES, 2, 2), poses(FRAMES), poses(FRAMES))
    motion = Motion(code, torch.zeros(FRAMES, MODES))
    values = {name: value.clone() for name, value in table().value.items()}
    same = corrected(motion, values)
    for name, value in vars(code).items():
        torch.testing.assert_close(getattr(same.code, name), value, **TIGHT)
    values["expression"] += torch.tensor([-2.0, 2.0, 0.0, 0.0, 0.0])
    expression = corrected(motion, values).code.expression
    assert (expression[:, 0] == 0).all() and (expression[:, 1] == 1).all()


def test_a_frames_own_adam_is_adam() -> None:
    """A frame visited now and then moves as ``torch.optim.Adam`` does that knows of its visits only."""
    ours, row = table(smooth=0.0), torch.tensor([4])
    theirs = torch.nn.Parameter(torch.zeros(1, 3))
    optimizer = torch.optim.Adam([theirs], lr=MotionConfig().rotation, betas=(0.8, 0.95), eps=1e-12)
    generator = torch.Generator().manual_seed(1)
    for _ in range(9):
        gradient = torch.randn(1, 3, generator=generator)
        for visited, grad in ((row, gradient), (torch.tensor([2]), -gradient)):  # another frame in between
            leaf = ours.leaf(visited)
            leaf["head_turn"].grad = grad
            ours.step(visited, leaf, 1.0)
        theirs.grad = gradient
        optimizer.step()
    torch.testing.assert_close(ours.value["head_turn"][row], theirs.data, rtol=1e-5, atol=1e-8)
    assert not ours.value["head_turn"][0].any() and not ours.value["eyes"].any()


def test_neighbours_pull() -> None:
    pulled = table(smooth=0.5)
    pulled.value["eyes"][[2, 4]] = 1.0
    leaf = pulled.leaf(torch.tensor([3]))
    leaf["eyes"].grad = torch.zeros(1, 4)
    pulled.step(torch.tensor([3]), leaf, 1.0)
    torch.testing.assert_close(pulled.value["eyes"][3], torch.full((4,), 0.5))


def test_a_step_of_a_batch_is_the_steps_of_its_frames() -> None:
    whole, single = table(smooth=0.0), table(smooth=0.0)
    gradient = torch.randn(2, EXPRESSIONS, generator=torch.Generator().manual_seed(2))
    rows = torch.tensor([1, 5])
    leaf = whole.leaf(rows)
    leaf["expression"].grad = gradient
    whole.step(rows, leaf, 0.5)
    for index, row in enumerate(rows):
        leaf = single.leaf(row[None])
        leaf["expression"].grad = gradient[index : index + 1]
        single.step(row[None], leaf, 0.5)
    torch.testing.assert_close(whole.value["expression"], single.value["expression"])


def test_centre_keeps_one_gauge() -> None:
    centred, rows = table(), torch.arange(FRAMES - 2)
    for value in centred.value.values():
        value += torch.randn(value.shape, generator=torch.Generator().manual_seed(5)) + 1
    before = {name: value.clone() for name, value in centred.value.items()}
    centred.centre(rows)
    for name in KINDS:
        value = centred.value[name]
        torch.testing.assert_close(value[FRAMES - 2 :], before[name][FRAMES - 2 :])  # held-out frames stay
        if name in ("expression", "eyes"):  # their zero is the rig's, not a gauge
            torch.testing.assert_close(value, before[name])
        else:
            torch.testing.assert_close(value[rows].mean(0), torch.zeros(value.shape[1]), **TIGHT)
            apart = before[name][1] - before[name][0]
            torch.testing.assert_close(value[1] - value[0], apart, **TIGHT)


@pytest.mark.parametrize("name", KINDS)
def test_a_checkpoint_holds_the_moments(name: str) -> None:
    ours, again = table(), table()
    rows = torch.tensor([0, 3])
    for _ in range(2):
        leaf = ours.leaf(rows)
        leaf[name].grad = torch.ones_like(leaf[name])
        ours.step(rows, leaf, 1.0)
    again.load({key: value.clone() for key, value in ours.tensors().items()})
    for one in (ours, again):
        leaf = one.leaf(rows)
        leaf[name].grad = -torch.ones_like(leaf[name])
        one.step(rows, leaf, 1.0)
    assert ours.value[name][rows].any()
    torch.testing.assert_close(again.value[name], ours.value[name], rtol=0, atol=0)


def test_training_frames_of_another_version_are_refused_by_name(tmp_path) -> None:
    import pytest

    from lifemask.avatar.store import FrameStore
    from lifemask.errors import FormatError

    (tmp_path / "frames.json").write_text('{"count": 3, "view": [0, 0, 8, 8, [8, 8]]}')
    with pytest.raises(FormatError, match="no finished training frames"):
        FrameStore.open(tmp_path)

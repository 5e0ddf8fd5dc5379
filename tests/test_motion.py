"""Corrections of poses and codes: about the right point, with the right Adam, in one gauge."""

from dataclasses import replace

import pytest
import torch

from lifemask.avatar.config import MotionConfig
from lifemask.avatar.motion import KINDS, TORSO_PIVOT_M, Motion, MotionTable, corrected, nudge, widths
from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.rig.code import RigCode

FRAMES, EXPRESSIONS, MODES, FACE_MODES = 7, 5, 3, 2
TIGHT = {"rtol": 0, "atol": 1e-6}
"""float32 sums of a few numbers below 1."""


def poses(count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    turn = torch.randn(count, 3, generator=generator)
    return rigid(rotation_from_axis_angle(turn), torch.randn(count, 3, generator=generator))


def motion() -> Motion:
    code = RigCode(torch.rand(FRAMES, EXPRESSIONS), torch.zeros(FRAMES, 2, 2), poses(FRAMES), poses(FRAMES))
    return Motion(code, torch.zeros(FRAMES, MODES), torch.zeros(FRAMES, FACE_MODES))


def table(**settings: float) -> MotionTable:
    return MotionTable(motion(), replace(MotionConfig(), **settings))


def columns(name: str) -> slice:
    """Where a kind of correction stands."""
    sizes = widths(motion())
    first = sum(list(sizes.values())[: KINDS.index(name)])
    return slice(first, first + sizes[name])


def gradient(rows: torch.Tensor, **parts: torch.Tensor) -> torch.Tensor:
    """A gradient of some rows that is zero but for ``parts``."""
    out = torch.zeros(len(rows), sum(widths(motion()).values()))
    for name, value in parts.items():
        out[:, columns(name)] = value
    return out


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
    before, values = motion(), table().value.clone()
    same = corrected(before, values)
    for name, value in vars(before.code).items():
        if value is not None:
            torch.testing.assert_close(getattr(same.code, name), value, **TIGHT)
    values[:, columns("expression")] += torch.tensor([-2.0, 2.0, 0.0, 0.0, 0.0])
    expression = corrected(before, values).code.expression
    assert not expression[:, 0].any() and (expression[:, 1] == 1).all()


def test_the_table_is_adam_for_every_frame() -> None:
    """A frame visited now and then moves as ``torch.optim.Adam`` does that knows of its visits only."""
    ours, row = table(smooth=0.0), torch.tensor([4])
    theirs = torch.nn.Parameter(torch.zeros(1, 3))
    optimizer = torch.optim.Adam([theirs], lr=MotionConfig().rotation, betas=(0.8, 0.95), eps=1e-12)
    generator = torch.Generator().manual_seed(1)
    for _ in range(9):
        pull = torch.randn(1, 3, generator=generator)
        for visited, grad in ((row, pull), (torch.tensor([2]), -pull)):  # another frame in between
            ours.step(visited, gradient(visited, head_turn=grad), 1.0)
        theirs.grad = pull
        optimizer.step()
    torch.testing.assert_close(ours.value[row, columns("head_turn")], theirs.data, rtol=1e-5, atol=1e-8)
    assert not ours.value[0].any() and not ours.value[:, columns("eyes")].any()


def test_neighbours_pull() -> None:
    pulled, row = table(smooth=0.5), torch.tensor([3])
    pulled.value[[2, 4], columns("eyes")] = 1.0
    pulled.step(row, gradient(row), 1.0)
    torch.testing.assert_close(pulled.value[3, columns("eyes")], torch.full((4,), 0.5))


def test_a_step_of_a_batch_is_the_steps_of_its_frames() -> None:
    whole, single = table(smooth=0.0), table(smooth=0.0)
    pull = torch.randn(2, EXPRESSIONS, generator=torch.Generator().manual_seed(2))
    rows = torch.tensor([1, 5])
    whole.step(rows, gradient(rows, expression=pull), 0.5)
    for index, row in enumerate(rows):
        single.step(row[None], gradient(row[None], expression=pull[index : index + 1]), 0.5)
    assert whole.value.any()
    torch.testing.assert_close(whole.value, single.value)


def test_centre_keeps_one_gauge() -> None:
    centred, rows = table(), torch.arange(FRAMES - 2)
    centred.value += torch.randn(centred.value.shape, generator=torch.Generator().manual_seed(5)) + 1
    whole = centred.value.clone()
    centred.centre(rows)
    for name in KINDS:
        value, before = centred.value[:, columns(name)], whole[:, columns(name)]
        torch.testing.assert_close(value[FRAMES - 2 :], before[FRAMES - 2 :])  # held-out frames stay
        if name in ("expression", "eyes"):  # their zero is the rig's, not a gauge
            torch.testing.assert_close(value, before)
        else:
            torch.testing.assert_close(value[rows].mean(0), torch.zeros(value.shape[1]), **TIGHT)
            torch.testing.assert_close(value[1] - value[0], before[1] - before[0], **TIGHT)


@pytest.mark.parametrize("name", KINDS)
def test_a_checkpoint_holds_the_moments(name: str) -> None:
    ours, again = table(), table()
    rows = torch.tensor([0, 3])
    pull = gradient(rows, **{name: torch.ones(2, widths(motion())[name])})
    for _ in range(2):
        ours.step(rows, pull, 1.0)
    again.load({key: value.clone() for key, value in ours.tensors().items()})
    for one in (ours, again):
        one.step(rows, -pull, 1.0)
    assert ours.value[rows, columns(name)].any()
    torch.testing.assert_close(again.value, ours.value, rtol=0, atol=0)


def test_training_frames_of_another_version_are_refused_by_name(tmp_path) -> None:
    import pytest

    from lifemask.avatar.store import FrameStore
    from lifemask.errors import FormatError

    (tmp_path / "frames.json").write_text('{"count": 3, "view": [0, 0, 8, 8, [8, 8]]}')
    with pytest.raises(FormatError, match="no finished training frames"):
        FrameStore.open(tmp_path)

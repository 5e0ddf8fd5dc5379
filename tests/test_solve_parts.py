"""The pieces of the solve against slow twins: derivatives, the banded system, the skin's brightness."""

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from lifemask.geometry.camera import View
from lifemask.geometry.rotation import left_jacobian, rotation_from_axis_angle
from lifemask.rig.bust import load_bust
from lifemask.tracking.banded import second_difference, second_difference_gradient, solve_coupled
from lifemask.tracking.config import TrackingConfig
from lifemask.tracking.landmark_model import ClipCamera, LandmarkModel, rigid_irises, used_landmarks
from lifemask.tracking.skin_store import SkinStore, SkinStoreWriter, skin_view
from lifemask.tracking.texture import HIDDEN, LOOK, QUANTUM, band, look
from lifemask.tracking.windows import windows


def test_left_jacobian_is_the_derivative_of_the_exponential() -> None:
    vector = torch.tensor([[0.3, -0.8, 0.5], [1e-5, 2e-5, 0.0]], dtype=torch.float64)
    direction, step = torch.tensor([0.2, 0.5, -0.7], dtype=torch.float64), 1e-6
    moved = rotation_from_axis_angle(vector + step * direction) @ rotation_from_axis_angle(vector).transpose(-1, -2)
    found = torch.stack([moved[:, 2, 1], moved[:, 0, 2], moved[:, 1, 0]], -1) / step
    torch.testing.assert_close(found, left_jacobian(vector) @ direction, atol=1e-5, rtol=0)  # second order in the step


def test_derivatives_of_the_landmarks_are_those_of_finite_differences() -> None:
    generator = torch.Generator().manual_seed(0)
    model = LandmarkModel.from_rig(load_bust(), used_landmarks())
    layout, camera = model.layout, ClipCamera(900.0, 1.1, torch.tensor([256.0, 250.0]))
    state = torch.randn(2, layout.size, generator=generator) * 0.2
    state[:, layout.move] = torch.tensor([0.02, 0.01, 0.9])
    state[:, layout.expression] = torch.rand(2, layout.expressions, generator=generator)
    offset = rigid_irises(torch.randn(len(model.mean), 3, generator=generator) * 1e-3)
    person = model.person(torch.randn(len(model.identity), generator=generator), offset)
    found = person.linearised(state, camera).jacobian
    for column in range(layout.size):
        step = torch.zeros(layout.size)
        step[column] = 2e-3 if column < 6 else 1e-2
        ahead, behind = (person.linearised(state + sign * step, camera).pixels for sign in (1, -1))
        true = (ahead - behind) / (2 * step[column])
        # float32 pixels of some hundred: 3e-5 px over a step of 2e-3 is 0.015 px a unit; the scale here is up to 1000.
        torch.testing.assert_close(found[..., column], true, atol=max(0.05, 0.005 * float(true.abs().max())), rtol=0)


def test_the_banded_system_is_the_dense_one() -> None:
    random, frames, size = np.random.default_rng(0), 7, 4
    roots = random.normal(size=(frames, size, size))
    blocks = roots @ roots.transpose(0, 2, 1) + np.eye(size)
    gradient, stiffness = random.normal(size=(frames, size)), random.uniform(0, 3, (frames - 2, size))
    free = random.uniform(size=(frames, size)) > 0.2
    dense = np.zeros((frames, size, frames, size))
    for frame in range(frames):
        dense[frame, :, frame] = blocks[frame]
    for row in range(frames - 2):
        for column in range(size):
            bend = np.zeros((frames, size))
            bend[row : row + 3, column] = 1, -2, 1
            dense += stiffness[row, column] * bend[:, :, None, None] * bend
    dense, loose = dense.reshape(frames * size, -1), free.ravel()
    expected = np.zeros(frames * size)
    expected[loose] = np.linalg.solve(dense[np.ix_(loose, loose)], -gradient.ravel()[loose])
    found = solve_coupled(torch.as_tensor(blocks), gradient, stiffness, free)
    np.testing.assert_allclose(found.ravel(), expected, atol=1e-9)


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_short_windows_have_a_system_too(frames: int) -> None:
    blocks = torch.eye(2).repeat(frames, 1, 1)
    found = solve_coupled(blocks, np.ones((frames, 2)), np.zeros((max(frames - 2, 0), 2)), np.ones((frames, 2), bool))
    np.testing.assert_allclose(found, -1)


def test_second_difference_and_its_transpose() -> None:
    random = np.random.default_rng(0)
    values, weights = random.normal(size=(9, 3)), random.normal(size=(7, 3))
    left, right = (second_difference(values) * weights).sum(), (values * second_difference_gradient(weights, 9)).sum()
    assert left == pytest.approx(right)


@pytest.mark.parametrize("count", [1, 90, 400, 601, 5000])
def test_windows_keep_every_frame_once(count: int) -> None:
    config, kept = TrackingConfig(), []
    for window in windows(count, config):
        assert 0 <= window.first <= window.keep_from < window.keep_to <= window.end <= count
        assert len(window.rows) <= 1.5 * config.window + 2 * config.overlap
        assert window.rows[window.inner].tolist() == window.kept.tolist()
        kept += window.kept.tolist()
    assert kept == list(range(count))


def test_the_band_drops_shading_and_keeps_the_mark() -> None:
    rows, columns = np.mgrid[:64, :64]
    shade = 20000 + 300 * columns
    mark = 8000 * np.exp(-((rows - 32) ** 2 + (columns - 32) ** 2) / (2 * 2.0**2))
    picture = (shade + mark).astype(np.uint16) | 1
    picture[:, :5] &= ~np.uint16(1)
    found = band(picture, 1.0, 4.0)
    assert (found[:, :5] == HIDDEN).all() and (found[:, 5:] != HIDDEN).all()
    assert found[32, 32] * QUANTUM > 0.03  # the mark, an eighth of white, less what the wide Gaussian keeps
    assert np.abs(found[10, 20:44] * QUANTUM).max() < 1e-3  # a ramp is in no band


def test_what_a_point_shows_changes_as_its_derivatives_say() -> None:
    random = np.random.default_rng(0)
    smooth = gaussian_filter(random.normal(size=(96, 96)), 3)
    image = np.rint(smooth / np.abs(smooth).max() * 20000).astype(np.int16)
    points = random.uniform(-0.03, 0.03, (40, 3)).astype(np.float32)
    normal = np.tile(np.float32([0, 0, 1]), (40, 1))
    weight, lens = np.ones(40, np.float32), np.array([400.0, 48.0, 48.0])
    frontal, place = np.diag([1.0, -1.0, -1.0]), np.array([0.001, 0.002, 0.6])

    def seen(turn: np.ndarray, move: np.ndarray, focal: float = 1.0, shift: np.ndarray | None = None) -> np.ndarray:
        rotation = rotation_from_axis_angle(torch.as_tensor(turn)).numpy() @ frontal
        out = np.empty((40, LOOK), np.float32)
        at = points if shift is None else points + shift.astype(np.float32)
        look(
            image,
            at,
            normal,
            weight,
            rotation,
            (place + move) * [1, 1, focal],
            np.eye(3),
            1.0,
            lens * [focal, 1, 1],
            out,
        )
        return out.astype(float)

    none = np.zeros(3)
    base = seen(none, none)
    assert (base[:, 0] > 0).all()
    axes = np.eye(3)
    cases = [(2 + k, 1e-2, lambda s, k=k: seen(s * axes[k], none)) for k in range(3)]
    cases += [(5 + k, 5e-4, lambda s, k=k: seen(none, s * axes[k])) for k in range(3)]
    cases += [(8, 1e-2, lambda s: seen(none, none, focal=float(np.exp(s))))]
    cases += [(9 + k, 5e-4, lambda s, k=k: seen(none, none, shift=s * axes[k])) for k in range(3)]
    for column, step, at in cases:
        true = (at(step)[:, 1] - at(-step)[:, 1]) / (2 * step)
        # The picture is bilinear: a step across a pixel's border sees two slopes.
        assert np.corrcoef(true, base[:, column])[0, 1] > 0.99
        assert np.polyfit(base[:, column], true, 1)[0] == pytest.approx(1, abs=0.05)


def test_a_skin_store_gives_back_what_it_was_shown(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    view = View(4.0, 6.0, 40.0, 40.0, (40, 40))
    writer = SkinStoreWriter(tmp_path / "skin", view)
    frames = random.integers(0, 256, (3, 60, 50, 3), dtype=np.uint8)
    matte = np.zeros((60, 50), np.uint8)
    matte[:, 20:] = 255
    for frame in frames:
        writer.add(frame, matte)
    writer.close()
    store = SkinStore.open(tmp_path / "skin")
    assert store.count == 3 and store.view == view
    picture = store.picture(2)
    expected = frames[2, 6:46, 4:44].astype(float).mean(-1) / 255
    np.testing.assert_allclose(picture / 65535, expected, atol=0.001)  # the lowest bit, and the rounding of the sum
    assert (picture[:, 16:] & 1).all() and not (picture[:, :15] & 1).any()


def test_the_skin_view_holds_the_face_inside_the_frame() -> None:
    face = np.random.default_rng(0).uniform([300, 10], [420, 150], (5, 478, 2))
    view = skin_view(face, (432, 240))
    assert view.left_px >= 0 and view.top_px >= 0
    assert view.left_px + view.width_px <= 432 and view.top_px + view.height_px <= 240
    assert view.width_px == view.height_px and view.left_px < 300 and view.left_px + view.width_px > 420

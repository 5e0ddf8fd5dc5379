"""A frame's gain is read off what stands still behind the person, and is not learned into the avatar."""

from pathlib import Path

import numpy as np
import pytest
import torch

from lifemask.avatar.exposure import lighting
from lifemask.avatar.frames import FrameSource
from lifemask.avatar.store import FrameStore, FrameStoreWriter
from lifemask.geometry.camera import Camera, View

SIZE = 96
GAINS = np.array([[1.0, 1.0, 1.0], [1.1, 1.1, 1.1], [0.8, 0.9, 1.0], [1.0, 1.0, 1.0], [1.05, 1.0, 0.95]])


def room() -> np.ndarray:
    chance = np.random.default_rng(0)
    coarse = chance.integers(40, 190, (6, 6, 3)).repeat(SIZE // 6, 0).repeat(SIZE // 6, 1)
    return (coarse + chance.integers(-8, 8, coarse.shape)).astype(np.uint8)


def filmed(folder: Path, gains: np.ndarray, *, person: bool = True, covered: bool = False) -> FrameStore:
    """The room under each gain, with sensor noise and somebody of other colours in the middle who moves."""
    chance, writer = np.random.default_rng(1), FrameStoreWriter(folder, View(0, 0, SIZE, SIZE, (SIZE, SIZE)))
    for index, gain in enumerate(gains):
        image = room().astype(float)
        matte = np.full((SIZE, SIZE), 255 if covered else 0, np.uint8)
        if person:
            image[30:80, 30 + 3 * index : 60 + 3 * index] = [200, 30, 90]
            matte[30:80, 30 + 3 * index : 60 + 3 * index] = 255
            image[:8, :8] = 250  # something that the matte has missed
        image = image * gain + chance.normal(0, 2, image.shape)
        writer.add(image.clip(0, 255).round().astype(np.uint8), matte)
    return writer.close()


def test_gains_are_those_that_were_put_in(tmp_path: Path) -> None:
    found = lighting(filmed(tmp_path, GAINS), room()).gains
    assert found is not None
    np.testing.assert_allclose(found, GAINS, atol=0.004)  # noise of 2 in 128 over thousands of pixels, rounding


def test_a_steady_clip_has_none(tmp_path: Path) -> None:
    assert lighting(filmed(tmp_path, np.ones((4, 3))), room()).gains is None


def test_frames_without_background_take_their_neighbours_gains(tmp_path: Path) -> None:
    store = filmed(tmp_path / "a", GAINS[[1, 2, 2]])
    mattes = (tmp_path / "a" / "mattes.u8").read_bytes()
    frame = SIZE * SIZE
    (tmp_path / "a" / "mattes.u8").write_bytes(mattes[:frame] + b"\xff" * frame + mattes[2 * frame :])
    found = lighting(store, room()).gains
    assert found is not None
    np.testing.assert_allclose(found[1], (GAINS[1] + GAINS[2]) / 2, atol=0.004)
    assert lighting(filmed(tmp_path / "b", GAINS, covered=True), room()).gains is None


def test_a_render_is_compared_under_the_frames_own_gain(tmp_path: Path) -> None:
    camera = Camera((100.0, 100.0), (SIZE / 2, SIZE / 2), (SIZE, SIZE))
    source = FrameSource(filmed(tmp_path, GAINS, person=False), room(), camera, "cpu")
    batch = source.batch(torch.tensor([2, 4]))
    behind = batch.plate[None].expand(2, -1, -1, -1)
    assert (behind - batch.image).abs().mean() > 0.03
    # What is left is the noise that was put in: 2 of 255, mean absolute value of a Gaussian.
    assert (batch.exposed(behind) - batch.image).abs().mean() == pytest.approx(0.8 * 2 / 255, rel=0.15)
    half = source.batch(torch.tensor([2, 4]), 2)
    assert half.gain is not None and torch.equal(half.gain, batch.gain)


def test_light_that_falls_on_a_part_of_the_background_is_the_backgrounds_own(tmp_path: Path) -> None:
    """A lamp on the left that slowly goes up: no gain of the camera, and the person stays as bright as before."""
    count, chance = 60, np.random.default_rng(2)
    writer = FrameStoreWriter(tmp_path, View(0, 0, SIZE, SIZE, (SIZE, SIZE)))
    lamp = np.linspace(0, 0.3, count)
    fall = np.clip(1 - np.arange(SIZE) / (SIZE / 2.5), 0, 1)[None, :, None]
    for index in range(count):
        image = room() * (1 + lamp[index] * fall) + chance.normal(0, 2, (SIZE, SIZE, 3))
        matte = np.zeros((SIZE, SIZE), np.uint8)
        image[30:80, 50:70], matte[30:80, 50:70] = [200, 30, 90], 255
        writer.add(image.clip(0, 255).round().astype(np.uint8), matte)
    store = writer.close()
    found = lighting(store, room())
    assert found.field is not None
    # Most of the wall has none of the lamp; what the camera is said to have done is at most its faint outskirts.
    assert found.gains is None or abs(found.gains - 1).max() < 0.015
    # 24 % brighter on the average of the first cells, less what the smoothing takes at both ends.
    assert abs(found.field[-1, :, 0].mean() / found.field[0, :, 0].mean() - 1.2) < 0.05
    assert abs(found.field[:, :, 3:] - 1).max() < 0.03
    source = FrameSource(store, room(), Camera((100.0, 100.0), (SIZE / 2, SIZE / 2), (SIZE, SIZE)), "cpu")
    batch = source.batch(torch.tensor([0, count - 1]))
    empty = batch.matte == 0
    followed = (batch.exposed(batch.behind(2)) - batch.image).abs().mean(-1)[empty].mean()
    ignored = (source.plates[1] - batch.image).abs().mean(-1)[empty].mean()
    assert followed < 0.5 * ignored
    assert source.batch(torch.tensor([3]), 2).plate.shape == (1, SIZE // 2, SIZE // 2, 3)

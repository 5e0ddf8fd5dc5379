"""A finished avatar follows its person: the fit of held-out frames, and ``track --refine`` on a clip of its own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from conftest import TinyRun
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.frames import FrameSource
from lifemask.avatar.store import FrameStore
from lifemask.errors import ConfigError, FileMissingError
from lifemask.pipeline.create import create
from lifemask.pipeline.measure import tracking_error
from lifemask.pipeline.run import RunFolder
from lifemask.pipeline.stages.mattes import load_plate
from lifemask.rig.bust import load_bust
from lifemask.tracking.record import Tracking


@pytest.fixture(scope="module")
def followed(tiny_run: TinyRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clip of the tiny run once more, tracked with the avatar that was made of it."""
    folder = tmp_path_factory.mktemp("followed") / "run"
    create(tiny_run.clip, folder, replace(tiny_run.config, refine=tiny_run.folder), until="tracking")
    return folder


def psnr_db(avatar: Avatar, run: Path, tracking: Tracking, modes: bool) -> float:
    """Of the avatar's pictures with a tracking's motion against the frames of its run."""
    store = FrameStore.open(run / "frames")
    with RunFolder.reopen(run) as folder:
        plate = load_plate(folder)
    source = FrameSource(store, plate, tracking.camera, "cpu")
    rows = torch.arange(0, store.count, 5)
    motion = avatar.motion(tracking)
    if not modes:
        motion = replace(motion, modes=torch.zeros_like(motion.modes))
    batch = source.batch(rows)
    with torch.no_grad():
        image = avatar.draw(motion.rows(rows), batch)[0].clamp(0, 1)
    return float((-10 * (image - batch.image).square().mean((1, 2, 3)).log10()).mean())


def test_an_avatar_follows_its_person(followed: Path, tiny_run: TinyRun) -> None:
    avatar = Avatar.load(tiny_run.folder)
    before, after = (Tracking.load(followed / f"{name}.safetensors") for name in ("tracking", "refined"))
    assert after.refined and not before.refined
    tracked, refined = psnr_db(avatar, followed, before, False), psnr_db(avatar, followed, after, True)
    # Each frame only keeps what lowers its loss; the avatar has seen these pictures, so there is not much to gain.
    assert refined > tracked + 0.1
    # The avatar's own surface is the person's.
    neutral = load_bust().template + torch.as_tensor(after.vertex_offset_m)
    np.testing.assert_allclose(neutral.numpy(), avatar.neutral.numpy(), atol=1e-6)


def test_the_followed_head_is_where_it_is(followed: Path, tiny_run: TinyRun) -> None:
    error = tracking_error(Tracking.load(followed / "refined.safetensors"), tiny_run.clip)
    assert error["rotation_deg"] < 1.5 and error["translation_share"] < 0.005  # on a face of 60 pixels


def test_refining_makes_no_avatar(tiny_run: TinyRun, tmp_path: Path) -> None:
    config = replace(tiny_run.config, refine=tiny_run.folder)
    with pytest.raises(ConfigError, match=r"(?s)there is already.*lifemask track .* --refine"):
        create(tiny_run.clip, tmp_path / "run", config)


def test_a_folder_without_an_avatar_cannot_refine(tiny_run: TinyRun, tmp_path: Path) -> None:
    config = replace(tiny_run.config, refine=tmp_path)
    with pytest.raises(FileMissingError, match=r"holds no avatar\.safetensors"):
        create(tiny_run.clip, tmp_path / "run", config, until="tracking")

"""What the end-to-end tests share: ``--slow``, the built-in subject on film, and one tiny finished run."""

import lifemask.cli  # noqa: F401, I001  (first: it says how many threads NumPy takes)

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

SECONDS, FPS, SIZE = 2.08, 25.0, 160
"""Just longer than the shortest clip that is taken (2 s), on the smallest picture with 60 pixels of face."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the long forms too (marked slow)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="the long form; run with --slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def talking_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The subject talking, ``SECONDS`` long, with its truth beside it."""
    from lifemask.synthetic import render_clip

    path = tmp_path_factory.mktemp("clip") / "talking.mp4"
    render_clip(path, seconds=SECONDS, fps=FPS, size=SIZE)
    return path


@pytest.fixture(scope="session")
def talking_frames(talking_clip: Path) -> list[np.ndarray]:
    """The pictures of ``talking_clip``, uint8 ``[SIZE, SIZE, 3]``."""
    from lifemask.media.video import read_frames

    return [frame.image for frame in read_frames(talking_clip)]


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """``film(name, images, fps=25)``: the pictures as an mp4 file."""
    from lifemask.media.video import VideoWriter

    folder = tmp_path_factory.mktemp("films")

    def write(name: str, images: list[np.ndarray], fps: float = FPS) -> Path:
        height, width = images[0].shape[:2]
        with VideoWriter(folder / name, fps, (width, height)) as writer:
            for image in images:
                writer.write(image)
        return folder / name

    return write


@pytest.fixture(scope="session")
def two_faces_clip(film: Callable[..., Path], talking_frames: list[np.ndarray]) -> Path:
    """Two people side by side: a smaller one on the left, the subject on the right from ``SIZE`` on."""
    from PIL import Image

    small = 136
    images = []
    for index, large in enumerate(talking_frames):
        other = talking_frames[-1 - index][:, ::-1]
        left = np.broadcast_to(large[:1, :1], (SIZE, SIZE, 3)).copy()
        left[SIZE - small :, :small] = np.asarray(Image.fromarray(other).resize((small, small)))
        images.append(np.concatenate([left, large], 1))
    return film("two-faces.mp4", images)


@dataclass(frozen=True)
class TinyRun:
    """A finished ``create`` that nobody may write into; copy ``folder`` to go on with it."""

    clip: Path
    folder: Path
    config: object
    metrics: dict


def tiny_config(**changes: object) -> object:
    """Settings that make an avatar in seconds; ``changes`` are fields of ``CreateConfig``, and ``images``."""
    from lifemask.avatar.config import AvatarConfig, TrainingConfig
    from lifemask.pipeline.config import CreateConfig
    from lifemask.speech.config import MouthTraining
    from lifemask.tracking.config import TrackingConfig

    avatar = AvatarConfig(gaussians=2000, head_bases=4, torso_bases=2, hidden=16)
    training = TrainingConfig(images=changes.pop("images", 60), avatar=avatar)
    settings = {
        "resolution": 64,
        "device": "cpu",
        "tracking": TrackingConfig(iterations=60),
        "training": training,
        "speech": MouthTraining(members=2, steps=4),
    }
    return CreateConfig(**(settings | changes))


@pytest.fixture(scope="session")
def tiny_run(talking_clip: Path, tmp_path_factory: pytest.TempPathFactory) -> TinyRun:
    """``create`` of ``talking_clip`` with ``tiny_config()``."""
    from lifemask.pipeline.create import create

    folder, config = tmp_path_factory.mktemp("tiny") / "run", tiny_config()
    return TinyRun(talking_clip, folder, config, create(talking_clip, folder, config).metrics)

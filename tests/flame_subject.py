"""The built-in subject as a FLAME fit: exact poses of the test model, for the images of a rendered clip."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy.spatial.transform import Rotation

from flame_model import ORIGIN
from lifemask.formats.flame_sequence import FlameSequence, still
from lifemask.media.video import read_frames
from lifemask.rig.skinning import gaze_rotation
from lifemask.synthetic import load_truth

JAW_OPEN_RAD = 0.35
"""Turn of the test model's jaw that comes nearest to the bust's jawOpen."""


def fit_of(clip: Path) -> FlameSequence:
    """The clip's truth in FLAME's terms: identity and expressions are the bust's own, its jaw becomes a joint."""
    truth = load_truth(clip)
    count, names = len(truth), list(truth.expression_names)
    opened = truth.expression[:, names.index("jawOpen")]
    others = [column for column, name in enumerate(names) if name != "jawOpen"]
    expression, shape = np.zeros((count, 100)), np.zeros(300)
    expression[:, : len(others)], shape[: len(truth.identity)] = truth.expression[:, others], truth.identity
    camera = truth.camera_from_head.astype(float).copy()
    camera[:, :3, 3] -= camera[:, :3, :3] @ ORIGIN
    eyes = gaze_rotation(torch.as_tensor(truth.eyes).double()).numpy()
    jaw = Rotation.from_rotvec(JAW_OPEN_RAD * opened[:, None] * [1.0, 0.0, 0.0]).as_matrix()
    return FlameSequence(
        shape=shape,
        expression=expression,
        root=still(count),
        neck=still(count),
        jaw=jaw,
        eye_left=eyes[:, 0],
        eye_right=eyes[:, 1],
        root_translation_m=np.zeros((count, 3)),
        eyelids=np.zeros((count, 2)),
        camera_from_world=camera,
        intrinsics=np.tile(truth.camera.matrix, (count, 1, 1)),
        size_wh=truth.camera.size_wh,
        frame_id=tuple(f"{row:05d}" for row in range(count)),
    )


def with_images(sequence: FlameSequence, clip: Path, folder: Path) -> FlameSequence:
    """The same with the clip's frames as PNG files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / f"{name}.png" for name in sequence.frame_id)
    for path, frame in zip(paths, read_frames(clip), strict=True):
        Image.fromarray(frame.image).save(path)
    return replace(sequence, image_path=paths)

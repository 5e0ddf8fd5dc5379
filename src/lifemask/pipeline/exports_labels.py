"""The 19 labels of CelebAMask-HQ for the frames of a run: a parser's, if the run has them, else the fitted rig's."""

from collections.abc import Iterator

import numpy as np
import torch

from lifemask.formats.masks import LABELS
from lifemask.media.video import read_grey
from lifemask.perception.regions import region_map
from lifemask.pipeline.run import RunFolder
from lifemask.pipeline.stages.mattes import MATTES, PARSING
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices
from lifemask.tracking.build import neutral_of
from lifemask.tracking.record import Tracking

# "eyes" and "ears" are split by the side of the head below.
_LABEL_OF = {"face": "skin", "mouth": "mouth", "nose": "nose", "neck": "neck", "shoulders": "cloth", "scalp": "hair"}
_SIDED = {"eyes": ("eye_left", "eye_right"), "ears": ("ear_left", "ear_right")}
_PERSON = 127
"""From above this alpha (0..255) a pixel belongs to the person."""


def frame_labels(run: RunFolder, tracking: Tracking, rig: HeadRig) -> Iterator[np.ndarray]:
    """Labels uint8 ``[H, W]`` of every tracked frame in order, one in memory at a time."""
    if run.file(PARSING).exists():
        yield from read_grey(run.file(PARSING))
        return
    neutral = neutral_of(tracking, rig)
    for row, matte in enumerate(read_grey(run.file(MATTES))):
        vertices = pose_vertices(rig, neutral, tracking.code(slice(row, row + 1)))[0]
        yield rig_labels(vertices, tracking, rig, matte)


def rig_labels(vertices: torch.Tensor, tracking: Tracking, rig: HeadRig, matte: np.ndarray) -> np.ndarray:
    """Labels ``[H, W]`` of posed ``vertices [V, 3]`` (camera's frame), cut by the ``matte [H, W]`` uint8; what of the
    person the rig does not cover is hair above the neck, and cloth below."""
    number = {name: index for index, name in enumerate(LABELS)}
    masks = region_map(vertices.numpy(), tracking.camera, rig)
    labels = np.zeros(matte.shape, np.uint8)
    for region, name in _LABEL_OF.items():
        labels[masks[region]] = number[name]
    middle = float(tracking.camera.project(rig.landmarks(vertices))[:, 0].mean())
    on_left = np.arange(matte.shape[1]) + 0.5 > middle  # the subject's left is the image's right
    for region, (left, right) in _SIDED.items():
        labels[masks[region]] = number[right]
        labels[masks[region] & on_left] = number[left]
    bare = (matte > _PERSON) & (labels == 0)
    below = np.arange(matte.shape[0])[:, None] > _lowest_row(masks["face"] | masks["mouth"])
    labels[bare] = number["hair"]
    labels[bare & below] = number["cloth"]
    labels[matte <= _PERSON] = 0
    return labels


def _lowest_row(mask: np.ndarray) -> int:
    rows = np.flatnonzero(mask.any(1))
    return int(rows[-1]) if len(rows) else mask.shape[0]

"""A motion is frames of poses, expression and gaze: the record itself, and the rigid moves it is made of."""

from dataclasses import dataclass

import numpy as np
import torch

from lifemask.rig.bust import load_bust
from lifemask.rig.code import RigCode
from lifemask.synthetic.gestures import gaze_expressions
from lifemask.synthetic.voice_words import Utterance

HEAD_AT_M = np.array([0.0, -0.034, 0.92])
"""Where the rest pose's eyes are in the camera's frame (x right, y down, z forward)."""
IN_CAMERA = np.block([[np.diag([1.0, -1.0, -1.0]), HEAD_AT_M[:, None]], [np.zeros((1, 3)), np.ones((1, 1))]])
"""``[4, 4]``: the camera's frame from the rest frame, whose axes are the head's."""
ATLAS_M = np.array([0.0, -0.075, -0.075])
"""The head turns about this point of the rest frame."""
WAIST_M = np.array([0.0, -0.60, -0.12])
"""The torso sways about this point of the rest frame."""
NEUTRAL_GAZE_PITCH_RAD = -0.02

Tracks = dict[str, np.ndarray]
"""Weights ``[T]`` by the name of the expression."""


@dataclass(frozen=True)
class SubjectMotion:
    """``T`` frames of exact motion: ``expression [T, E]`` with its names, ``eyes [T, 2, 2]`` gaze (yaw,
    pitch) in radians, left then right, ``camera_from_head`` and ``camera_from_torso [T, 4, 4]``; float64
    arrays. ``said`` is what the subject says, None in silence."""

    fps: float
    seed: int
    expression_names: tuple[str, ...]
    expression: np.ndarray
    eyes: np.ndarray
    camera_from_head: np.ndarray
    camera_from_torso: np.ndarray
    said: Utterance | None = None

    def __len__(self) -> int:
        return len(self.expression)

    @property
    def timestamp_s(self) -> np.ndarray:
        """Seconds ``[T]`` from the first frame."""
        return np.arange(len(self)) / self.fps

    def code(self) -> RigCode:
        """The same as a rig code, float32."""
        arrays = (self.expression, self.eyes, self.camera_from_head, self.camera_from_torso)
        return RigCode(*(torch.from_numpy(array.astype(np.float32)) for array in arrays))


def times(seconds: float, fps: float) -> np.ndarray:
    """Seconds ``[T]`` of the frames of a motion; at least one."""
    return np.arange(max(1, round(seconds * fps))) / fps


def finished(
    fps: float,
    seed: int,
    tracks: Tracks,
    gaze_offset: np.ndarray,
    camera_from_head: np.ndarray,
    camera_from_torso: np.ndarray,
) -> SubjectMotion:
    """The motion of given poses ``[T, 4, 4]``: eyes stay on the camera but for ``gaze_offset [T, 2]`` (yaw, pitch;
    radians), lids follow them, and weights are cut to 0..1."""
    names = load_bust().expression_names
    gaze = _gaze(camera_from_head, gaze_offset)
    tracks = dict(tracks)
    for name, track in gaze_expressions(gaze).items():
        tracks[name] = tracks.get(name, 0) + track
    for side in ("Left", "Right"):
        opened = 1 - tracks.get("eyeBlink" + side, np.zeros(len(gaze)))
        tracks["eyeLookDown" + side] = tracks["eyeLookDown" + side] * opened
        tracks["eyeLookUp" + side] = tracks["eyeLookUp" + side] * opened
    expression = np.zeros((len(gaze), len(names)))
    for name, track in tracks.items():
        expression[:, names.index(name)] = np.clip(track, 0, 1)
    return SubjectMotion(float(fps), seed, names, expression, gaze, camera_from_head, camera_from_torso)


def turned(angles: np.ndarray, pivot: np.ndarray, shift_m: np.ndarray) -> np.ndarray:
    """``[T, 4, 4]``: yaw (to the subject's left), pitch (up), roll ``[T, 3]`` about ``pivot``, then a
    shift."""
    yaw, pitch, roll = angles.T
    zero, one = np.zeros_like(yaw), np.ones_like(yaw)

    def matrix(*entries: np.ndarray) -> np.ndarray:
        return np.stack(entries, -1).reshape(-1, 3, 3)

    about_y = matrix(np.cos(yaw), zero, np.sin(yaw), zero, one, zero, -np.sin(yaw), zero, np.cos(yaw))
    about_x = matrix(one, zero, zero, zero, np.cos(pitch), np.sin(pitch), zero, -np.sin(pitch), np.cos(pitch))
    about_z = matrix(np.cos(roll), -np.sin(roll), zero, np.sin(roll), np.cos(roll), zero, zero, zero, one)
    out = np.tile(np.eye(4), (len(yaw), 1, 1))
    out[:, :3, :3] = about_y @ about_x @ about_z
    out[:, :3, 3] = pivot - out[:, :3, :3] @ pivot + shift_m
    return out


def _gaze(camera_from_head: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Gaze ``[T, 2, 2]`` of both eyes towards the camera, within what is comfortable, plus ``offset [T,
    2]``."""
    to_camera = -np.einsum("tji,tj->ti", camera_from_head[:, :3, :3], camera_from_head[:, :3, 3])
    eyes = []
    for x in (0.0315, -0.0315):
        direction = to_camera - np.array([x, 0, 0])
        yaw = np.arctan2(direction[:, 0], direction[:, 2])
        pitch = np.arctan2(direction[:, 1], np.hypot(direction[:, 0], direction[:, 2])) + NEUTRAL_GAZE_PITCH_RAD
        eyes.append(np.stack([0.5 * np.tanh(yaw / 0.5), 0.3 * np.tanh(pitch / 0.3)], 1) + offset)
    return np.stack(eyes, 1)

"""ARKit's weights and FLAME fits of other systems as driving motions."""

from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

from lifemask.avatar.driving import DrivingMotion
from lifemask.errors import FormatError
from lifemask.formats import arkit
from lifemask.formats.arkit import ArkitMotion
from lifemask.perception.rig_source import flame_source, load_flame, rig_hash
from lifemask.pipeline.imports import DEFAULT_FPS, read_fit
from lifemask.pipeline.imports_flame import pose_on_rig
from lifemask.pipeline.imports_images import frame_numbers
from lifemask.progress import Progress
from lifemask.rig.bust import load_bust
from lifemask.rig.head import JOINT_NAMES, HeadRig

FRONTAL = np.diag([1.0, -1.0, -1.0])
LOOK_RAD = 0.55
"""Turn of an eye at an eyeLook weight of 1."""
MOST_WEIGHT = 1.5
"""ARKit's weights end at 1; captures of it overshoot a little."""


def read_arkit(path: Path, name: str, fps: float | None) -> DrivingMotion:
    """Live Link Face's CSV (``fps``: what its time codes count) or the JSON of named weights."""
    if name == arkit.NAME_JSON:
        motion = arkit.read_json_motion(path)
    else:
        motion = arkit.read_csv(path) if fps is None else arkit.read_csv(path, fps)
    return driving_of(motion, f"{path} ({name})")


def read_motion(path: Path) -> DrivingMotion:
    """A file that ``lifemask import`` has written of ARKit motion; ``rest [E]`` in it is the expression at rest."""
    with safe_open(path, "np") as handle:
        header = handle.metadata() or {}
        arrays = {name: handle.get_tensor(name).astype(np.float64) for name in handle.keys()}  # noqa: SIM118
    try:
        names = tuple(header["expression_names"].split(","))
        motion = ArkitMotion(
            names,
            arrays["timestamp_s"],
            arrays["expression"],
            arrays.get("head_yaw_pitch_roll"),
            arrays.get("eyes_yaw_pitch_roll"),
            arrays.get("head_translation_m"),
        )
    except KeyError as missing:
        raise FormatError(f"{path}: no entry {missing}", "The file is older or was cut.") from missing
    return driving_of(motion, f"{path} ({header.get('source', 'motion')})", arrays.get("rest"))


def driving_of(motion: ArkitMotion, source: str, rest: np.ndarray | None = None) -> DrivingMotion:
    """``motion`` with the names that the built-in head knows; its expression at rest is ``rest [N]``, zero if None.

    A head that only turns turns about the joint that carries it. Raises FormatError for weights that are none.
    """
    bust = load_bust()
    known = [column for column, name in enumerate(motion.names) if name in bust.expression_names]
    if not known:
        raise FormatError(f"{source} has none of ARKit's weights.", f"Expected {', '.join(bust.expression_names)}.")
    weights = np.asarray(motion.weights, np.float64)
    if len(weights) and weights[:, known].max() > MOST_WEIGHT:
        worst = known[int(weights[:, known].max(0).argmax())]
        raise FormatError(
            f"{source}: {motion.names[worst]} reaches {weights[:, worst].max():g}, and weights end at 1.",
            "The usual cause is a scale of 0 to 100.",
        )
    weights = np.clip(weights[:, known], 0, 1)
    names = tuple(motion.names[column] for column in known)
    return DrivingMotion(
        source=source,
        timestamp_s=np.asarray(motion.timestamp_s, np.float64),
        expression=weights,
        expression_names=names,
        eyes=_gaze(motion, weights, names),
        camera_from_head=_head(motion, bust),
        rest=np.zeros(len(known)) if rest is None else np.asarray(rest, np.float64)[known],
    )


def read_flame_fit(
    path: Path, name: str, flame: Path | None, fps: float | None, progress: Progress
) -> tuple[DrivingMotion, HeadRig]:
    """The FLAME fit at ``path`` in the format ``name``, and the rig that its coefficients belong to: the model file
    ``flame``, or what ``LIFEMASK_FLAME`` names. Times are those of the fit, else ``fps`` numbered frames a second."""
    sequence = read_fit(path, name, progress)
    model, rig = load_flame(flame_source(flame))
    pose = pose_on_rig(sequence, model, rig)
    time_s = sequence.timestamp_s
    if time_s is None:
        time_s = frame_numbers(sequence) / (fps or DEFAULT_FPS)
    code = pose.code
    jaw = None if code.jaw is None else code.jaw.numpy()
    driving = DrivingMotion(
        source=f"{path} ({name})",
        timestamp_s=np.asarray(time_s, np.float64),
        expression=code.expression.numpy(),
        expression_names=rig.expression_names,
        eyes=code.eyes.numpy(),
        camera_from_head=code.camera_from_head.numpy(),
        camera_from_torso=code.camera_from_torso.numpy(),
        jaw=jaw,
        rig_hash=rig_hash(rig),
        surface_m=pose.neutral.to(torch.float32).numpy(),
    )
    return driving, rig


def _head(motion: ArkitMotion, bust: HeadRig) -> np.ndarray | None:
    """``camera_from_head [T, 4, 4]``, or None where the source says nothing of the head."""
    if motion.head_yaw_pitch_roll is None and motion.head_translation_m is None:
        return None
    rotation = motion.head_rotation()
    place = motion.head_translation_m
    if place is None:
        joint = bust.joint_positions[JOINT_NAMES.index("head")].double().numpy()
        place = joint - rotation @ joint
    poses = np.tile(np.eye(4), (len(rotation), 1, 1))
    poses[:, :3, :3], poses[:, :3, 3] = FRONTAL @ rotation, place @ FRONTAL
    return poses


def _gaze(motion: ArkitMotion, weights: np.ndarray, names: tuple[str, ...]) -> np.ndarray | None:
    """``[T, 2, 2]`` by the eyes' angles, whose signs are those that the eyeLook weights confirm, else by these weights;
    None where neither says anything."""
    by_weights = _gaze_of_weights(weights, names)
    if motion.eyes_yaw_pitch_roll is None or not motion.eyes_yaw_pitch_roll.any():
        return by_weights
    gaze = motion.eyes_yaw_pitch_roll[..., :2].astype(np.float64)
    if by_weights is not None:
        for axis in (0, 1):
            both = [values[..., axis] - values[..., axis].mean(0) for values in (gaze, by_weights)]
            if (both[0] * both[1]).sum() < 0:
                gaze[..., axis] *= -1
    return gaze


def _gaze_of_weights(weights: np.ndarray, names: tuple[str, ...]) -> np.ndarray | None:
    """``[T, 2, 2]`` by the eyeLook weights; None without any."""
    zero = np.zeros(len(weights))
    of = lambda name: weights[:, names.index(name)] if name in names else zero  # noqa: E731
    gaze = np.zeros((len(weights), 2, 2))
    for eye, side in enumerate(("Left", "Right")):
        outwards = of(f"eyeLookOut{side}") - of(f"eyeLookIn{side}")
        gaze[:, eye, 0] = outwards if side == "Left" else -outwards
        gaze[:, eye, 1] = of(f"eyeLookUp{side}") - of(f"eyeLookDown{side}")
    return LOOK_RAD * gaze if gaze.any() else None

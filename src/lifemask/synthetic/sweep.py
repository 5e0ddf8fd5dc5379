"""Motion of given angles: the truth for poses that a clip never showed."""

import difflib
from collections.abc import Mapping

import numpy as np

from lifemask.errors import ConfigError
from lifemask.rig.bust import load_bust
from lifemask.synthetic.gestures import ramp
from lifemask.synthetic.posing import ATLAS_M, IN_CAMERA, WAIST_M, SubjectMotion, finished, times, turned

SPINE_M = np.array([0.0, WAIST_M[1], ATLAS_M[2]])
"""The torso turns and leans about this point of the rest frame, straight below the atlas: turning it alone leaves the
head where it is."""
NECK_LIMIT_DEG = 75.0
"""A head turned further against its shoulders than this is no person's."""

Angles = float | np.ndarray


def sweep(
    yaw_deg: Angles = 0.0,
    pitch_deg: Angles = 0.0,
    roll_deg: Angles = 0.0,
    *,
    torso_yaw_deg: Angles = 0.0,
    torso_pitch_deg: Angles = 0.0,
    torso_roll_deg: Angles = 0.0,
    expression: Mapping[str, Angles] | None = None,
    fps: float = 25.0,
) -> SubjectMotion:
    """Head and torso at exactly these angles in the room, degrees: numbers, or ``[T]`` one per frame.

    Yaw is to the subject's left, pitch up, roll towards the subject's right shoulder; yaw is applied last. The head
    turns about the atlas, which the torso carries; the torso about the waist, straight below it. ``expression``
    holds weights by name, numbers or ``[T]``. Eyes look at the camera as far as is comfortable. Nothing else moves:
    no breath, no blink that is not in ``expression``. Raises ConfigError for lengths that differ, an unknown
    expression, and a head turned further against the torso than a neck goes.
    """
    weights = dict(expression or {})
    _check_names(tuple(weights))
    given = [yaw_deg, pitch_deg, roll_deg, torso_yaw_deg, torso_pitch_deg, torso_roll_deg, *weights.values()]
    try:
        rows = np.broadcast_arrays(*(np.atleast_1d(np.asarray(one, float)) for one in given))
    except ValueError:
        rows = []
    if not rows or rows[0].ndim != 1:
        raise ConfigError(
            f"The angles have the shapes {[np.shape(one) for one in given]}.",
            "Each is one number, or one per frame.",
            "Give arrays [T] of the same length.",
        )
    head, torso = np.radians(np.stack(rows[:3], 1)), np.radians(np.stack(rows[3:6], 1))
    still = np.zeros_like(head)
    rest_from_torso = turned(torso, SPINE_M, still)
    rest_from_head = turned(head, ATLAS_M, still)
    _check_neck(rest_from_torso[:, :3, :3].transpose(0, 2, 1) @ rest_from_head[:, :3, :3])
    rest_from_head[:, :3, 3] += rest_from_torso[:, :3, :3] @ ATLAS_M + rest_from_torso[:, :3, 3] - ATLAS_M
    tracks = dict(zip(weights, rows[6:], strict=True))
    return finished(fps, 0, tracks, np.zeros((len(head), 2)), IN_CAMERA @ rest_from_head, IN_CAMERA @ rest_from_torso)


def turning(seconds: float = 16.0, fps: float = 25.0) -> SubjectMotion:
    """What clips do not show, one after another: the head from 45 degrees right to 45 left, up and down, tilted; the
    torso turning under the still head, and head and torso together."""
    t = times(seconds, fps)
    s = t * (16.0 / seconds)

    def swing(start: float, degrees: float) -> np.ndarray:
        """To ``-degrees``, over to ``degrees`` and back, in four seconds."""
        there, over, back = ramp(s, start, start + 1), ramp(s, start + 1, start + 3), ramp(s, start + 3, start + 4)
        return degrees * (2 * over - there - back)

    together = swing(12, 25)
    return sweep(
        swing(0, 45) + together,
        swing(4, 25),
        0.8 * swing(4, 25) * np.sin(np.pi * (s - 4) / 4),
        torso_yaw_deg=swing(8, 30) + together,
        fps=fps,
    )


def _check_names(names: tuple[str, ...]) -> None:
    known = load_bust().expression_names
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 3)
            raise ConfigError(
                f"The subject has no expression {name!r}.",
                "Its expressions are the rig's.",
                f"Did you mean {', '.join(near)}?" if near else f"Known: {', '.join(known)}.",
            )


def _check_neck(torso_from_head: np.ndarray) -> None:
    cosine = (np.trace(torso_from_head, axis1=1, axis2=2) - 1) / 2
    apart = float(np.degrees(np.arccos(np.clip(cosine, -1, 1))).max())
    if apart > NECK_LIMIT_DEG:
        raise ConfigError(
            f"The head is turned by {apart:.0f} degrees against the torso.",
            f"A neck goes to about {NECK_LIMIT_DEG:.0f}.",
            "Turn the torso along with it.",
        )

"""Motion of the built-in head in ARKit's names: that of a clip, or that of a voice."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from lifemask.avatar.avatar import Avatar
from lifemask.errors import ConfigError, OutputExistsError
from lifemask.formats import arkit
from lifemask.formats.arkit import ARKIT_NAMES, ArkitMotion
from lifemask.media.speech_sound import SpeechSound
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.pipeline.render import DEFAULT_FPS
from lifemask.pipeline.speak import check_fps, told, voice_in
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.tracking.record import Tracking

ARKIT: dict[str, Callable[[Path, ArkitMotion], None]] = {
    arkit.NAME_CSV: arkit.write_csv,
    arkit.NAME_JSON: arkit.write_json_motion,
}
_FRONTAL = np.diag([1.0, -1.0, -1.0])


def arkit_motion(tracking: Tracking) -> ArkitMotion:
    """A bust's tracking as ARKit weights, with the head's and the eyes' angles; times begin at 0."""
    return _arkit(
        tracking.expression_names,
        tracking.expression,
        tracking.eyes,
        tracking.camera_from_head,
        tracking.timestamp_s - tracking.timestamp_s[0],
    )


def export_voice(
    folder: Path,
    sound: Path,
    to: str,
    out: Path,
    *,
    voice: VoiceOptions | None = None,
    fps: float = DEFAULT_FPS,
    force: bool = False,
    progress: Progress = NULL_PROGRESS,
) -> int:
    """Write how the avatar in ``folder`` moves when it says what is heard in ``sound``, as ``to`` (of ``ARKIT``);
    returns the number of frames. What the avatar's face has of its own, beside ARKit's weights, is left out.

    Raises ConfigError, OutputExistsError unless ``force``, and the errors of ``AvatarVoice.load`` and ``SpeechSound``.
    """
    check_fps(fps)
    check_new(out, force)
    avatar = Avatar.load(folder)
    own = AvatarVoice.load(folder, avatar)
    motion = own.begin(voice or VoiceOptions(), fps=fps, start=voice_in(sound))
    parts = []
    with progress.stage("listening") as step:
        for rows in told(motion, SpeechSound(sound)):
            code = own.motion(motion, rows).code
            parts.append([part.numpy() for part in (code.expression, code.eyes, code.camera_from_head)])
            step(len(rows))
    if not parts:
        raise ConfigError(f"{sound} is too short for one frame", "Nothing can be said of it.")
    expression, eyes, head = (np.concatenate(part) for part in zip(*parts, strict=True))
    ARKIT[to](out, _arkit(avatar.rig.expression_names, expression, eyes, head, np.arange(len(head)) / fps))
    return len(head)


def check_new(out: Path, force: bool) -> None:
    """Raise OutputExistsError where a file would be overwritten unasked."""
    if out.is_dir() or (out.exists() and not force):
        raise OutputExistsError(f"{out} exists", "Nothing is overwritten without being asked.", "Add --force.")


def _arkit(
    names: tuple[str, ...], expression: np.ndarray, eyes: np.ndarray, head: np.ndarray, timestamp_s: np.ndarray
) -> ArkitMotion:
    """Of ``expression [T, E]`` of ``names``, ``eyes [T, 2, 2]`` radians and ``camera_from_head [T, 4, 4]``."""
    weights = np.zeros((len(head), len(ARKIT_NAMES)))
    for column, name in enumerate(names):
        if name in ARKIT_NAMES:
            weights[:, ARKIT_NAMES.index(name)] = np.clip(expression[:, column], 0, 1)
    head = head.astype(float)
    return ArkitMotion(
        names=ARKIT_NAMES,
        timestamp_s=timestamp_s,
        weights=weights,
        head_yaw_pitch_roll=Rotation.from_matrix(_FRONTAL @ head[:, :3, :3]).as_euler("YXZ"),
        eyes_yaw_pitch_roll=np.concatenate([eyes, np.zeros((len(head), 2, 1))], -1),
        head_translation_m=head[:, :3, 3] @ _FRONTAL,
    )

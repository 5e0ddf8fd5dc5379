"""Whatever holds a motion, read as one: a run, a tracking, ARKit's weights, another system's FLAME fit."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open

from lifemask.avatar.avatar import FILE as AVATAR
from lifemask.avatar.driving import DrivingMotion
from lifemask.avatar.expression_fit import fitted_expression
from lifemask.avatar.rest import shut_weights
from lifemask.errors import FileMissingError, FormatError, LifemaskError
from lifemask.formats.guess import guess_format
from lifemask.media.video import probe
from lifemask.perception.load_rig import load_rig
from lifemask.perception.rig_source import flame_source, rig_hash
from lifemask.pipeline.imports import READERS
from lifemask.pipeline.imports_motion import MOTION_FORMATS
from lifemask.pipeline.imports_motion import SCHEMA as MOTION
from lifemask.pipeline.motion_foreign import read_arkit, read_flame_fit, read_motion
from lifemask.pipeline.run import is_run
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import REFINED
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.bust import load_bust
from lifemask.rig.head import HeadRig
from lifemask.synthetic.truth import SCHEMA as TRUTH
from lifemask.synthetic.truth import SubjectTruth, load_truth
from lifemask.tracking.record import SCHEMA as TRACKED
from lifemask.tracking.record import Tracking

WHAT_IS_READ = (
    "Read are a run folder, tracking.safetensors, a motion of lifemask import, Live Link Face's .csv, a .json of ARKit "
    "weights, and folders of metrical-tracker, FlashAvatar, VHAP and flame-head-tracker."
)


def load_motion(
    path: Path,
    rig: HeadRig | None = None,
    *,
    flame: Path | None = None,
    fps: float | None = None,
    progress: Progress = NULL_PROGRESS,
) -> DrivingMotion:
    """The motion in ``path``, for an avatar on ``rig`` (None: the built-in head): what it holds is told from it.

    Coefficients of another model of the face than ``rig``'s become ``rig``'s by what they do to the face; that of a
    FLAME fit is ``flame``, else what ``LIFEMASK_FLAME`` names. ``fps``: of time codes and of frames without a clock.

    Raises FileMissingError; FormatError for what holds no motion, or a damaged one.
    """
    rig = rig or load_bust()
    if not path.exists():
        raise FileMissingError(f"{path} does not exist.", fix="Check the spelling of the path.")
    file = _tracking_in(path)
    schema = _schema(file)
    if schema == TRACKED:
        return _tracked(file, path, rig, flame)
    if schema == TRUTH:
        return _truth(path)
    if schema == MOTION:
        return _onto(read_motion(path), load_bust(), rig)
    if schema is not None:
        raise FormatError(f"{path} has the schema {schema!r}, which is no motion.", WHAT_IS_READ)
    name = _foreign(path)
    if name in MOTION_FORMATS:
        return _onto(read_arkit(path, name, fps), load_bust(), rig)
    driving, own = read_flame_fit(path, name, flame, fps, progress)
    return _onto(driving, own, rig)


def _tracking_in(path: Path) -> Path:
    """The tracking of a run folder, refined where it is; else ``path`` itself."""
    if not path.is_dir():
        return path
    for name in (REFINED, TRACKING):
        if (path / name).is_file():
            return path / name
    if is_run(path):
        raise FileMissingError(
            f"{path} is a run without a tracking", "Its stages have not got so far.", f"lifemask train {path}"
        )
    return path


def _schema(path: Path) -> str | None:
    """What a safetensors file says that it holds ("" if nothing); None for any other file."""
    if path.suffix != ".safetensors":
        return None
    try:
        with safe_open(path, "np") as handle:
            return (handle.metadata() or {}).get("schema", "")
    except (SafetensorError, OSError) as problem:
        raise FormatError(f"{path} cannot be read as safetensors: {problem}", "It is damaged or cut.") from problem


def _foreign(path: Path) -> str:
    """The name of the format of other systems' files."""
    try:
        name = guess_format(path)
    except FormatError as unknown:
        if path.is_file() and _is_video(path):
            raise FormatError(
                f"{path} is a video, not a motion", "It has to be tracked first.",
                f"lifemask reenact AVATAR {path} -o out.mp4",
            ) from unknown  # fmt: skip
        raise FormatError(f"{path} holds no motion that is known.", WHAT_IS_READ) from unknown
    if name not in READERS and name not in MOTION_FORMATS:
        raise FormatError(f"{path} holds cameras, and no expressions of a face ({name}).", WHAT_IS_READ)
    return name


def _is_video(path: Path) -> bool:
    try:
        probe(path)
    except LifemaskError:
        return False
    return True


def _tracked(file: Path, path: Path, target: HeadRig, flame: Path | None) -> DrivingMotion:
    tracking = Tracking.load(file)
    own = _rig_of(tracking, target, flame, file)
    if own is None:  # the built-in head of another version: its names still mean the same, its surface does not fit
        return _onto(_by_names(tracking, str(path)), load_bust(), target)
    return _onto(DrivingMotion.of(tracking, own, str(path), _avatar_of_modes(file)), own, target)


def _rig_of(tracking: Tracking, target: HeadRig, flame: Path | None, file: Path) -> HeadRig | None:
    """The rig that a tracking is of; None for another version of the built-in head."""
    for rig in (target, load_bust()):
        if rig_hash(rig) == tracking.rig_hash or rig.content_hash == tracking.rig_hash:
            return rig.to("cpu")
    if set(tracking.expression_names) <= set(load_bust().expression_names):
        return None
    rig = load_rig(flame_source(flame))
    if tracking.rig_hash not in (rig_hash(rig), rig.content_hash):
        raise FormatError(
            f"{file} was tracked on another FLAME model than the one given",
            "The same coefficients mean something else there.",
            "Name the one that was used: --rig FILE",
        )
    return rig


def _avatar_of_modes(file: Path) -> Path | None:
    """The folder of the avatar to which the modes in a run's tracking belong: the run's own, or the one that has
    refined it."""
    folder = file.parent
    if (folder / AVATAR).exists():
        return folder.resolve()
    try:
        refined_by = json.loads((folder / "run.json").read_text())["config"]["refine"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Path(refined_by).resolve() if refined_by and file.name == REFINED else None


def _truth(path: Path) -> DrivingMotion:
    """The exact motion of the built-in subject, whose lids are known by its shape."""
    truth, bust = load_truth(path), load_bust()
    driving = _by_names(truth, f"{path} (the truth of the built-in subject)")
    if truth.rig_hash != rig_hash(bust):
        return driving
    never = np.zeros((0, bust.num_expressions))
    return replace(driving, shut=shut_weights(bust, torch.from_numpy(truth.neutral_m), never, np.zeros(0, bool)))


def _by_names(moved: Tracking | SubjectTruth, source: str) -> DrivingMotion:
    """What has the built-in head's names, of a person that is not taken along."""
    real = lambda array: array.astype(np.float64)  # noqa: E731
    return DrivingMotion(
        source=source,
        timestamp_s=real(moved.timestamp_s),
        expression=real(moved.expression),
        expression_names=moved.expression_names,
        eyes=real(moved.eyes),
        camera_from_head=real(moved.camera_from_head),
        camera_from_torso=real(moved.camera_from_torso),
        tracked=moved.tracked.astype(bool) if isinstance(moved, Tracking) else np.ones(len(moved), bool),
    )


def _onto(driving: DrivingMotion, own: HeadRig, target: HeadRig) -> DrivingMotion:
    """``driving`` of the rig ``own`` in the weights of ``target``: as it is where they share their names' meaning, else
    fitted, and then its person is no longer known."""
    if rig_hash(own) == rig_hash(target) or not (own.has_jaw or target.has_jaw):
        return driving
    expression = np.zeros((len(driving) + 1, own.num_expressions))
    columns = [own.expression_names.index(name) for name in driving.expression_names]
    expression[:-1, columns] = driving.expression
    if driving.rest is not None:
        expression[-1, columns] = driving.rest
    jaw = None if driving.jaw is None else np.concatenate([driving.jaw, np.zeros((1, 3))])
    fitted = fitted_expression(expression, jaw, own, target)
    return replace(
        driving,
        expression=fitted.expression[:-1],
        expression_names=target.expression_names,
        jaw=None if fitted.jaw is None else fitted.jaw[:-1],
        rest=None if driving.rest is None else fitted.expression[-1],
        shut=None, rig_hash=None, surface_m=None, torso_modes=None, face_modes=None, avatar=None,
    )  # fmt: skip

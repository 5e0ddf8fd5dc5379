"""A run's tracking, masks and mattes in the files of other systems."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from lifemask.errors import ConfigError, FileMissingError
from lifemask.formats import flame_head_tracker, flashavatar, metrical_tracker, nerf_json, vhap
from lifemask.formats.flame_sequence import FlameSequence
from lifemask.media.video import read_frames, read_grey
from lifemask.perception.load_rig import load_rig
from lifemask.perception.rig_source import flame_source, load_flame
from lifemask.pipeline.config import config_from_record
from lifemask.pipeline.exports_arkit import ARKIT, arkit_motion, check_new
from lifemask.pipeline.exports_flame import sequence_of
from lifemask.pipeline.exports_labels import frame_labels
from lifemask.pipeline.files import new_folder
from lifemask.pipeline.imported import ALPHA, Imported
from lifemask.pipeline.imports_flame import root_joint_m
from lifemask.pipeline.run import RunFolder
from lifemask.pipeline.stages.mattes import MATTES
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import REFINED
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.tracking.record import Tracking

PARSING, PLAIN_MATTES = "parsing", "mattes"


@dataclass(frozen=True)
class _Fit:
    """A FLAME fit to write: its root joint is needed where the root moves; ``name`` of the data set."""

    sequence: FlameSequence
    root_joint_m: np.ndarray | None
    name: str
    progress: Progress


_FLAME: dict[str, Callable[[_Fit, Path], None]] = {
    metrical_tracker.NAME: lambda fit, out: metrical_tracker.write(
        fit.sequence, out, root_joint_m=fit.root_joint_m, progress=fit.progress
    ),
    nerf_json.NAME: lambda fit, out: nerf_json.write(
        fit.sequence, out, root_joint_m=fit.root_joint_m, progress=fit.progress
    ),
    flashavatar.NAME: lambda fit, out: flashavatar.write(
        fit.sequence, out, fit.name, root_joint_m=fit.root_joint_m, progress=fit.progress
    ),
    vhap.NAME: lambda fit, out: vhap.write(fit.sequence, out, progress=fit.progress),
    flame_head_tracker.NAME: lambda fit, out: flame_head_tracker.write(fit.sequence, out, fit.progress),
}
EXPORTS = (*_FLAME, *ARKIT, PARSING, PLAIN_MATTES)


def export_run(folder: Path, to: str, out: Path, *, force: bool = False, progress: Progress = NULL_PROGRESS) -> int:
    """Write the run in ``folder`` as ``to`` (one of ``EXPORTS``) to ``out``; returns the number of frames.

    A FLAME fit is written as it was imported: exact to float32, with its unknown entries. Raises ConfigError where
    the run has no such data, FileMissingError where a stage has not run, OutputExistsError unless ``force``.
    """
    if to not in EXPORTS:
        raise ConfigError(
            f"There is no format {to!r} to write", f"Known are {', '.join(EXPORTS)}.", "Take one of these."
        )
    with RunFolder.reopen(folder) as run:
        if to in _FLAME:
            return _export_fit(run, to, out, force, progress)
        tracking = _tracking_of(run)
        if to in ARKIT:
            return _export_arkit(run, tracking, to, out, force)
        if to == PARSING:
            rig = load_rig(config_from_record(run.record["config"]).rig)
            return _export_pictures(frame_labels(run, tracking, rig), out, force, progress)
        return _export_pictures(read_grey(_there(run, MATTES)), out, force, progress)


def _export_fit(run: RunFolder, to: str, out: Path, force: bool, progress: Progress) -> int:
    fit = _fit_of(run)
    joint = None
    if fit.sequence.has_root_motion:
        model, _ = load_flame(flame_source(config_from_record(run.record["config"]).rig))
        joint = root_joint_m(fit.sequence, model)
    with new_folder(out, force) as target, TemporaryDirectory(dir=target.parent) as scratch:
        sequence = _with_pictures(run, fit, Path(scratch), to)
        _FLAME[to](_Fit(sequence, joint, run.path.resolve().name, progress), target)
    return len(fit.sequence)


@dataclass(frozen=True)
class _Source:
    """A FLAME fit and the frames of the run's video that it is of; as it was imported, if it was."""

    sequence: FlameSequence
    video_frame: np.ndarray
    imported: Imported | None


def _fit_of(run: RunFolder) -> _Source:
    """What was imported, or else what was tracked on FLAME; ConfigError for a run on the bust."""
    if run.imported is not None:
        imported = Imported.open(run.imported)
        return _Source(imported.sequence(), np.asarray(imported.video_frame), imported)
    rig = config_from_record(run.record["config"]).rig
    if rig is None:
        raise ConfigError(
            f"{run.path} is a run on the built-in bust: it has no FLAME parameters",
            "Such files hold coefficients of FLAME's own bases, which the bust does not have.",
            f"Write {', '.join((*ARKIT, PARSING, PLAIN_MATTES))}; or track the clip on FLAME: lifemask track VIDEO -o "
            "FOLDER --rig FILE",
        )
    tracking = _tracking_of(run)
    return _Source(sequence_of(tracking, *load_flame(flame_source(rig))), np.asarray(tracking.frame_index), None)


def _with_pictures(run: RunFolder, fit: _Source, scratch: Path, to: str) -> FlameSequence:
    """The sequence with files for its images, mattes and labels: those that it was imported with where they still
    are, else what the run holds of them."""
    sequence = fit.sequence
    if not _all_there(sequence.image_path):
        frames = read_frames(run.video, indices=fit.video_frame.tolist())
        sequence = replace(sequence, image_path=_saved((frame.image for frame in frames), scratch / "images"))
    if not _all_there(sequence.alpha_path):
        alpha = _alpha_of(run, fit)
        sequence = replace(sequence, alpha_path=() if alpha is None else _saved(alpha, scratch / "alpha"))
    if to == flashavatar.NAME and not (_all_there(sequence.head_mask_path) and _all_there(sequence.mouth_mask_path)):
        sequence = replace(sequence, head_mask_path=(), mouth_mask_path=())
        if not _all_there(sequence.parsing_path):
            rig = load_rig(flame_source(config_from_record(run.record["config"]).rig))
            labels = frame_labels(run, _whole_tracking(run, fit), rig)
            sequence = replace(sequence, parsing_path=_saved(labels, scratch / "parsing"))
    return sequence


def _all_there(paths: tuple[Path | None, ...]) -> bool:
    return bool(paths) and all(path is not None and path.exists() for path in paths)


def _alpha_of(run: RunFolder, fit: _Source) -> Iterable[np.ndarray] | None:
    if fit.imported is not None and fit.imported.has(ALPHA):
        return fit.imported.grey(ALPHA, fit.video_frame)
    if run.file(MATTES).exists() and len(_tracking_of(run)) == len(fit.video_frame):
        return read_grey(run.file(MATTES))
    return None


def _whole_tracking(run: RunFolder, fit: _Source) -> Tracking:
    """The tracking, which has to be of every imported frame."""
    tracking = _tracking_of(run)
    if len(tracking) != len(fit.video_frame):
        raise ConfigError(
            f"{run.path} uses {len(tracking)} of its {len(fit.video_frame)} imported frames",
            "A data set needs masks of all.",
            f"lifemask create with all frames, or: lifemask export {run.path} --to {PARSING} -o FOLDER",
        )
    return tracking


def _export_arkit(run: RunFolder, tracking: Tracking, to: str, out: Path, force: bool) -> int:
    if tracking.jaw is not None:
        raise ConfigError(
            f"{run.path} is a run on FLAME: its expressions are not ARKit's",
            "FLAME's coefficients are components of its own basis, without names.",
            f"Write {', '.join(_FLAME)}.",
        )
    check_new(out, force)
    ARKIT[to](out, arkit_motion(tracking))
    return len(tracking)


def _export_pictures(pictures: Iterable[np.ndarray], out: Path, force: bool, progress: Progress) -> int:
    with new_folder(out, force) as target, progress.stage("writing pictures") as step:
        target.mkdir()
        count = 0
        for count, picture in enumerate(pictures, 1):
            Image.fromarray(picture).save(target / f"{count - 1:05d}.png")
            step()
    return count


def _saved(pictures: Iterable[np.ndarray], folder: Path) -> tuple[Path, ...]:
    folder.mkdir()
    files = []
    for row, picture in enumerate(pictures):
        files.append(folder / f"{row:05d}.png")
        Image.fromarray(picture).save(files[-1])
    return tuple(files)


def _tracking_of(run: RunFolder) -> Tracking:
    refined = run.file(REFINED)
    return Tracking.load(refined if refined.exists() else _there(run, TRACKING))


def _there(run: RunFolder, output: str) -> Path:
    if not run.file(output).exists():
        raise FileMissingError(
            f"{run.path} has no {output} yet", "The stage that writes it has not run.", f"lifemask train {run.path}"
        )
    return run.file(output)

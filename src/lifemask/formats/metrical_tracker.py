"""metrical-tracker: a folder of ``checkpoint/%05d.frame`` files (Zielonka et al. 2022, "Towards Metrical Reconstruction
of Human Faces"), which FlashAvatar, INSTA and others read. See docs/formats/metrical_tracker.md."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lifemask.errors import FormatError
from lifemask.formats import cameras
from lifemask.formats.entries import Entries, require_path
from lifemask.formats.flame_sequence import (
    EXPRESSION_SIZE,
    SHAPE_SIZE,
    Extra,
    FlameSequence,
    as_read,
    fitted,
    moves,
    still,
)
from lifemask.formats.folders import copy_picture, first_existing, numbered, whole_folder
from lifemask.formats.torch_zip import read_torch_zip, write_torch_zip
from lifemask.media.files import atomic_write_text
from lifemask.progress import NULL_PROGRESS, Progress

NAME = "metrical-tracker"
PICTURE_FOLDERS = ("input", "images")
TEXTURE_SIZE, LIGHT_SHAPE = 140, (1, 9, 3)
_DEFAULTS: dict[str, Any] = {"flame.neck": [[1, 0, 0, 0, 1, 0]], "flame.eyelids": [[0, 0]]}
"""The neck is not the tracker's own entry; the eyelids came with its later versions."""

AGREEMENT = 1e-5
"""``camera.*`` and ``opencv.*`` say the same to this (matrix entries, metres, NDC units): both are float32."""

_TAKEN = frozenset({
    "flame.exp", "flame.shape", "flame.eyelids", "opencv.R", "opencv.t", "opencv.K", "img_size", "frame_id",
})  # fmt: skip
_NDC = {"camera.R": (1, 6), "camera.t": (1, 3), "camera.fl": (1, 1), "camera.pp": (1, 2)}


def looks_like(path: Path) -> bool:
    """Whether ``path`` is an output folder, its ``checkpoint`` folder or one ``.frame`` file."""
    return path.suffix == ".frame" or any(path.glob("checkpoint/*.frame")) or any(path.glob("*.frame"))


def read(path: Path, progress: Progress = NULL_PROGRESS) -> FlameSequence:
    """The fit in an output folder of the tracker, in its ``checkpoint`` folder, or in one ``.frame`` file.

    Cameras are those of the tracker's own images, ``input/%05d.png``, or of the same images in ``images`` in the data
    sets made from it; they become ``image_path`` where they exist.
    No file is trusted: see ``torch_zip``. Raises FileMissingError; FormatError with the file and the entry.
    """
    require_path(path, "an output folder of metrical-tracker")
    if path.is_file():
        files, output = [path], path.parent.parent
    else:
        checkpoint = path / "checkpoint" if (path / "checkpoint").is_dir() else path
        files, output = numbered(checkpoint, ".frame", "the checkpoint folder of metrical-tracker"), checkpoint.parent
    frames = [Entries(file, _flat(read_torch_zip(file), file)) for file in files]
    sequence = _sequence(frames, progress)
    apart = camera_disagreement(sequence).max()
    if apart > AGREEMENT:
        progress.note(f"camera.* and opencv.* disagree by {apart:.2g} at worst; opencv.* is taken.")
    places = [output / name for name in PICTURE_FOLDERS]
    images = tuple(first_existing(*(place / f"{file.stem}.png" for place in places)) for file in files)
    return replace(sequence, image_path=images, frame_path=tuple(files))


def write(
    sequence: FlameSequence,
    folder: Path,
    *,
    root_joint_m: np.ndarray | None = None,
    images: bool = True,
    progress: Progress = NULL_PROGRESS,
) -> None:
    """Write ``checkpoint/%05d.frame``, numbered 0, 1, 2 ..., as FlashAvatar and INSTA read them.

    The format has no root: its motion goes into the camera, for which ``root_joint_m [3]`` (FLAME's root joint of this
    shape, metres) must be given where it turns. Neck turns are written as ``flame.neck``, which readers of the
    original ignore. ``images`` copies them to ``input/%05d.png``; ``frame_map.json`` names every frame's source.
    """
    sequence = sequence.with_root_folded(root_joint_m)
    if sequence.has_neck_motion:
        progress.note("The neck moves: written as flame.neck, which other readers of .frame files ignore.")
    content = frame_contents(sequence)
    with whole_folder(folder) as target, progress.stage("writing .frame files", len(sequence)) as step:
        for row, frame in enumerate(content):
            write_torch_zip(target / "checkpoint" / f"{row:05d}.frame", frame)
            if images:
                copy_picture(sequence.image_path[row], target / "input" / f"{row:05d}.png")
            step()
        write_frame_map(sequence, target)


def write_frame_map(sequence: FlameSequence, folder: Path) -> None:
    """``frame_map.json``: for every written number, the source's own name of the frame and of its image."""
    named = {
        f"{row:05d}": {"frame_id": name, "image": image and image.name}
        for row, (name, image) in enumerate(zip(sequence.frame_id, sequence.image_path, strict=True))
    }
    atomic_write_text(folder / "frame_map.json", json.dumps(named, indent=1))


def frame_contents(sequence: FlameSequence) -> list[dict[str, Any]]:
    """The dictionaries of all frames, exactly as the tracker saves them: keys, shapes and dtypes."""
    ndc = cameras.ndc_from_opencv(sequence.camera_from_world, sequence.intrinsics, sequence.size_wh)
    return [_nested(_content(sequence, ndc, row)) for row in range(len(sequence))]


def camera_disagreement(sequence: FlameSequence) -> np.ndarray:
    """How far ``camera.*`` and ``opencv.*`` are apart in every frame ``[T]``: matrix entries, metres, NDC units.

    Zero where a frame has no ``camera.*``, infinite where that is no camera. Converters of third parties often fill
    only one of the two correctly; FlashAvatar reads ``opencv``, GaussianBlendshapes both.
    """
    return np.array([_ndc_gap(sequence, row) for row in range(len(sequence))])


def _sequence(frames: list[Entries], progress: Progress) -> FlameSequence:
    count = len(frames)
    stack = lambda name, *shape: np.concatenate([frame.array(name, *shape) for frame in frames])  # noqa: E731
    leftovers = tuple(frame.rest(_TAKEN) for frame in frames)
    frames = [replace(frame, values=_DEFAULTS | dict(frame.values)) for frame in frames]
    eyes = _rotations(frames, "flame.eyes", 2)
    shapes = stack("flame.shape", 1, None)
    if np.ptp(shapes, 0).max(initial=0) > 0:
        progress.note("flame.shape differs between frames; the mean is taken.")
    return FlameSequence(
        shape=shapes[0] if np.ptp(shapes, 0).max(initial=0) == 0 else shapes.mean(0),
        expression=stack("flame.exp", 1, None),
        root=still(count),
        neck=_rotations(frames, "flame.neck", 1)[:, 0],
        jaw=_rotations(frames, "flame.jaw", 1)[:, 0],
        eye_left=eyes[:, 0],
        eye_right=eyes[:, 1],
        root_translation_m=np.zeros((count, 3)),
        eyelids=stack("flame.eyelids", 1, 2),
        camera_from_world=cameras.rigid(stack("opencv.R", 1, 3, 3), stack("opencv.t", 1, 3)),
        intrinsics=stack("opencv.K", 1, 3, 3),
        size_wh=_size(frames),
        frame_id=tuple(_frame_id(frame) for frame in frames),
        extra=Extra(frame=leftovers),
        source=NAME,
    )


def _size(frames: list[Entries]) -> tuple[int, int]:
    """``img_size`` is [height, width]."""
    sizes = {tuple(frame.array("img_size", 2, dtype=np.int64).tolist()) for frame in frames}
    if len(sizes) > 1:
        raise FormatError(f"{frames[0].path.parent}: img_size differs between frames: {sorted(sizes)}")
    height, width = sizes.pop()
    return width, height


def _frame_id(frame: Entries) -> str:
    """The tracker writes five digits as text; converters of third parties write a number, or nothing."""
    name = frame.values.get("frame_id", frame.path.stem)
    if isinstance(name, int | np.integer):
        return f"{name:05d}"
    return name if isinstance(name, str) else frame.path.stem


def _content(sequence: FlameSequence, ndc: cameras.NdcCamera, row: int) -> dict[str, Any]:
    """One frame with flat names, in the tracker's order."""
    rest = sequence.frame_leftovers(NAME, row)
    single = lambda array: np.asarray(array, np.float32)[None]  # noqa: E731
    tex, sh = _appearance(sequence, row)
    frame = {
        "flame.exp": fitted(sequence.expression[row][None], EXPRESSION_SIZE, "expression"),
        "flame.shape": fitted(sequence.shape[None], SHAPE_SIZE, "shape"),
        "flame.tex": tex,
        "flame.sh": sh,
        "flame.eyes": _rows6(rest.get("flame.eyes"), sequence.eye_left[row], sequence.eye_right[row]),
        "flame.eyelids": single(sequence.eyelids[row]),
        "flame.jaw": _rows6(rest.get("flame.jaw"), sequence.jaw[row]),
        "camera.R": single(cameras.rows6_from_rotation(ndc.rotation[row])),
        "camera.t": single(ndc.translation_m[row]),
        "camera.fl": single(ndc.focal_ndc[row][None]),
        "camera.pp": single(ndc.principal_ndc[row]),
        "opencv.R": single(sequence.camera_from_world[row, :3, :3]),
        "opencv.t": single(sequence.camera_from_world[row, :3, 3]),
        "opencv.K": single(sequence.intrinsics[row]),
        "img_size": np.array(sequence.size_wh[::-1], np.int64),
        "frame_id": f"{row:05d}",
        "global_step": rest.get("global_step", 0),
    }
    if "flame.neck" in rest or moves(sequence.neck[row]):
        frame["flame.neck"] = _rows6(rest.get("flame.neck"), sequence.neck[row])
    if all(name in rest for name in _NDC) and _ndc_gap(sequence, row) <= AGREEMENT:
        frame |= {name: rest[name] for name in _NDC}
    return frame | {name: value for name, value in rest.items() if name not in frame and name != "flame.neck"}


def _rows6(raw: Any, *rotations: np.ndarray) -> np.ndarray:
    """``[1, 6 n]`` float32: the tracker's own numbers while they mean these rotations."""
    current = np.stack(rotations)
    made = cameras.rows6_from_rotation(current).reshape(1, -1).astype(np.float32)
    if raw is None or np.shape(raw) != made.shape:
        return made
    return as_read(raw, cameras.rotation_from_rows6(np.reshape(raw, (-1, 6))), current, made)


def _appearance(sequence: FlameSequence, row: int) -> tuple[np.ndarray, np.ndarray]:
    """Texture ``[1, 140]`` and light ``[1, 9, 3]`` where the source has them in the same bases, else zeros."""
    rest = sequence.extra.frame[row]
    if sequence.source == NAME and "flame.tex" in rest and "flame.sh" in rest:
        return rest["flame.tex"], rest["flame.sh"]
    tex, sh = np.zeros((1, TEXTURE_SIZE), np.float32), np.zeros(LIGHT_SHAPE, np.float32)
    if sequence.source == "flame-head-tracker" and "tex" in rest and "light" in rest:
        tex, sh = fitted(np.asarray(rest["tex"]), TEXTURE_SIZE, "tex"), np.asarray(rest["light"], np.float32)
    return tex, sh


def _ndc_gap(sequence: FlameSequence, row: int) -> float:
    frame = Entries(Path(sequence.frame_id[row]), sequence.frame_leftovers(NAME, row))
    if not all(name in frame.values for name in _NDC):
        return 0.0
    try:
        rows6, translation, focal, principal = (frame.array(name, *shape)[0] for name, shape in _NDC.items())
        ndc = cameras.NdcCamera(cameras.rotation_from_rows6(rows6), translation, focal[0], principal)
    except FormatError:
        return np.inf
    transform, k = cameras.opencv_from_ndc(ndc, sequence.size_wh)
    unit_px = min(sequence.size_wh) / 2
    apart = np.abs(transform - sequence.camera_from_world[row]).max(), np.abs(k - sequence.intrinsics[row]).max()
    return float(max(apart[0], apart[1] / unit_px))


def _rotations(frames: list[Entries], name: str, joints: int) -> np.ndarray:
    """Matrices ``[T, joints, 3, 3]`` of an entry of 6-D rows; a degenerate one is named with its file."""
    rows6 = [frame.array(name, 1, 6 * joints).reshape(joints, 6) for frame in frames]
    decoded = []
    for frame, row in zip(frames, rows6, strict=True):
        try:
            decoded.append(cameras.rotation_from_rows6(row))
        except FormatError as problem:
            raise FormatError(f"{frame.path}: entry {name!r}: {problem.what}", problem.why, problem.fix) from problem
    return np.stack(decoded)


def _flat(content: Any, path: Path) -> dict[str, Any]:
    """Nested dictionaries with their names joined by a dot, as docs/formats/metrical_tracker.md lists them."""
    if not isinstance(content, dict):
        raise FormatError(f"{path} holds a {type(content).__name__}, expected a dictionary.")
    flat: dict[str, Any] = {}
    for name, value in content.items():
        grouped = isinstance(value, dict) and value
        flat |= {f"{name}.{key}": entry for key, entry in value.items()} if grouped else {str(name): value}
    return flat


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in flat.items():
        group, dot, key = name.partition(".")
        if dot:
            nested.setdefault(group, {})[key] = value
        else:
            nested[name] = value
    return nested

"""INSTA's ``transforms.json`` data set, and the folder with frames that GaussianBlendshapes and RGBAvatar read.

INSTA (Zielonka et al. 2023) writes camera-to-world in OpenCV's axes, where NeRF's own files have OpenGL's: see
docs/formats/nerf_json.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from lifemask.errors import FormatError
from lifemask.formats import cameras, metrical_tracker
from lifemask.formats.entries import Entries, read_json, read_text, require_path
from lifemask.formats.flame_sequence import FlameSequence
from lifemask.formats.folders import copy_picture, open_picture, whole_folder
from lifemask.formats.pinhole_json import (
    intrinsics_of,
    json_numbers,
    matrices_of,
    pinhole_fields,
    pinhole_names,
    size_of,
    split_rows,
)
from lifemask.formats.torch_zip import write_torch_zip
from lifemask.media.files import atomic_write_text, replacing
from lifemask.progress import NULL_PROGRESS, Progress

NAME = "nerf-json"
Axes = Literal["opencv", "opengl"]
DEPTH_M_PER_UNIT = 1 / 1000
UPRIGHT = 0.3
"""A camera whose y axis points less than this up or down (a cosine) does not tell which axes it has."""

_PATHS = ("file_path", "mesh_path", "exp_path", "depth_path", "seg_mask_path")


@dataclass(frozen=True, eq=False)
class NerfFrames:
    """``T`` frames of a ``transforms.json``: cameras in OpenCV's axes, pixels, metres; files by their entry's name.

    ``camera_from_world [T, 4, 4]``, ``intrinsics [T, 3, 3]``, ``files`` one mapping of entry name to path a frame,
    ``expression [T, E]`` where every ``exp_path`` exists; ``axes`` are those of the file. ``extra`` and
    ``frame_extra`` are entries with no place here.
    """

    camera_from_world: np.ndarray
    intrinsics: np.ndarray
    size_wh: tuple[int, int]
    files: tuple[Mapping[str, Path], ...]
    axes: Axes
    expression: np.ndarray | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    frame_extra: tuple[Mapping[str, Any], ...] = ()


def looks_like(path: Path) -> bool:
    """Whether ``path`` is a ``transforms*.json``, or a folder with one, whose frames name no FLAME parameters."""
    file = _transforms(path)
    if file is None:
        return False
    try:
        frames = read_json(file).get("frames")
    except FormatError:
        return False
    first = frames[0] if isinstance(frames, list) and frames else None
    return isinstance(first, dict) and "transform_matrix" in first and "flame_param_path" not in first


def read(path: Path, axes: Axes | None = None) -> NerfFrames:
    """The cameras and files of a ``transforms*.json``, in the order of ``file_path`` (INSTA's own order is random).

    ``axes`` are told from the cameras where they are not given: FLAME's world has +y up, so an upright camera's second
    column points down in OpenCV's axes and up in OpenGL's. Raises FileMissingError, FormatError.
    """
    file = _transforms(require_path(path, "a transforms.json"))
    if file is None:
        raise FormatError(f"{path} holds no transforms.json.")
    content = read_json(file)
    listed = Entries(file, content).require("frames")
    if not isinstance(listed, list) or not listed or not all(isinstance(frame, dict) for frame in listed):
        raise FormatError(f"{file}: frames is not a list of objects with something in it.")
    shared = {name: content[name] for name in pinhole_names() if name in content}
    frames = sorted(
        (Entries(file, shared | frame) for frame in listed), key=lambda frame: str(frame.values.get("file_path"))
    )
    sizes = {size_of(frame) for frame in frames}
    if len(sizes) > 1:
        raise FormatError(f"{file}: the images have several sizes: {sorted(sizes)}")
    matrices = matrices_of(frames)
    axes = axes or _guess_axes(matrices, file)
    files = tuple(_files(frame) for frame in frames)
    taken = {"transform_matrix", *_PATHS, *pinhole_names()}
    return NerfFrames(
        camera_from_world=cameras.invert_rigid(matrices) if axes == "opencv" else cameras.opencv_from_opengl(matrices),
        intrinsics=np.stack([intrinsics_of(frame) for frame in frames]),
        size_wh=sizes.pop(),
        files=files,
        axes=axes,
        expression=_expressions(files),
        extra={name: value for name, value in content.items() if name not in {"frames", *pinhole_names()}},
        frame_extra=tuple(frame.rest(taken) for frame in frames),
    )


def write_json(frames: NerfFrames, path: Path) -> None:
    """Write one ``transforms.json`` atomically; paths become relative to its folder where they lie inside."""
    world = cameras.invert_rigid(frames.camera_from_world)
    matrices = world if frames.axes == "opencv" else cameras.opengl_from_opencv(frames.camera_from_world)
    one_camera = bool((frames.intrinsics == frames.intrinsics[0]).all())
    listed = []
    for row, files in enumerate(frames.files):
        own = {} if one_camera else pinhole_fields(frames.intrinsics[row], frames.size_wh)
        named = {name: _relative(file, path.parent) for name, file in files.items()}
        extra = frames.frame_extra[row] if frames.frame_extra else {}
        listed.append({**own, **named, "transform_matrix": json_numbers(matrices[row]), **extra})
    content = {**pinhole_fields(frames.intrinsics[0], frames.size_wh), **frames.extra, "frames": listed}
    atomic_write_text(path, json.dumps(content, indent=1))


def write(
    sequence: FlameSequence,
    folder: Path,
    *,
    root_joint_m: np.ndarray | None = None,
    held_out: float = 0.1,
    progress: Progress = NULL_PROGRESS,
) -> None:
    """Write a FLAME fit as INSTA's data set: ``transforms*.json``, ``flame/exp``, ``images``, ``checkpoint``.

    ``images/%05d.png`` carries the matte as its alpha where one is known, which is what GaussianBlendshapes and
    RGBAvatar read together with ``checkpoint/%05d.frame``. INSTA's own training also wants ``meshes/%05d.obj``, which
    take a FLAME model to make. The root's motion goes into the camera: see ``metrical_tracker.write``.
    """
    sequence = sequence.with_root_folded(root_joint_m)
    with whole_folder(folder) as target, progress.stage("writing frames", len(sequence)) as step:
        for row, content in enumerate(metrical_tracker.frame_contents(sequence)):
            write_torch_zip(target / "checkpoint" / f"{row:05d}.frame", content)
            numbers = "\n".join(f"{value:.8f}" for value in sequence.expression[row]) + "\n"
            atomic_write_text(target / "flame" / "exp" / f"{row:05d}.txt", numbers)
            _write_picture(sequence, row, target / "images" / f"{row:05d}.png")
            step()
        metrical_tracker.write_frame_map(sequence, target)
        train, test = split_rows(len(sequence), held_out)
        for name, rows in {"": range(len(sequence)), "_train": train, "_test": test, "_val": test}.items():
            write_json(_frames_of(sequence, list(rows), target), target / f"transforms{name}.json")


def _transforms(path: Path) -> Path | None:
    if path.is_file():
        return path if path.suffix == ".json" else None
    names = ("transforms.json", "transforms_train.json")
    return next((path / name for name in names if (path / name).exists()), None)


def _guess_axes(matrices: np.ndarray, file: Path) -> Axes:
    upwards = float(matrices[:, 1, 1].mean())
    if abs(upwards) < UPRIGHT:
        raise FormatError(
            f"{file}: the cameras lie on their side (mean y of their second column {upwards:.2f}).",
            "INSTA's matrices have OpenCV's axes, NeRF's and VHAP's OpenGL's; these could be either.",
            "Give axes='opencv' or axes='opengl'.",
        )
    return "opengl" if upwards > 0 else "opencv"


def _files(frame: Entries) -> dict[str, Path]:
    return {name: frame.path.parent / str(frame.values[name]) for name in _PATHS if name in frame.values}


def _expressions(files: tuple[Mapping[str, Path], ...]) -> np.ndarray | None:
    if not all("exp_path" in named and named["exp_path"].exists() for named in files):
        return None
    rows = []
    for named in files:
        try:
            rows.append(np.array(read_text(named["exp_path"], "a list of numbers").split(), np.float64))
        except ValueError as problem:
            raise FormatError(f"{named['exp_path']} is not a list of numbers: {problem}") from problem
    if len({len(row) for row in rows}) > 1:
        raise FormatError(f"{files[0]['exp_path'].parent}: the files hold different numbers of coefficients.")
    return np.stack(rows)


def _relative(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)


def _frames_of(sequence: FlameSequence, rows: list[int], folder: Path) -> NerfFrames:
    files = tuple(
        {"file_path": folder / f"images/{row:05d}.png", "exp_path": folder / f"flame/exp/{row:05d}.txt"} for row in rows
    )
    depth = {"integer_depth_scale": DEPTH_M_PER_UNIT}
    picked = sequence.camera_from_world[rows], sequence.intrinsics[rows]
    return NerfFrames(*picked, sequence.size_wh, files, "opencv", extra=depth)


def _write_picture(sequence: FlameSequence, row: int, path: Path) -> None:
    image, alpha = sequence.image_path[row], sequence.alpha_path[row]
    if image is None or alpha is None:
        copy_picture(image, path)
        return
    with open_picture(image) as picture, open_picture(alpha) as matte, replacing(path) as temporary:
        if picture.size != matte.size:
            raise FormatError(f"{alpha} is {matte.size}, its image {image} is {picture.size}.")
        both = Image.merge("RGBA", (*picture.convert("RGB").split(), matte.convert("L")))
        both.save(temporary)

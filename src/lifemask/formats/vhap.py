"""VHAP's exported data set, which GaussianAvatars trains on: ``transforms*.json`` with one ``.npz`` of FLAME
parameters a frame (Qian et al. 2024, "GaussianAvatars"). See docs/formats/vhap.md."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lifemask.errors import FormatError
from lifemask.formats import cameras
from lifemask.formats.entries import Entries, read_json, read_npz, require_path, write_npz
from lifemask.formats.flame_sequence import (
    EXPRESSION_SIZE,
    SHAPE_SIZE,
    Extra,
    FlameSequence,
    as_read,
    axis_angles,
    fitted,
)
from lifemask.formats.folders import copy_picture, whole_folder
from lifemask.formats.pinhole_json import (
    intrinsics_of,
    json_numbers,
    matrices_of,
    pinhole_fields,
    pinhole_names,
    size_of,
    split_rows,
)
from lifemask.media.files import atomic_write_text
from lifemask.progress import NULL_PROGRESS, Progress

NAME = "vhap"
SPLITS = ("train", "val", "test")
CANONICAL = "canonical_flame_param.npz"
OPEN_JAW = (0.3, 0.0, 0.0)
"""Axis-angle of the jaw in VHAP's canonical mesh, radians."""

_FRAME_TAKEN = frozenset({
    "transform_matrix", "file_path", "fg_mask_path", "flame_param_path", "timestep_index", *pinhole_names(),
})  # fmt: skip
_PARAM_TAKEN = frozenset({"shape", "expr", "static_offset", "eyelids"})


def looks_like(path: Path) -> bool:
    """Whether ``path`` is such a folder, or one of its ``transforms*.json``: the frames name FLAME parameters."""
    return any("flame_param_path" in _first_frame(file) for file in _transforms(path))


def read(path: Path, camera_index: int | None = None, progress: Progress = NULL_PROGRESS) -> FlameSequence:
    """The fit of one camera of a data set folder, or of one ``transforms*.json`` of it, in the order of time.

    ``camera_index`` is needed where there are several. ``frame_id`` is the timestep, ``image_path`` and
    ``alpha_path`` what the frames name, where it exists. Raises FileMissingError, FormatError.
    """
    files = _transforms(require_path(path, "a data set of VHAP"))
    if not files:
        raise FormatError(f"{path} holds no transforms.json and no transforms_train.json.")
    frames = _one_camera(_merged(files), camera_index, files[0])
    params = _parameters(frames, progress)
    column = lambda name, width: np.concatenate([entry.array(name, 1, width) for entry in params])  # noqa: E731
    turn, eyes = cameras.rotation_from_axis_angle, column("eyes_pose", 6)
    sizes = {size_of(frame) for frame in frames}
    if len(sizes) > 1:
        raise FormatError(f"{files[0]}: the images have several sizes: {sorted(sizes)}")
    offset = params[0].values.get("static_offset")
    return FlameSequence(
        shape=params[0].array("shape", None),
        expression=column("expr", None),
        root=turn(column("rotation", 3)),
        neck=turn(column("neck_pose", 3)),
        jaw=turn(column("jaw_pose", 3)),
        eye_left=turn(eyes[:, :3]),
        eye_right=turn(eyes[:, 3:]),
        root_translation_m=column("translation", 3),
        eyelids=np.concatenate(
            [entry.array("eyelids", 1, 2) if "eyelids" in entry.values else np.zeros((1, 2)) for entry in params]
        ),
        camera_from_world=cameras.opencv_from_opengl(matrices_of(frames)),
        intrinsics=np.stack([intrinsics_of(frame) for frame in frames]),
        size_wh=sizes.pop(),
        frame_id=tuple(str(_timestep(frame)) for frame in frames),
        image_path=tuple(_named(frame, "file_path") for frame in frames),
        alpha_path=tuple(_named(frame, "fg_mask_path") for frame in frames),
        frame_path=tuple(entry.path for entry in params),
        vertex_offset_m=None if offset is None else params[0].array("static_offset", 1, None, 3)[0],
        extra=_leftovers(files, frames, params),
        source=NAME,
    )


def write(sequence: FlameSequence, folder: Path, *, held_out: float = 0.1, progress: Progress = NULL_PROGRESS) -> None:
    """Write the data set as GaussianAvatars loads it; images and mattes are copied where they are known.

    The last ``held_out`` of the frames are the test split; with one camera there is no held-out view, and the
    validation split holds the same frames as the test. A sequence that came from VHAP keeps its own splits.
    """
    with whole_folder(folder) as target, progress.stage("writing FLAME parameters", len(sequence)) as step:
        frames = []
        for row in range(len(sequence)):
            write_npz(target / "flame_param" / f"{row:05d}.npz", _parameter_content(sequence, row))
            frames.append(_frame_content(sequence, row, target))
            step()
        shared = sequence.clip_leftovers(NAME)
        known = {"frames", "timestep_indices", "camera_indices", *pinhole_names()}
        top = {
            **pinhole_fields(sequence.intrinsics[0], sequence.size_wh),
            "timestep_indices": list(range(len(sequence))),
            "camera_indices": [0],
            **{name: value for name, value in shared.get("transforms", {}).items() if name not in known},
        }
        rows = _split(sequence, held_out)
        for name, picked in {"": range(len(sequence)), **rows}.items():
            content = top | {"frames": [frames[row] for row in picked]}
            atomic_write_text(target / f"transforms{name and '_'}{name}.json", json.dumps(content, indent=1))
        write_npz(target / CANONICAL, shared.get("canonical") or _canonical(sequence))


def _transforms(path: Path) -> list[Path]:
    """The one file that is named or holds everything, else those of the splits."""
    if path.is_file():
        return [path] if path.suffix == ".json" else []
    whole = path / "transforms.json"
    return [whole] if whole.exists() else [
        file for split in SPLITS if (file := path / f"transforms_{split}.json").exists()
    ]  # fmt: skip


def _first_frame(file: Path) -> Mapping[str, Any]:
    try:
        frames = read_json(file).get("frames")
    except FormatError:
        return {}
    return frames[0] if isinstance(frames, list) and frames and isinstance(frames[0], dict) else {}


def _merged(files: list[Path]) -> list[Entries]:
    """The frames of all files, each once, with the file's shared camera where a frame has none of its own."""
    found: dict[tuple, Entries] = {}
    for file in files:
        content = read_json(file)
        shared = {name: content[name] for name in pinhole_names() if name in content}
        listed = Entries(file, content).require("frames")
        if not isinstance(listed, list) or not all(isinstance(frame, dict) for frame in listed):
            raise FormatError(f"{file}: frames is not a list of objects.")
        for number, frame in enumerate(listed):
            entry = Entries(file, shared | frame)
            key = (_timestep(entry), _camera(entry), number if "timestep_index" not in frame else None)
            found.setdefault(key, entry)
    if not found:
        raise FormatError(f"{files[0]} lists no frames.")
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1]))]


def _one_camera(frames: list[Entries], camera_index: int | None, file: Path) -> list[Entries]:
    there = sorted({_camera(frame) for frame in frames})
    if camera_index is None and len(there) > 1:
        raise FormatError(
            f"{file} holds {len(there)} cameras: {', '.join(map(str, there))}.",
            "A sequence has one camera.",
            "Choose one by its camera_index.",
        )
    picked = [frame for frame in frames if camera_index in (None, _camera(frame))]
    if not picked:
        raise FormatError(f"{file} holds no camera {camera_index}.", f"There are {', '.join(map(str, there))}.")
    return picked


def _timestep(frame: Entries) -> int:
    return int(frame.number("timestep_index", 0))


def _camera(frame: Entries) -> int:
    return int(frame.number("camera_index", 0))


def _parameters(frames: list[Entries], progress: Progress) -> list[Entries]:
    """Every frame's FLAME parameters; the offset of the template, the same in all, is taken from the first."""
    params = []
    with progress.stage("reading FLAME parameters", len(frames)) as step:
        for number, frame in enumerate(frames):
            file = frame.path.parent / str(frame.require("flame_param_path"))
            params.append(read_npz(file, skip=() if number == 0 else ("static_offset",)))
            step()
    return params


def _named(frame: Entries, name: str) -> Path | None:
    """The file that a frame names, relative to its JSON; some exporters leave ``.png`` out."""
    value = frame.values.get(name)
    if not isinstance(value, str):
        return None
    file = frame.path.parent / value
    return file if file.exists() else next((p for p in [file.with_name(file.name + ".png")] if p.exists()), None)


def _leftovers(files: list[Path], frames: list[Entries], params: list[Entries]) -> Extra:
    canonical = files[0].parent / CANONICAL
    clip: dict[str, Any] = {"transforms": Entries(files[0], read_json(files[0])).rest({"frames"})}
    if canonical.exists():
        clip["canonical"] = dict(read_npz(canonical).values)
    splits = {
        split: {str(frame.get("file_path")) for frame in read_json(file)["frames"]}
        for split in SPLITS
        if (file := files[0].parent / f"transforms_{split}.json").exists()
    }
    return Extra(
        clip,
        tuple(
            {
                "transforms": frame.rest(_FRAME_TAKEN),
                "param": entry.rest(_PARAM_TAKEN),
                "splits": [name for name, files in splits.items() if str(frame.values.get("file_path")) in files],
            }
            for frame, entry in zip(frames, params, strict=True)
        ),
    )


def _frame_content(sequence: FlameSequence, row: int, target: Path) -> dict[str, Any]:
    """The JSON of one frame; copies its picture and matte."""
    image, matte = f"images/{row:05d}_00.png", f"fg_masks/{row:05d}_00.png"
    frame: dict[str, Any] = {
        "timestep_index": row,
        "timestep_index_original": row,
        "timestep_id": f"frame_{row:05d}",
        "camera_index": 0,
        "camera_id": "0",
        **pinhole_fields(sequence.intrinsics[row], sequence.size_wh),
        "transform_matrix": json_numbers(cameras.opengl_from_opencv(sequence.camera_from_world[row])),
        "file_path": image,
        "flame_param_path": f"flame_param/{row:05d}.npz",
    }
    copy_picture(sequence.image_path[row], target / image)
    if copy_picture(sequence.alpha_path[row], target / matte):
        frame["fg_mask_path"] = matte
    return frame | dict(sequence.frame_leftovers(NAME, row).get("transforms", {})) | {"camera_index": 0}


def _parameter_content(sequence: FlameSequence, row: int) -> dict[str, np.ndarray]:
    rest = sequence.frame_leftovers(NAME, row).get("param", {})

    def angle(name: str, *rotations: np.ndarray) -> np.ndarray:
        current = np.stack(rotations)
        made, raw = axis_angles(current).reshape(1, -1), rest.get(name)
        if raw is None or np.shape(raw) != made.shape:
            return made
        return as_read(raw, cameras.rotation_from_axis_angle(np.reshape(raw, (-1, 3))), current, made)

    content = {
        "translation": sequence.root_translation_m[row][None].astype(np.float32),
        "rotation": angle("rotation", sequence.root[row]),
        "neck_pose": angle("neck_pose", sequence.neck[row]),
        "jaw_pose": angle("jaw_pose", sequence.jaw[row]),
        "eyes_pose": angle("eyes_pose", sequence.eye_left[row], sequence.eye_right[row]),
        "shape": fitted(sequence.shape, SHAPE_SIZE, "shape"),
        "expr": fitted(sequence.expression[row][None], EXPRESSION_SIZE, "expression"),
    }
    if sequence.vertex_offset_m is not None:
        content["static_offset"] = sequence.vertex_offset_m[None].astype(np.float32)
    if sequence.eyelids[row].any():
        content["eyelids"] = sequence.eyelids[row][None].astype(np.float32)
    return content | {name: value for name, value in rest.items() if name not in content}


def _canonical(sequence: FlameSequence) -> dict[str, np.ndarray]:
    """The person at rest with an open mouth."""
    rest = {name: np.zeros((1, 3), np.float32) for name in ("translation", "rotation", "neck_pose")}
    content = rest | {
        "jaw_pose": np.array([OPEN_JAW], np.float32),
        "eyes_pose": np.zeros((1, 6), np.float32),
        "shape": fitted(sequence.shape, SHAPE_SIZE, "shape"),
        "expr": np.zeros((1, EXPRESSION_SIZE), np.float32),
    }
    if sequence.vertex_offset_m is not None:
        content["static_offset"] = sequence.vertex_offset_m[None].astype(np.float32)
    return content


def _split(sequence: FlameSequence, held_out: float) -> dict[str, list[int]]:
    own = [sequence.frame_leftovers(NAME, row).get("splits", []) for row in range(len(sequence))]
    if all(own):
        return {name: [row for row, names in enumerate(own) if name in names] for name in SPLITS}
    train, test = split_rows(len(sequence), held_out)
    return {"train": train, "val": test, "test": test}

"""flame-head-tracker: a folder of ``<frame>.npz`` files, one a frame. See docs/formats/flame_head_tracker.md."""

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lifemask.errors import FormatError
from lifemask.formats import cameras
from lifemask.formats.entries import Entries, read_npz, write_npz
from lifemask.formats.flame_sequence import (
    EXPRESSION_SIZE,
    SHAPE_SIZE,
    Extra,
    FlameSequence,
    as_read,
    axis_angles,
    fitted,
)
from lifemask.formats.folders import numbered, open_picture, whole_folder
from lifemask.media.files import replacing
from lifemask.progress import NULL_PROGRESS, Progress

NAME = "flame-head-tracker"
INTRINSICS_SIDE_PX = 256
"""``K`` is for a picture of this side, whatever the side of ``img``."""

PICTURES = ("img", "img_aligned", "parsing", "parsing_aligned", "img_rendered", "shape_rendered", "mesh_rendered")
"""Entries of about a megabyte a frame: not held in memory, copied from the source file when it is written again."""

_TAKEN = frozenset({"exp", "shape", "eyelids"})


def looks_like(path: Path) -> bool:
    """Whether ``path`` is a folder of numbered ``.npz`` files, the first of which holds ``cam`` and ``exp``."""
    files = sorted(file for file in path.glob("*.npz") if file.stem.isdecimal()) if path.is_dir() else []
    try:
        with zipfile.ZipFile(files[0]) as archive:
            return {"cam.npy", "exp.npy"} <= set(archive.namelist())
    except (IndexError, OSError, ValueError, RuntimeError, zipfile.BadZipFile):
        return False


def read(path: Path, progress: Progress = NULL_PROGRESS) -> FlameSequence:
    """The fit in a folder of ``.npz`` files; ``frame_id`` are their numbers, frames that failed are simply not there.

    The camera is that of the picture stored inside of each file, ``img``: by default the tracker crops every frame
    anew, and does not say how, so that masks and training pictures must come from there (``extract_pictures``).
    Raises FileMissingError, FormatError with the file and the entry; pickled objects are refused.
    """
    files = numbered(path, ".npz", "a folder of flame-head-tracker")
    frames = [read_npz(file, skip=PICTURES) for file in files]
    side = _side(files[0])
    if int(files[-1].stem) - int(files[0].stem) + 1 != len(files):
        progress.note(f"{path.name}: frames are missing between {files[0].stem} and {files[-1].stem}.")
    stack = lambda name, *shape: np.concatenate([frame.array(name, *shape) for frame in frames])  # noqa: E731
    optional = lambda name, width: np.concatenate(  # noqa: E731
        [frame.array(name, 1, width) if name in frame.values else np.zeros((1, width)) for frame in frames]
    )
    turn, eyes, shapes = cameras.rotation_from_axis_angle, stack("eye_pose", 1, 6), stack("shape", 1, None)
    if np.ptp(shapes, 0).max(initial=0) > 0:
        progress.note("shape differs between frames; the mean is taken.")
    count = len(files)
    return FlameSequence(
        shape=shapes[0] if np.ptp(shapes, 0).max(initial=0) == 0 else shapes.mean(0),
        expression=stack("exp", 1, None),
        root=turn(optional("head_pose", 3)),
        neck=turn(optional("neck_pose", 3)),
        jaw=turn(stack("jaw_pose", 1, 3)),
        eye_left=turn(eyes[:, :3]),
        eye_right=turn(eyes[:, 3:]),
        root_translation_m=np.zeros((count, 3)),
        eyelids=optional("eyelids", 2),
        camera_from_world=cameras.opencv_from_orbit(stack("cam", 1, 6)),
        intrinsics=_scaled(stack("K", 1, 3, 3), side / INTRINSICS_SIDE_PX),
        size_wh=(side, side),
        frame_id=tuple(file.stem for file in files),
        frame_path=tuple(files),
        extra=Extra(frame=tuple(frame.rest(_TAKEN) for frame in frames)),
        source=NAME,
    )


def write(sequence: FlameSequence, folder: Path, progress: Progress = NULL_PROGRESS) -> None:
    """Write ``<frame>.npz``, named by ``frame_id`` where these are numbers, else by 0, 1, 2 ...

    ``img`` comes from ``image_path``, and all pictures of the source from ``frame_path``. The root's rotation is
    ``head_pose``; its translation, for which there is no entry, goes into the camera. ``eyelids`` are an entry of our
    own, written where any closes. Raises FormatError for pictures that are not square.
    """
    width, height = sequence.size_wh
    if width != height:
        raise FormatError(f"The images are {width} x {height}; {NAME} knows square ones.", fix="Crop them square.")
    # The translation comes after the turn about the root joint, so that the camera takes it over exactly.
    camera = cameras.fold_root(sequence.camera_from_world, np.eye(3), sequence.root_translation_m, np.zeros(3))
    numbers = all(name.isdecimal() for name in sequence.frame_id) and len(set(sequence.frame_id)) == len(sequence)
    with whole_folder(folder) as target, progress.stage("writing .npz files", len(sequence)) as step:
        for row in range(len(sequence)):
            name = sequence.frame_id[row] if numbers else str(row)
            write_npz(target / f"{name}.npz", _content(sequence, camera, row))
            step()


def extract_pictures(sequence: FlameSequence, folder: Path, progress: Progress = NULL_PROGRESS) -> FlameSequence:
    """Write every frame's ``img`` and label map as ``images/<frame>.png`` and ``parsing/<frame>.png``.

    Returns the sequence with ``image_path`` and ``parsing_path`` set; one frame is in memory at a time.
    """
    images: list[Path | None] = []
    labels: list[Path | None] = []
    with progress.stage("extracting pictures", len(sequence)) as step:
        for name, source in zip(sequence.frame_id, sequence.frame_path, strict=True):
            if source is None:
                raise FormatError(f"Frame {name!r} does not know its .npz file.", "Pictures are stored inside of it.")
            kept = read_npz(source, skip=(*PICTURES[1:2], *PICTURES[3:]))
            images.append(_save(kept, "img", folder / "images" / f"{name}.png"))
            labels.append(_save(kept, "parsing", folder / "parsing" / f"{name}.png"))
            step()
    return replace(sequence, image_path=tuple(images), parsing_path=tuple(labels))


def _save(entries: Entries, name: str, path: Path) -> Path | None:
    if name not in entries.values:
        return None
    shape = (1, None, None, 3) if name == "img" else (1, None, None)
    array = entries.array(name, *shape, dtype=None)[0]
    with replacing(path) as temporary:
        Image.fromarray(array.astype(np.uint8)).save(temporary)
    return path


def _side(file: Path) -> int:
    """The side of ``img`` in pixels; that of ``K`` where there is no picture."""
    pictures = read_npz(file, skip=PICTURES[1:]).values
    if "img" not in pictures:
        return INTRINSICS_SIDE_PX
    _, height, width, _ = np.shape(pictures["img"])
    if width != height:
        raise FormatError(f"{file}: img is {width} x {height}, expected a square.", "K is for a square picture.")
    return int(width)


def _scaled(k: np.ndarray, scale: float) -> np.ndarray:
    return np.array([scale, scale, 1.0])[:, None] * k


def _content(sequence: FlameSequence, camera_from_world: np.ndarray, row: int) -> dict[str, np.ndarray]:
    rest = sequence.frame_leftovers(NAME, row)
    side = sequence.size_wh[0]
    k = _scaled(sequence.intrinsics[row], INTRINSICS_SIDE_PX / side)
    angle = lambda name, *joints: _axis_angle(rest.get(name), *joints)  # noqa: E731
    frame: dict[str, Any] = {
        "shape": fitted(sequence.shape[None], SHAPE_SIZE, "shape"),
        "exp": fitted(sequence.expression[row][None], EXPRESSION_SIZE, "expression"),
        "head_pose": angle("head_pose", sequence.root[row]),
        "jaw_pose": angle("jaw_pose", sequence.jaw[row]),
        "neck_pose": angle("neck_pose", sequence.neck[row]),
        "eye_pose": angle("eye_pose", sequence.eye_left[row], sequence.eye_right[row]),
        "cam": _orbit(rest.get("cam"), camera_from_world[row]),
        "fov": _field_of_view(rest.get("fov"), k),
        "K": k[None].astype(np.float32),
    }
    if sequence.eyelids[row].any():
        frame["eyelids"] = sequence.eyelids[row][None].astype(np.float32)
    source = sequence.frame_path[row]
    if sequence.source == NAME and source is not None and source.exists():
        frame |= {name: value for name, value in read_npz(source).values.items() if name in PICTURES}
    picture = sequence.image_path[row]
    if picture is not None:
        with open_picture(picture) as image:
            frame["img"] = np.asarray(image.convert("RGB"))[None]
    return frame | {name: value for name, value in rest.items() if name not in frame}


def _axis_angle(raw: Any, *rotations: np.ndarray) -> np.ndarray:
    """``[1, 3 n]`` float32: the source's own numbers while they mean these rotations."""
    current = np.stack(rotations)
    made = axis_angles(current).reshape(1, -1)
    if raw is None or np.shape(raw) != made.shape:
        return made
    return as_read(raw, cameras.rotation_from_axis_angle(np.reshape(raw, (-1, 3))), current, made)


def _orbit(raw: Any, camera_from_world: np.ndarray) -> np.ndarray:
    made = cameras.orbit_from_opencv(camera_from_world)[None].astype(np.float32)
    if raw is None or np.shape(raw) != made.shape:
        return made
    return as_read(raw, cameras.opencv_from_orbit(raw)[0], camera_from_world, made)


def _field_of_view(raw: Any, k: np.ndarray) -> np.ndarray:
    """Degrees across ``K``'s picture; the source's own number while it agrees with ``K`` to float32."""
    made = np.degrees(2 * np.arctan(INTRINSICS_SIDE_PX / 2 / k[0, 0]))[None].astype(np.float32)
    return np.asarray(raw) if raw is not None and np.allclose(raw, made, rtol=1e-5) else made

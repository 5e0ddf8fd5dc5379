"""``tracking.safetensors``: how one clip moves. A public, documented schema."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save

from lifemask.errors import FormatError
from lifemask.geometry.camera import Camera
from lifemask.media.files import atomic_write_bytes, in_fixed_order, read_tensors
from lifemask.rig.code import RigCode

SCHEMA = "lifemask-tracking-1"


@dataclass(frozen=True)
class Tracking:
    """One static camera, one person, and a pose and an expression for each of ``T`` frames.

    Transforms are ``[T, 4, 4]`` (OpenCV camera, metres, column vectors); ``eyes [T, 2, 2]`` gaze (yaw, pitch) in
    radians, left then right; ``vertex_offset_m [V, 3]`` the person's bounded difference from the identity basis;
    ``torso_modes [T, M]`` the torso's deformation, in standard deviations; ``jaw [T, 3]`` axis-angle in radians, of
    rigs whose jaw is a joint; ``face_modes [T, F]`` what an avatar found of the face beyond its expressions, if one has
    refined this.
    """

    camera: Camera
    timestamp_s: np.ndarray
    frame_index: np.ndarray
    tracked: np.ndarray
    camera_from_head: np.ndarray
    camera_from_torso: np.ndarray
    expression: np.ndarray
    expression_names: tuple[str, ...]
    eyes: np.ndarray
    torso_modes: np.ndarray
    identity: np.ndarray
    vertex_offset_m: np.ndarray
    landmarks_px: np.ndarray
    reprojection_px: np.ndarray
    lip_aperture_m: np.ndarray
    eyelid_aperture_m: np.ndarray
    rig_hash: str
    refined: bool = False
    jaw: np.ndarray | None = None
    face_modes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.tracked)

    def code(self, rows: np.ndarray | slice, device: torch.device | str = "cpu") -> RigCode:
        """The rig code of some frames."""
        to = lambda array: torch.as_tensor(array[rows], dtype=torch.float32, device=device)  # noqa: E731
        jaw = None if self.jaw is None else to(self.jaw)
        return RigCode(to(self.expression), to(self.eyes), to(self.camera_from_head), to(self.camera_from_torso), jaw)

    def with_motion(self, **arrays: np.ndarray) -> "Tracking":
        """A copy with some per-frame arrays replaced."""
        return replace(self, **arrays)

    def save(self, path: Path) -> None:
        """Write the file atomically."""
        as_float = {name: np.ascontiguousarray(getattr(self, name), np.float32) for name in _FLOAT_ARRAYS}
        arrays = as_float | {
            "camera.K": self.camera.matrix,
            "camera.size_wh": np.array(self.camera.size_wh, np.int64),
            "timestamp_s": np.ascontiguousarray(self.timestamp_s, np.float64),
            "frame_index": np.ascontiguousarray(self.frame_index, np.int64),
            "tracked": np.ascontiguousarray(self.tracked).astype(np.bool_),
        }
        for name in _OPTIONAL_ARRAYS:
            if getattr(self, name) is not None:
                arrays[name] = np.ascontiguousarray(getattr(self, name), np.float32)
        header = {
            "schema": SCHEMA,
            "expression_names": ",".join(self.expression_names),
            "rig_hash": self.rig_hash,
            "refined": str(int(self.refined)),
        }
        atomic_write_bytes(path, in_fixed_order(save(arrays, header)))

    @staticmethod
    def load(path: Path) -> "Tracking":
        """Read the file; a missing entry names itself."""
        header, arrays = read_tensors(path, SCHEMA)
        try:
            width, height = (int(value) for value in arrays["camera.size_wh"])
            return Tracking(
                camera=Camera.from_matrix(arrays["camera.K"], (width, height)),
                timestamp_s=arrays["timestamp_s"],
                frame_index=arrays["frame_index"],
                tracked=arrays["tracked"],
                expression_names=tuple(header["expression_names"].split(",")),
                rig_hash=header["rig_hash"],
                refined=header.get("refined") == "1",
                jaw=arrays.get("jaw"),
                face_modes=arrays.get("face_modes"),
                **{name: arrays[name] for name in _FLOAT_ARRAYS},
            )
        except KeyError as missing:
            raise FormatError(f"{path}: no entry {missing}", "The file is older or was cut.") from missing


_FLOAT_ARRAYS = (
    "camera_from_head", "camera_from_torso", "expression", "eyes", "torso_modes", "identity", "vertex_offset_m",
    "landmarks_px", "reprojection_px", "lip_aperture_m", "eyelid_aperture_m",
)  # fmt: skip
_OPTIONAL_ARRAYS = ("jaw", "face_modes")

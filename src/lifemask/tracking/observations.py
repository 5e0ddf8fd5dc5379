"""What perception saw of a clip: the tracker's input."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from lifemask.errors import FormatError
from lifemask.media.files import atomic_write_bytes
from lifemask.rig.landmark_sets import LEFT_IRIS, RIGHT_IRIS


@dataclass(frozen=True)
class Observations:
    """Landmarks of ``T`` frames.

    ``landmarks_px [T, 478, 2]`` continuous pixels of the original frame, ``landmark_depth_px [T, 478]`` relative depth
    in the same unit (smaller is nearer), ``detected [T]`` bool, ``timestamp_s [T]``, ``frame_index [T]`` in the
    video, ``blendshapes [T, 52]`` scores with their ``blendshape_names``, ``size_wh`` of the original frame.
    Rows of frames without a face are zero.
    """

    landmarks_px: np.ndarray
    landmark_depth_px: np.ndarray
    detected: np.ndarray
    timestamp_s: np.ndarray
    frame_index: np.ndarray
    blendshapes: np.ndarray
    blendshape_names: tuple[str, ...]
    size_wh: tuple[int, int]

    def __len__(self) -> int:
        return len(self.detected)

    @property
    def interocular_px(self) -> float:
        """Distance of the irises in a frontal frame, pixels."""
        return interocular_px(self.landmarks_px[self.detected])

    def select(self, rows: np.ndarray) -> "Observations":
        """The observations of some rows, in the order given."""
        return Observations(
            self.landmarks_px[rows],
            self.landmark_depth_px[rows],
            self.detected[rows],
            self.timestamp_s[rows],
            self.frame_index[rows],
            self.blendshapes[rows],
            self.blendshape_names,
            self.size_wh,
        )

    def save(self, path: Path) -> None:
        """Write a safetensors file."""
        arrays = {
            "landmarks_px": self.landmarks_px.astype(np.float32),
            "landmark_depth_px": self.landmark_depth_px.astype(np.float32),
            "detected": self.detected.astype(np.uint8),
            "timestamp_s": self.timestamp_s.astype(np.float64),
            "frame_index": self.frame_index.astype(np.int64),
            "blendshapes": self.blendshapes.astype(np.float32),
            "size_wh": np.array(self.size_wh, np.int64),
        }
        arrays = {name: np.ascontiguousarray(value) for name, value in arrays.items()}
        atomic_write_bytes(path, save(arrays, {"blendshape_names": ",".join(self.blendshape_names)}))

    @staticmethod
    def load(path: Path) -> "Observations":
        """Read what ``save`` wrote."""
        try:
            with safe_open(path, "np") as handle:
                names = tuple((handle.metadata() or {}).get("blendshape_names", "").split(","))
                arrays = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as problem:
            raise FormatError(f"{path} cannot be read as safetensors: {problem}") from problem
        try:
            width, height = (int(value) for value in arrays["size_wh"])
            return Observations(
                arrays["landmarks_px"],
                arrays["landmark_depth_px"],
                arrays["detected"].astype(bool),
                arrays["timestamp_s"],
                arrays["frame_index"],
                arrays["blendshapes"],
                names,
                (width, height),
            )
        except KeyError as missing:
            raise FormatError(f"{path}: no entry {missing}", "It is not a file of landmarks.") from missing


def interocular_px(landmarks_px: np.ndarray) -> float:
    """Distance of the irises in a frontal frame, the 80th percentile over landmarks ``[T, 478, 2]``, pixels."""
    between = landmarks_px[:, RIGHT_IRIS[0]] - landmarks_px[:, LEFT_IRIS[0]]
    return float(np.percentile(np.linalg.norm(between, axis=-1), 80))

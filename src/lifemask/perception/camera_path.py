"""A camera that moved: where each frame lies in one reference frame, or why the background does not tell.

Everything behind this knows one static camera. A turn or a shift of a hand-held camera is very nearly a similarity of
the picture, so a similarity of every frame takes it to what that static camera would have seen. Every frame is
registered against the same reference frame, so that no error adds up over time.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from lifemask.errors import FormatError, LifemaskError
from lifemask.media.files import atomic_write_bytes, in_fixed_order
from lifemask.perception.background_alignment import Alignment, BackgroundAligner
from lifemask.perception.camera_motion import FaceExtent, background_mask, grey_thumbnail
from lifemask.perception.path_smoothing import smooth_path

SCHEMA = "lifemask-camera-path-1"
REGISTERED_SIDE = 512
"""Frames are registered at about this length of their longer side: finer ones cost more and tell little more."""
MOTION_PERCENTILE = 98
"""Over time: how far the camera moved is not decided by one odd frame."""


class CameraMovedError(LifemaskError):
    """The camera moved, and the background does not allow to take the motion out, with the measurement."""

    exit_code = 25


@dataclass(frozen=True)
class PathLimits:
    """What is still, and what is refused."""

    still_px: float = 0.25
    """Motion below this, in pixels of the registered picture, or below three standard errors, is none: registration
    itself is that far off when shadows, codecs and passers-by disturb it."""
    least_common: float = 0.6
    """Of both sides of the frame that all frames must show: the avatar's picture is cut from it."""
    most_missing: float = 0.1
    """Share of frames whose background may be hidden, blurred or elsewhere; motion is bridged across them."""
    residual_fraction: float = 0.002
    """Parts of the background may stay away from their place by this part of the frame's longer side: as much as a
    camera may move and still count as static."""
    residual_px: float = 1.0
    """The same in pixels of the frame, never less than this."""
    disturbed: float = 0.25
    """Share of the background that may be further off: a curtain, a plant, people walking by."""

    def residual(self, size_wh: tuple[int, int]) -> float:
        """Pixels of the frame that parts of the background may be off."""
        return max(self.residual_px, self.residual_fraction * max(size_wh))


@dataclass(frozen=True)
class FaceBox:
    """Where the face is in a frame, in its pixels."""

    centre_px: tuple[float, float]
    width_px: float
    height_px: float

    @staticmethod
    def around(landmarks_px: np.ndarray) -> "FaceBox":
        """The box of ``landmarks_px [N, 2]``."""
        low, high = landmarks_px.min(0), landmarks_px.max(0)
        x, y = (low + high) / 2
        return FaceBox((float(x), float(y)), float(high[0] - low[0]), float(high[1] - low[1]))


@dataclass(frozen=True)
class CameraPath:
    """``similarity [T, 2, 3]``: reference_from_frame in continuous pixels of the frame; ``frame_index [T]`` in the
    video; ``sigma_px [T]`` standard error of where a similarity puts a corner of the frame. The identity, with 0, for
    a static camera."""

    frame_index: np.ndarray
    similarity: np.ndarray
    sigma_px: np.ndarray

    @staticmethod
    def static(frame_index: np.ndarray) -> "CameraPath":
        """The path of a camera that stood still."""
        count = len(frame_index)
        return CameraPath(np.asarray(frame_index, np.int64), np.tile(np.eye(3)[:2], (count, 1, 1)), np.zeros(count))

    @property
    def moved(self) -> bool:
        """False when every similarity is exactly the identity."""
        return bool((self.similarity != np.eye(3)[:2]).any())

    @property
    def frame_from_reference(self) -> np.ndarray:
        """The inverse similarities ``[T, 2, 3]``."""
        turn = np.linalg.inv(self.similarity[:, :, :2])
        return np.concatenate([turn, -turn @ self.similarity[:, :, 2:]], 2)

    @property
    def scale(self) -> np.ndarray:
        """``[T]``: pixels of the reference in one of the frame."""
        return np.hypot(self.similarity[:, 0, 0], self.similarity[:, 1, 0])

    def shown(self, size_wh: tuple[int, int]) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of the upright rectangle of the reference that every frame shows."""
        width, height = size_wh
        corners = map_points(self.similarity, np.array([[0, 0], [width, 0], [0, height], [width, height]], float))
        left, top = corners[:, [0, 2], 0].max(), corners[:, [0, 1], 1].max()
        return float(left), float(top), float(corners[:, [1, 3], 0].min()), float(corners[:, [2, 3], 1].min())

    def save(self, path: Path) -> None:
        """Write the file atomically."""
        arrays = {
            "frame_index": np.ascontiguousarray(self.frame_index, np.int64),
            "similarity": np.ascontiguousarray(self.similarity, np.float64),
            "sigma_px": np.ascontiguousarray(self.sigma_px, np.float64),
        }
        atomic_write_bytes(path, in_fixed_order(save(arrays, {"schema": SCHEMA})))

    @staticmethod
    def load(path: Path) -> "CameraPath":
        """Read what ``save`` wrote. Raises FormatError."""
        try:
            with safe_open(path, "np") as handle:
                schema = (handle.metadata() or {}).get("schema")
                arrays = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as problem:
            raise FormatError(f"{path} cannot be read as safetensors: {problem}") from problem
        if schema != SCHEMA:
            raise FormatError(f"{path} has the schema {schema!r}", f"Expected {SCHEMA!r}.")
        try:
            return CameraPath(arrays["frame_index"], arrays["similarity"], arrays["sigma_px"])
        except KeyError as missing:
            raise FormatError(f"{path}: no entry {missing}", "The file is older or was cut.") from missing


def map_points(similarity: np.ndarray, points_px: np.ndarray) -> np.ndarray:
    """``points_px [T, N, 2]`` (or ``[N, 2]`` for all) through ``similarity [T, 2, 3]``: ``[T, N, 2]``."""
    return points_px @ similarity[:, :, :2].transpose(0, 2, 1) + similarity[:, None, :, 2]


class CameraPathFinder:
    """Streaming: give the reference frame, then all frames in order, then ask for the path."""

    def __init__(self, reference: np.ndarray, face: FaceExtent, limits: PathLimits | None = None) -> None:
        """``reference [H, W, 3]`` uint8 and where its face is; best from the middle of the clip."""
        self._limits = limits or PathLimits()
        self._size_wh = (reference.shape[1], reference.shape[0])
        grey, self._unit = grey_thumbnail(reference, REGISTERED_SIDE)
        self._aligner = BackgroundAligner(grey, background_mask(grey.shape, face, self._unit))
        self._found: list[Alignment] = []
        self._last: np.ndarray | None = None

    def add(self, image: np.ndarray, face: FaceExtent) -> None:
        """Register one frame ``image [H, W, 3]`` uint8."""
        grey, _ = grey_thumbnail(image, REGISTERED_SIDE)
        alignment = self._aligner.align(grey, background_mask(grey.shape, face, self._unit), self._last)
        if not alignment.failure:
            self._last = alignment.parameters
        self._found.append(alignment)

    def path(self, frame_index: np.ndarray, timestamp_s: np.ndarray) -> CameraPath:
        """The path through the frames added; the reference becomes the frame in the middle of the motion.

        Raises CameraMovedError when there is no such path that a static camera could stand for.
        """
        arm = float(np.hypot(*self._size_wh)) / 2
        units = np.array([arm, arm, self._unit, self._unit])
        missing = np.array([bool(one.failure) for one in self._found])
        measured = np.stack([one.parameters for one in self._found]) * units
        variance = np.stack([np.diag(one.covariance) for one in self._found]) * units**2
        variance[missing] = np.inf
        if (~missing).sum() < 3 or missing.mean() > self._limits.most_missing:
            raise self._refusal(_reach(measured[~missing]), *self._why_missing(missing))
        path, sigma = smooth_path(measured, variance, timestamp_s)
        sigma_px = np.sqrt((sigma**2).sum(1))
        moved_px = _reach(path)
        if moved_px < max(3 * float(np.median(sigma_px)), self._limits.still_px * self._unit):
            return CameraPath.static(frame_index)
        found = CameraPath(np.asarray(frame_index, np.int64), self._matrices(path / units), sigma_px)
        reason = self._why_not(found)
        if not reason:
            return found
        if moved_px <= self._limits.residual(self._size_wh) or self._mostly_still():
            return CameraPath.static(frame_index)
        raise self._refusal(moved_px, reason)

    def _matrices(self, parameters: np.ndarray) -> np.ndarray:
        """reference_from_frame ``[T, 2, 3]``; the reference is the frame nearest to the middle of the motion."""
        frame_from_old = np.tile(np.eye(3), (len(parameters), 1, 1))
        a, b, x, y = parameters.T * np.array([1, 1, self._unit, self._unit])[:, None]
        frame_from_old[:, 0, 0] = frame_from_old[:, 1, 1] = 1 + a
        frame_from_old[:, 1, 0], frame_from_old[:, 0, 1] = b, -b
        middle = np.array(self._size_wh) / 2
        frame_from_old[:, :2, 2] = middle - frame_from_old[:, :2, :2] @ middle + np.stack([x, y], 1)
        away = parameters - np.median(parameters, 0)
        nearest = int(np.argmin((away**2 / np.maximum((away**2).mean(0), 1e-12)).sum(1)))
        matrices = frame_from_old[nearest] @ np.linalg.inv(frame_from_old)
        matrices[nearest] = np.eye(3)
        return matrices[:, :2]

    def _why_not(self, found: CameraPath) -> str:
        """Why a static camera cannot stand for this path; empty when it can."""
        allowed = self._limits.residual(self._size_wh)
        left, top, right, bottom = found.shown(self._size_wh)
        common = max(0.0, min((right - left) / self._size_wh[0], (bottom - top) / self._size_wh[1]))
        if common < self._limits.least_common:
            return (
                f"It moved too far: only {common:.0%} of the frame is shown by all frames; "
                f"{self._limits.least_common:.0%} are needed."
            )
        if found.sigma_px.max() > allowed:
            return (
                f"Where it looked is uncertain by up to {found.sigma_px.max():.1f} px; {allowed:.1f} px are allowed. "
                "The usual cause is a background that is plain, blurred or hidden for a while."
            )
        residual_px = self._residual_px()
        if residual_px > allowed:
            return (
                f"Parts of the background move against each other by {residual_px:.1f} px; {allowed:.1f} px are "
                "allowed. The usual cause is a camera that was carried, not turned: near things move more than far "
                "ones (parallax)."
            )
        return ""

    def _mostly_still(self) -> bool:
        """Whether most of the background stays where it was: then someone there moves, not the camera."""
        away = np.linalg.norm(np.stack([one.still_px for one in self._found if not one.failure]), axis=2)
        often = (~np.isnan(away)).mean(0) >= 0.5
        usual = np.nanpercentile(away[:, often], 75, axis=0) * self._unit
        return bool(often.any() and (usual <= self._limits.residual(self._size_wh)).mean() > 0.5)

    def _residual_px(self) -> float:
        """How far parts of the background usually are from where the path puts them; few may be further off."""
        away = np.linalg.norm(np.stack([one.parts_px for one in self._found if not one.failure]), axis=2)
        often = (~np.isnan(away)).mean(0) >= 0.5
        if not often.any():
            return 0.0
        usual = np.nanpercentile(away[:, often], 75, axis=0)
        return float(np.percentile(usual, 100 * (1 - self._limits.disturbed))) * self._unit

    def _why_missing(self, missing: np.ndarray) -> tuple[str, bool]:
        plain = sum(one.failure == "plain" for one in self._found)
        if plain > missing.sum() / 2:
            return f"The background has too little texture in {plain} of {len(missing)} frames to tell how.", False
        return f"{int(missing.sum())} of {len(missing)} frames do not show the background of the others.", True

    def _refusal(self, moved_px: float, why: str, at_least: bool = False) -> CameraMovedError:
        share = moved_px / max(self._size_wh)
        moved = (
            f"by {'at least ' * at_least}{moved_px:.1f} px ({share:.1%} of the frame)" if moved_px else "unmeasurably"
        )
        return CameraMovedError(
            f"The camera moved {moved}, and that cannot be taken out of the clip.",
            why,
            "Record again on a tripod or a shelf, with something flat and patterned behind (a wall with pictures); or "
            "use a part of the clip in which the camera was quiet: --frames FIRST:END",
        )


def find_camera_path(
    frames: Callable[[list[int]], Iterable[np.ndarray]],
    landmarks_px: np.ndarray,
    detected: np.ndarray,
    frame_index: np.ndarray,
    timestamp_s: np.ndarray,
) -> CameraPath:
    """The path of the camera through the frames ``frame_index [T]``; ``frames(indices)`` yields pictures ``[H, W, 3]``
    uint8 of some of them in order, ``landmarks_px [T, N, 2]`` say where the face is where it was ``detected [T]``.

    Raises CameraMovedError.
    """
    seen = np.flatnonzero(detected)
    nearest = seen[np.abs(seen[None] - np.arange(len(detected))[:, None]).argmin(1)]
    boxes = [FaceBox.around(landmarks_px[row]) for row in nearest]
    # From the middle of the clip the others are least far.
    middle = len(frame_index) // 2
    (reference,) = frames([int(frame_index[middle])])
    finder = CameraPathFinder(reference, boxes[middle])
    for image, box in zip(frames(frame_index.tolist()), boxes, strict=True):
        finder.add(image, box)
    return finder.path(frame_index, timestamp_s)


def _reach(path: np.ndarray) -> float:
    """How far from its usual place the camera looked: ``path [T, 4]`` in pixels at the frame's corner."""
    if len(path) == 0:
        return 0.0
    away = path - np.median(path, 0)
    return float(np.percentile(np.hypot(away[:, 2], away[:, 3]) + np.hypot(away[:, 0], away[:, 1]), MOTION_PERCENTILE))

"""What a foreign tracking claims of a clip, and what the landmarker sees in its images."""

from dataclasses import dataclass

import numpy as np

from lifemask.tracking.observations import interocular_px

BEHIND_PX = 1e5
"""Distance, in pixels, at which a point that lies behind the camera counts as seen."""

_LIMIT_OF_SIDE = 0.01
_LIMIT_OF_EYES = 0.12


@dataclass(frozen=True)
class Claim:
    """``T`` frames as a foreign tracking has them, in its own world.

    ``points_m [T, 478, 3]`` the landmarks of the posed rig in that world; ``camera_from_world [T, 4, 4]`` (OpenCV
    camera, column vectors); ``intrinsics [T, 3, 3]`` in pixels; ``size_wh`` of the images that it was made of.
    All as the file says, right or wrong.
    """

    points_m: np.ndarray
    camera_from_world: np.ndarray
    intrinsics: np.ndarray
    size_wh: tuple[int, int]

    def __len__(self) -> int:
        return len(self.points_m)

    def select(self, rows: np.ndarray, landmarks: np.ndarray | slice = slice(None)) -> "Claim":
        """Some frames, and some of the landmarks."""
        return Claim(
            self.points_m[rows][:, landmarks], self.camera_from_world[rows], self.intrinsics[rows], self.size_wh
        )

    def in_camera(self) -> np.ndarray:
        """Landmarks ``[T, L, 3]`` in the camera's frame, in the file's unit of length."""
        e = self.camera_from_world
        return self.points_m @ e[:, :3, :3].transpose(0, 2, 1) + e[:, None, :3, 3]

    def project(self) -> np.ndarray:
        """Landmarks ``[T, L, 2]`` in pixels; NaN where they lie behind the camera."""
        x, y, z = np.moveaxis(self.in_camera(), -1, 0)
        z = np.where(z > 0, z, np.nan)
        k = self.intrinsics
        u = (k[:, None, 0, 0] * x + k[:, None, 0, 1] * y) / z + k[:, None, 0, 2]
        return np.stack([u, k[:, None, 1, 1] * y / z + k[:, None, 1, 2]], -1)


@dataclass(frozen=True)
class Sight:
    """The landmarks that are seen in the same ``T`` images: ``landmarks_px [T, 478, 2]`` in pixels, ``detected [T]``
    bool, ``frame_number [T]`` the images' places in time (gaps are missing frames), ``size_wh`` of the images."""

    landmarks_px: np.ndarray
    detected: np.ndarray
    frame_number: np.ndarray
    size_wh: tuple[int, int]

    def select(self, rows: np.ndarray, landmarks: np.ndarray | slice = slice(None)) -> "Sight":
        """Some frames, and some of the landmarks."""
        return Sight(self.landmarks_px[rows][:, landmarks], self.detected[rows], self.frame_number[rows], self.size_wh)

    @property
    def side_px(self) -> int:
        """The image's longer side."""
        return max(self.size_wh)

    @property
    def limit_px(self) -> float:
        """The largest median error of an import that is right: 1 % of the image's side, but for a small face no
        more than 12 % of the distance between the eyes."""
        return min(_LIMIT_OF_SIDE * self.side_px, _LIMIT_OF_EYES * interocular_px(self.landmarks_px[self.detected]))


def distances(claim: Claim, sight: Sight) -> np.ndarray:
    """Distance ``[N, L]`` in pixels between claimed and seen landmarks of the ``N`` detected frames."""
    apart = np.linalg.norm(claim.project() - sight.landmarks_px, axis=-1)[sight.detected]
    return np.where(np.isfinite(apart), apart, BEHIND_PX)


def median_error(claim: Claim, sight: Sight) -> float:
    """The median of ``distances`` in pixels."""
    return float(np.median(distances(claim, sight)))


def error_text(error_px: float) -> str:
    """A median error in words."""
    return "all points behind the camera" if error_px >= BEHIND_PX else f"{error_px:.1f} px"


def moving_error(pixels: np.ndarray, sight: Sight, shift: int = 0) -> float:
    """How far claimed landmarks ``pixels [T, L, 2]`` move apart from the seen ones ``shift`` images later.

    RMS in pixels after every landmark's constant difference is taken out, so that a rig that is a little wrong in
    shape does not hide a wrong frame; infinite where fewer than three frames can be compared.
    """
    place = {int(number): row for row, number in enumerate(sight.frame_number) if sight.detected[row]}
    pairs = [(row, place.get(int(number) + shift)) for row, number in enumerate(sight.frame_number)]
    rows = np.array([pair for pair in pairs if pair[1] is not None], int).reshape(-1, 2)
    if len(rows) < 3:
        return np.inf
    apart = pixels[rows[:, 0]] - sight.landmarks_px[rows[:, 1]]
    apart = np.where(np.isfinite(apart), apart, BEHIND_PX)
    return float(np.sqrt(np.mean(np.sum((apart - np.median(apart, 0)) ** 2, -1))))


def frame_similarities(claim: Claim, sight: Sight) -> tuple[np.ndarray, np.ndarray]:
    """Per detected frame the similarity that lays the claimed landmarks on the seen ones (Umeyama 1991 in the plane).

    Returns ``[N]`` complex factors (scale and rotation) and ``[N]`` complex shifts of the centre in pixels.
    """
    to_complex = lambda pixels: pixels[..., 0] + 1j * pixels[..., 1]  # noqa: E731
    rows = sight.detected
    pixels = claim.project()[rows]
    claimed, seen = to_complex(np.where(np.isfinite(pixels), pixels, BEHIND_PX)), to_complex(sight.landmarks_px[rows])
    shift = seen.mean(1) - claimed.mean(1)
    claimed, seen = claimed - claimed.mean(1, keepdims=True), seen - seen.mean(1, keepdims=True)
    spread = np.maximum((np.abs(claimed) ** 2).sum(1), 1e-12)
    return (claimed.conj() * seen).sum(1) / spread, shift


def error_after_similarity(claim: Claim, sight: Sight) -> float:
    """The median error that is left when every frame may be moved, turned and scaled in the image on its own."""
    factor, shift = frame_similarities(claim, sight)
    rows = sight.detected
    pixels = claim.project()[rows]
    claimed = np.where(np.isfinite(pixels), pixels, BEHIND_PX)
    centre = claimed.mean(1, keepdims=True)
    arm = (claimed - centre)[..., 0] + 1j * (claimed - centre)[..., 1]
    moved = arm * factor[:, None] + (centre[..., 0] + 1j * centre[..., 1]) + shift[:, None]
    seen = sight.landmarks_px[rows]
    return float(np.median(np.abs(moved - (seen[..., 0] + 1j * seen[..., 1]))))

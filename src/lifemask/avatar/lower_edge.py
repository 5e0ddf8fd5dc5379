"""Where the picture cuts an avatar off: below that there is nothing of it, and it must not come into the picture."""

from dataclasses import dataclass

import numpy as np

from lifemask.avatar.relative_pose import inverse, points_at
from lifemask.geometry.camera import Camera
from lifemask.tracking.build import TORSO_PIVOT_M

ACROSS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Where along the frame's lower edge the torso is looked at, in parts of the width."""


@dataclass(frozen=True, eq=False)
class LowerEdge:
    """``points_m [P, 3]`` of the torso (its rest frame) that lie on the lower edge of ``camera``'s frames while it is
    in the middle of its clip, and ``rise_m``: how far above the edge the clip has shown them."""

    camera: Camera
    points_m: np.ndarray
    rise_m: float

    @staticmethod
    def of(camera: Camera, middle: np.ndarray, poses: np.ndarray) -> "LowerEdge":
        """For torso poses ``[T, 4, 4]`` of a clip, in the ``middle [4, 4]`` of it."""
        width, height = camera.size_wh
        depth_m = points_at(middle, TORSO_PIVOT_M)[2]
        pixels = np.array([[share * width, height, 1.0] for share in ACROSS])
        seen = depth_m * pixels @ np.linalg.inv(camera.matrix).T
        back = inverse(middle)
        edge = LowerEdge(camera, seen @ back[:3, :3].T + back[:3, 3], 0.0)
        return LowerEdge(camera, edge.points_m, max(0.0, float(edge._rise(poses).max())))

    def shift(self, poses: np.ndarray) -> np.ndarray:
        """How far down torsos ``[T, 4, 4]`` have to go to show no more than the clip: ``[T, 3]`` metres in the camera's
        frame."""
        down = np.zeros((len(poses), 3))
        down[:, 1] = np.maximum(self._rise(poses) - self.rise_m, 0)
        return down

    def _rise(self, poses: np.ndarray) -> np.ndarray:
        """How far the highest of the points is above the edge, ``[T]`` metres; below zero where all are below it."""
        places = np.stack([points_at(poses, point) for point in self.points_m], 1)
        focal, centre = self.camera.matrix[1, 1], self.camera.matrix[1, 2]
        edge_m = (self.camera.size_wh[1] - centre) / focal * places[..., 2]
        return (edge_m - places[..., 1]).max(1)

"""Pictures of one frame of a run: what was filmed, what was found in it, and what the avatar makes of it."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from lifemask.avatar.frames import FrameSource
from lifemask.avatar.store import FrameStore
from lifemask.avatar.train import draw
from lifemask.perception.regions import region_map
from lifemask.pipeline.stages.mattes import FRAMES
from lifemask.report.pictures import error_picture
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices
from lifemask.splats.rasterize import rasterize
from lifemask.tracking.build import neutral_of
from lifemask.tracking.record import Tracking
from lifemask.viewer.run_avatar import RunAvatar

FILMED = ("frame", "matte")
FOUND = ("landmarks", "mesh", "regions")
DRAWN = ("render", "error", "gaussians")
LAYERS = FILMED + FOUND + DRAWN
"""All kinds of pictures: of the clip, over it what tracking has found, and the avatar's."""

_SHOWN_PX = 768
_BARE_SCALE, _BARE_OPACITY = 0.4, 0.9
_COLOURS = {
    "face": (86, 156, 232), "mouth": (226, 84, 92), "eyes": (250, 214, 92), "nose": (128, 206, 124),
    "ears": (200, 132, 222), "scalp": (150, 122, 96), "neck": (90, 200, 200), "shoulders": (240, 156, 84),
}  # fmt: skip
_LINE, _POINT, _IRIS = (120, 255, 190), (255, 240, 120), (255, 110, 110)
_FIRST_IRIS = 468


class ClipPictures:
    """Pictures of a run's frames by row, enlarged by a whole factor to about 768 pixels, uint8 ``[H, W, 3]``."""

    def __init__(self, run: Path, rig: HeadRig, tracking: Tracking | None) -> None:
        self.store, self._rig, self._tracking = FrameStore.open(run / FRAMES), rig, tracking
        self._neutral = None if tracking is None else neutral_of(tracking, rig)
        self._factor = max(1, round(_SHOWN_PX / max(self.store.view.size_wh)))

    def picture(self, layer: str, row: int) -> np.ndarray:
        """One of ``FILMED`` or ``FOUND``."""
        image = self._enlarged(self.store.images(np.array([row]))[0])
        if layer == "frame":
            return np.asarray(image)
        if layer == "matte":
            matte = np.asarray(self._enlarged(self.store.mattes(np.array([row]))[0]), np.float32)[..., None] / 255
            return (np.asarray(image) * matte + np.array([40, 170, 90]) * (1 - matte)).round().astype(np.uint8)
        paint = {"landmarks": self._landmarks, "mesh": self._mesh, "regions": self._regions}[layer]
        return np.asarray(paint(image, row))

    def _enlarged(self, picture: np.ndarray) -> Image.Image:
        image = Image.fromarray(picture)
        size = image.width * self._factor, image.height * self._factor
        return image.resize(size, Image.Resampling.BICUBIC)

    def _landmarks(self, image: Image.Image, row: int) -> Image.Image:
        assert self._tracking is not None
        pen = ImageDraw.Draw(image)
        for number, (x, y) in enumerate(self._shown_px(self._tracking.landmarks_px[row])):
            radius = 2.0 if number >= _FIRST_IRIS else 1.2
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), _IRIS if number >= _FIRST_IRIS else _POINT)
        return image

    def _mesh(self, image: Image.Image, row: int) -> Image.Image:
        """The edges of the triangles that face the camera."""
        vertices = self._vertices(row)
        assert self._tracking is not None
        points = self._shown_px(self._tracking.camera.project(vertices).numpy())
        faces = self._rig.faces.numpy()
        a, b, c = (points[faces[:, corner]] for corner in range(3))
        turned = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        towards = faces[turned < 0]
        sides = np.concatenate([towards[:, [0, 1]], towards[:, [1, 2]], towards[:, [2, 0]]])
        edges = np.unique(np.sort(sides, 1), axis=0)
        layer = image.copy()
        pen = ImageDraw.Draw(layer)
        for start, end in points[edges]:
            pen.line((*start, *end), fill=_LINE, width=1)
        return Image.blend(image, layer, 0.55)

    def _regions(self, image: Image.Image, row: int) -> Image.Image:
        assert self._tracking is not None
        camera = self._tracking.camera.cropped(self.store.view)
        masks = region_map(self._vertices(row).numpy(), camera, self._rig)
        colours = np.zeros((*self.store.shape, 3), np.uint8)
        opacity = np.zeros(self.store.shape, np.uint8)
        for name, mask in masks.items():
            colours[mask], opacity[mask] = _COLOURS[name], 130
        size = image.size
        over, alpha = Image.fromarray(colours), Image.fromarray(opacity)
        nearest = Image.Resampling.NEAREST
        return Image.composite(over.resize(size, nearest), image, alpha.resize(size, nearest))

    def _vertices(self, row: int) -> torch.Tensor:
        assert self._tracking is not None and self._neutral is not None
        code = self._tracking.code(slice(row, row + 1))
        return pose_vertices(self._rig, self._neutral, code)[0]

    def _shown_px(self, points_px: np.ndarray) -> np.ndarray:
        """Points of the original frame, in the enlarged picture."""
        return self.store.view.from_original(points_px) * self._factor


class AvatarPictures:
    """What a run's avatar makes of its frames, beside them."""

    def __init__(self, run: Path, shown: RunAvatar, store: FrameStore) -> None:
        avatar = shown.avatar
        self._shown, self._source = shown, FrameSource(store, avatar.plate, avatar.camera, "cpu")
        self._factor = max(1, round(_SHOWN_PX / max(store.view.size_wh)))

    @torch.no_grad()
    def picture(self, layer: str, row: int) -> np.ndarray:
        """One of ``DRAWN``."""
        where = torch.tensor([row])
        batch = self._source.batch(where)
        gaussians = self._shown.avatar.gaussians(self._shown.motion.rows(where))
        if layer == "gaussians":
            bare = rasterize(
                gaussians.means, gaussians.quats, gaussians.scales * _BARE_SCALE,
                gaussians.opacities.clamp(max=_BARE_OPACITY), gaussians.colours,
                intrinsics=batch.intrinsics * torch.tensor([[self._factor], [self._factor], [1.0]]),
                size_wh=(batch.size_wh[0] * self._factor, batch.size_wh[1] * self._factor),
            )  # fmt: skip
            return _bytes(bare.image[0])
        render = _bytes(batch.exposed(draw(gaussians, batch)[0])[0])
        picture = render if layer == "render" else error_picture(_bytes(batch.image[0]), render)
        size = picture.shape[1] * self._factor, picture.shape[0] * self._factor
        resample = Image.Resampling.BICUBIC if layer == "render" else Image.Resampling.NEAREST
        return np.asarray(Image.fromarray(picture).resize(size, resample))


def _bytes(image: torch.Tensor) -> np.ndarray:
    return (image.clamp(0, 1) * 255).round().byte().numpy()

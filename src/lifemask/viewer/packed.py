"""A packed avatar read back and evaluated: the slow, readable twin of what the browser does with it."""

import gzip
import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from lifemask.avatar.attributes import WIDTH
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.binding import Gaussians, place_reference
from lifemask.avatar.blend import blend_reference
from lifemask.avatar.code_rows import CodeLayout
from lifemask.avatar.layer import Layer, draw_layer
from lifemask.avatar.model import CodeSpace
from lifemask.avatar.motion import Motion
from lifemask.errors import FormatError
from lifemask.geometry.camera import Camera, View
from lifemask.rig.skinning import joint_motions
from lifemask.viewer.pack import BARYCENTRIC_STEPS, EXPRESSION_STEP_M, MAGIC, SCHEMA, SKIN_STEPS
from lifemask.viewer.pack_sections import read_sections


@dataclass(frozen=True)
class PackedAvatar:
    """``header`` and ``arrays`` of a packed avatar, as docs/formats/packed_avatar.md says."""

    header: dict[str, Any]
    arrays: dict[str, np.ndarray]

    @staticmethod
    def read(data: bytes) -> "PackedAvatar":
        """What ``pack_avatar`` wrote. Raises FormatError for anything else."""
        try:
            whole = gzip.decompress(data)
        except (OSError, EOFError) as problem:
            raise FormatError(f"This is no packed avatar: {problem}") from problem
        if whole[:4] != MAGIC:
            raise FormatError("This is no packed avatar.", f"It begins with {whole[:4]!r} instead of {MAGIC!r}.")
        end = 8 + int.from_bytes(whole[4:8], "little")
        header = json.loads(whole[8:end])
        if header.get("schema") != SCHEMA:
            raise FormatError(f"This packed avatar has the schema {header.get('schema')!r}", f"Expected {SCHEMA!r}.")
        return PackedAvatar(header, read_sections(header["sections"], whole[end:]))

    @property
    def layout(self) -> CodeLayout:
        """That of its rows of motion."""
        own = self.header["layout"]
        return CodeLayout(tuple(own["expression_names"]), own["torso_modes"], own["face_modes"])

    @property
    def rest(self) -> np.ndarray:
        """The row of motion ``[width]`` of the person at rest."""
        return self.arrays["rest"]

    @property
    def plate(self) -> np.ndarray:
        """What stands behind the person, uint8 ``[H, W, 3]``."""
        return np.asarray(Image.open(io.BytesIO(self.arrays["plate"].tobytes())).convert("RGB"))

    @property
    def camera(self) -> Camera:
        """That of the whole frame."""
        own = self.header["camera"]
        return Camera(tuple(own["focal"]), tuple(own["principal"]), tuple(own["size"]))

    @torch.no_grad()
    def gaussians(self, rows: np.ndarray) -> Gaussians:
        """Gaussians in the camera's frame for rows of motion ``[B, width]``; in the file's order."""
        motion = self.layout.motion(rows)
        array = {name: torch.tensor(values) for name, values in self.arrays.items() if name != "plate"}
        space = CodeSpace(**{name[6:]: value for name, value in array.items() if name.startswith("space.")})
        weights = [
            _network(code, array, name) for code, name in zip(space.inputs(motion), ("head", "torso"), strict=True)
        ]
        bases = [(array[f"{n}_bases"] * array[f"{n}_steps"][..., None]).transpose(1, 2) for n in ("head", "torso")]
        one = torch.ones(WIDTH)
        base = (array["base"] * array["base_steps"][:, None]).T
        head, torso = (basis.flatten(1) for basis in bases)
        attributes = blend_reference(base, head, torso, weights[0], weights[1], one, one)
        corners, barycentric = _binding(array)
        return place_reference(self._vertices(motion, array), corners, barycentric, attributes)

    def layer(self, rows: np.ndarray, size_wh: tuple[int, int] | None = None) -> Layer:
        """As ``Avatar.layer``, of what is in the file."""
        camera, scale = self.camera, self.header["trained_scale"]
        trained = (round(camera.size_wh[0] * scale), round(camera.size_wh[1] * scale))
        size_wh = size_wh or tuple(self.header["frame_size"])
        return draw_layer(self.gaussians(rows), camera, View.whole(camera.size_wh, trained), size_wh)

    def _vertices(self, motion: Motion, array: dict[str, Tensor]) -> Tensor:
        neutral = (array["neutral"] * array["neutral_step"]).T
        counts = array["expression_counts"].long()
        basis = torch.zeros(len(counts), *neutral.shape)
        start = 0
        for expression, count in enumerate(counts.tolist()):
            rows = array["expression_vertices"][start : start + count].long().cumsum(0)
            basis[expression, rows] = array["expression_moves"][:, start : start + count].T * EXPRESSION_STEP_M
            start += count
        face = neutral + (motion.code.expression @ basis.flatten(1)).unflatten(-1, (-1, 3))
        joints = joint_motions(motion.code, array["joints"])
        skin = array["skin"].float() / SKIN_STEPS
        blended = torch.einsum("bjrc,jv->bvrc", joints, skin / skin.sum(0))
        return (blended[..., :3] @ face[..., None])[..., 0] + blended[..., 3]


def _network(code: Tensor, array: dict[str, Tensor], name: str) -> Tensor:
    for layer in (0, 2, 4):
        code = code @ array[f"{name}_net.{layer}.weight"].T + array[f"{name}_net.{layer}.bias"]
        if layer < 4:
            code = torch.nn.functional.leaky_relu(code, 0.1)
    return code


def _binding(array: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    first, second, third = array["corners"].long()
    first = first.cumsum(0)
    last = array["barycentric"].float().T / BARYCENTRIC_STEPS
    return torch.stack([first, first + second, first + third], 1), torch.cat([1 - last.sum(1, True), last], 1)


def difference(avatar: Avatar, packed: PackedAvatar, rows: np.ndarray, plate: np.ndarray) -> np.ndarray:
    """Mean absolute difference (0 to 1) over the person, frame by frame ``[T]``, between the avatar's own pictures over
    ``plate`` and the packed one's: what packing costs, without a browser."""
    layout, behind, found = packed.layout, torch.as_tensor(plate).float() / 255, []
    for row in rows:
        own, other = avatar.layer(layout.motion(row[None])), packed.layer(row[None])
        alpha = torch.zeros(plate.shape[:2])
        height, width = own.alpha.shape[1:]
        alpha[own.top : own.top + height, own.left : own.left + width] = own.alpha[0]
        apart = (own.over(behind) - other.over(behind)).abs()[0].mean(-1)
        found.append(float(apart[alpha > 0.5].mean()))
    return np.array(found)

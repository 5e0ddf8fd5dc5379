"""The built-in head, neck and shoulders: loading the packaged rig."""

import json
from functools import lru_cache
from importlib import resources

from safetensors import safe_open
from torch import Tensor

from lifemask.rig.head import HeadRig

FILE = "data/bust.safetensors"


@lru_cache(maxsize=1)
def load_bust() -> HeadRig:
    """The built-in rig in float32 on the CPU; read once per process."""
    with (
        resources.as_file(resources.files("lifemask.rig") / FILE) as path,
        safe_open(path, framework="pt", device="cpu") as file,
    ):
        about = json.loads(file.metadata()["rig"])
        region_of = file.get_tensor("region_of").long()
        return HeadRig(
            name="bust",
            template=file.get_tensor("template"),
            identity_basis=_dequantized(file, "identity_basis"),
            expression_basis=_dequantized(file, "expression_basis"),
            expression_names=tuple(about["expressions"]),
            joint_names=tuple(about["joints"]),
            joint_positions=file.get_tensor("joint_positions"),
            skin_weights=_normalized(file.get_tensor("skin_weights")),
            faces=file.get_tensor("faces").long(),
            uv=file.get_tensor("uv"),
            regions={name: region_of == index for index, name in enumerate(about["regions"])},
            landmark_triangles=file.get_tensor("landmark_triangles").long(),
            landmark_barycentrics=file.get_tensor("landmark_barycentrics"),
        )


def _dequantized(file, name: str) -> Tensor:
    """Displacements stored as int16 steps of a size of each component's own."""
    return file.get_tensor(name).float() * file.get_tensor(name + ".step")[:, None, None]


def _normalized(weights: Tensor) -> Tensor:
    """Skin weights stored as float16, sum 1 again."""
    weights = weights.float()
    return weights / weights.sum(-1, keepdim=True)

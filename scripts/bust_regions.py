"""Named regions of the bust: every vertex belongs to exactly one."""

import numpy as np

from bust_expressions import ARKIT_NAMES
from bust_mesh import EYE_PARTS, PARTS, BustMesh
from bust_topology import QuadMesh, lip_lines
from makehuman_assets import AssetReader

NAMES = (
    "lips", "mouth_interior", "teeth", "tongue", "eyes", "lids", "brows", "nose", "ears", "scalp", "face",
    "neck", "shoulders",
)  # fmt: skip
# A vertex belongs to the lids if a blink carries it at least this far.
LID_TRAVEL_M = 0.0015
# The nose is what the nose's own shape targets move by at least this share of their strongest vertex.
NOSE_SHARE = 0.5
# The nose wings end here; what moves with them further out is cheek and upper lip.
NOSE_HALF_WIDTH_M, NOSE_BOTTOM_M = 0.021, -0.053
# The hairline at the nape (head frame, metres): from behind the ears to the back of the neck.
NAPE_Z_M, NAPE_Y_M = (-0.15, -0.075), (-0.07, -0.035)
# A brow follows the arc (x, y of its centre line) with half this height; the right one mirrors it.
BROW_X_M, BROW_Y_M = (0.0115, 0.020, 0.034, 0.047, 0.056), (0.0165, 0.0205, 0.0245, 0.0225, 0.0165)
BROW_HALF_HEIGHT_M = 0.006
CRUMB_VERTICES = 20
# Below the neck, skin that moves with the torso to more than this share is shoulders.
SHOULDER_WEIGHT = 0.6


def head_regions(assets: AssetReader, bust: BustMesh, mesh: QuadMesh, expressions: np.ndarray) -> dict[str, np.ndarray]:
    """Masks ``[V]`` of all regions of the head; what is left over is neck and shoulders."""
    skin = bust.part == PARTS.index("body")
    x, y, z = bust.template.T
    taken = np.zeros(len(bust.template), bool)
    regions = {}

    def take(name: str, mask: np.ndarray) -> None:
        regions[name] = mask & ~taken
        taken[mask] = True

    take("teeth", np.isin(bust.part, [PARTS.index("helper-upper-teeth"), PARTS.index("helper-lower-teeth")]))
    take("tongue", bust.part == PARTS.index("helper-tongue"))
    take("eyes", np.isin(bust.part, EYE_PARTS))
    painted = {name: skin & _painted(assets.mask(name), bust.uv) for name in ("lips", "inside-mouth", "ears", "face")}
    take(
        "lips",
        painted["lips"] | np.isin(np.arange(len(x)), np.concatenate(lip_lines(mesh, bust.source, bust.template))),
    )
    take("mouth_interior", painted["inside-mouth"])
    blinks = [ARKIT_NAMES.index(name) for name in ("eyeBlinkLeft", "eyeBlinkRight")]
    carried = np.linalg.norm(expressions[blinks], axis=-1).max(0) > LID_TRAVEL_M
    take("lids", skin & (carried | _painted(assets.mask("eyelids"), bust.uv)) & (z > -0.02))
    take("ears", painted["ears"])
    take("brows", skin & (np.abs(y - np.interp(np.abs(x), BROW_X_M, BROW_Y_M)) < BROW_HALF_HEIGHT_M)
         & (np.abs(x) > BROW_X_M[0]) & (np.abs(x) < BROW_X_M[-1]) & (z > -0.02))  # fmt: skip
    take(
        "nose",
        painted["face"] & _moved_by_nose(assets, bust) & (np.abs(x) < NOSE_HALF_WIDTH_M) & (y > NOSE_BOTTOM_M),
    )
    take("face", painted["face"])
    take("scalp", skin & (y > np.interp(z, NAPE_Z_M, NAPE_Y_M)))
    return _without_crumbs(regions, mesh)


def body_regions(head: dict[str, np.ndarray], torso_weight: np.ndarray) -> dict[str, np.ndarray]:
    """All regions in the order of ``NAMES``: the head's and, from the torso's skin weight, neck and
    shoulders."""
    left = ~np.any(list(head.values()), axis=0)
    regions = {
        **head,
        "neck": left & (torso_weight < SHOULDER_WEIGHT),
        "shoulders": left & (torso_weight >= SHOULDER_WEIGHT),
    }
    return {name: regions[name] for name in NAMES}


def _without_crumbs(regions: dict[str, np.ndarray], mesh: QuadMesh) -> dict[str, np.ndarray]:
    """Give patches of a few vertices, left by the edges of the painted masks, to the region around them."""
    regions = {name: mask.copy() for name, mask in regions.items()}
    for name in ("face", "lips", "mouth_interior", "nose", "scalp", "lids"):
        for patch in mesh.patches(regions[name]):
            if len(patch) < CRUMB_VERTICES:
                around = [v for i in patch for v in mesh.neighbours(i) if v not in patch]
                votes = {other: int(mask[around].sum()) for other, mask in regions.items()}
                regions[name][list(patch)] = False
                regions[max(votes, key=votes.__getitem__)][list(patch)] = True
    return regions


def _painted(mask: np.ndarray, uv: np.ndarray) -> np.ndarray:
    height, width = mask.shape
    row = np.clip(((1 - uv[:, 1]) * height).astype(int), 0, height - 1)
    column = np.clip((uv[:, 0] * width).astype(int), 0, width - 1)
    return mask[row, column] > 0.5


def _moved_by_nose(assets: AssetReader, bust: BustMesh) -> np.ndarray:
    strongest = np.zeros(len(bust.template))
    for path in assets.target_paths("mpfb2/targets/nose"):
        travel = np.linalg.norm(bust.displacement(assets.target(path), move_eyes=False), axis=1)
        strongest = np.maximum(strongest, travel / travel.max())
    return strongest > NOSE_SHARE

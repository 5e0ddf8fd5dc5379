"""The side of a head that no frame has shown, closed once training is over.

Nothing of it can be learned. Left to training it would be whatever does not disturb the frames; left out, a head that
turns further than it was filmed would be open. So it is laid at the end, opaque, on the triangles that were hidden in
every frame, in the colours of the nearest that were seen, and only where every frame's matte leaves room for it.
"""

import numpy as np
import torch
from scipy import ndimage
from scipy.spatial import KDTree
from torch import Tensor

from lifemask.avatar.attributes import SLICES, WIDTH, packed
from lifemask.avatar.binding import triangle_frames
from lifemask.avatar.config import AvatarConfig
from lifemask.avatar.model import Binding, GaussianModel
from lifemask.avatar.sightings import Sightings
from lifemask.geometry.camera import Camera
from lifemask.rig.head import HeadRig

SPACING_M = 0.008
OPAQUE_LOGIT = 3.5
SOLID = 0.3
"""Opacity from which a Gaussian's colour is one that was seen."""
NEIGHBOURS = 250
DEPTH_M = 0.008
"""So far under the scalp the far side lies. The rig's back of the head is a guess, too, and one that stands out is seen
at once, where a flat one is not."""
LOWEST_M = -0.035
"""In the head's frame: about the middle of the ears. Where hair ends below, nobody knows."""


def closed(
    model: GaussianModel,
    rig: HeadRig,
    neutral: Tensor,
    seen: Sightings,
    camera: Camera,
    config: AvatarConfig,
    seed: int,
) -> GaussianModel:
    """``model`` with the hidden triangles of the scalp covered. ``rig`` and ``neutral [V, 3]`` on the CPU; ``camera``:
    that of the sightings."""
    low = rig.template[rig.faces][..., 1].amin(1) < LOWEST_M
    triangles = (seen.hidden & ~low).nonzero()[:, 0]
    if len(triangles) == 0:
        return model
    chance = np.random.default_rng(seed)
    corners, barycentric = _spread_over(neutral, rig.faces[triangles], chance)
    within = _within_everyone(seen, camera, corners, barycentric)
    if not within.any():
        return model
    corners, barycentric = corners[within], barycentric[within]
    count = len(corners)
    local = torch.zeros(count, 3)
    local[:, 2] = -DEPTH_M
    width = torch.full((count,), SPACING_M)
    added = packed(
        {
            "position_m": local,
            "rotation": torch.tensor([1.0, 0, 0, 0]).repeat(count, 1),
            "log_scale": torch.stack([width, width, 0.3 * width], -1).log(),
            "colour": _colours_nearby(model, neutral, seen, corners, barycentric, chance),
            "opacity": torch.full((count, 1), OPAQUE_LOGIT),
        }
    ).to(model.base.device)
    return _with(model, corners, barycentric, added, config)


def _spread_over(neutral: Tensor, corners: Tensor, chance: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Corners ``[M, 3]`` and barycentrics ``[M, 3]`` of points about ``SPACING_M`` apart on triangles ``[F, 3]``."""
    a, b, c = neutral[corners].unbind(1)
    area = (torch.cross(b - a, c - a, dim=-1).norm(dim=-1) / 2).double().numpy()
    count = max(1, round(area.sum() / SPACING_M**2))
    # Stratified: no triangle is left out, none gets a heap.
    places = (np.arange(count) + chance.random(count)) / count * area.sum()
    chosen = np.minimum(np.searchsorted(np.cumsum(area), places), len(area) - 1)
    root, other = np.sqrt(chance.random(count)), chance.random(count)
    weights = np.stack([1 - root, root * (1 - other), root * other], -1)
    return corners[torch.as_tensor(chosen)], torch.as_tensor(weights, dtype=torch.float32)


def _within_everyone(seen: Sightings, camera: Camera, corners: Tensor, barycentric: Tensor) -> Tensor:
    """``[M]`` bool: whether a Gaussian there lies with all that is seen of it within the person, in every frame."""
    inside = torch.ones(len(corners), dtype=torch.bool)
    for frame in seen.frames:
        normal = triangle_frames(frame.vertices[None], corners)[0, :, :, 2]
        at = (frame.vertices[corners] * barycentric[..., None]).sum(1) - DEPTH_M * normal
        reach = round(2 * SPACING_M * camera.focal_px[0] / float(at[:, 2].median()))
        room = torch.as_tensor(ndimage.minimum_filter(frame.matte, 2 * reach + 1, mode="nearest") > 127)
        column, row = camera.project(at).floor().long().T
        beside = (column < 0) | (row < 0) | (column >= room.shape[1]) | (row >= room.shape[0])
        inside &= beside | room[row.clamp(0, room.shape[0] - 1), column.clamp(0, room.shape[1] - 1)]
    return inside


def _colours_nearby(
    model: GaussianModel, neutral: Tensor, seen: Sightings, corners: Tensor, barycentric: Tensor,
    chance: np.random.Generator,
) -> Tensor:  # fmt: skip
    """Colours ``[M, 3]``: each that of one of the nearest solid Gaussians of its kind, hair or not."""
    base = (model.base * model.base_units).detach().cpu()
    own_corners, own_weights = model.corners.cpu(), model.barycentric.cpu()
    anchor = (neutral[own_corners] * own_weights[..., None]).sum(1)
    frame = triangle_frames(neutral[None], own_corners)[0]
    at = (anchor + (frame @ base[:, SLICES["position_m"], None])[..., 0]).numpy()
    solid = base[:, SLICES["opacity"]][:, 0].sigmoid().numpy() > SOLID
    solid[model.num_head :] = False
    hairy = (seen.thickness[own_corners] > 0).all(1).numpy()
    wanted = (neutral[corners] * barycentric[..., None]).sum(1).numpy()
    wanted_hairy = (seen.thickness[corners] > 0).all(1).numpy()
    colour = np.full((len(corners), 3), 0.4, np.float32)
    for kind in (True, False):
        known, here = np.flatnonzero(solid & (hairy == kind)), np.flatnonzero(wanted_hairy == kind)
        if len(known) == 0 or len(here) == 0:
            continue
        near = KDTree(at[known]).query(wanted[here], k=np.arange(min(NEIGHBOURS, len(known))) + 1)[1]  # type: ignore[arg-type]
        around = base[:, SLICES["colour"]].numpy()[known[near]]
        # As rough as hair, but nobody's ear: one of the half that is the most like the neighbourhood.
        usual = np.median(around, 1)
        order = np.abs(around - usual[:, None]).sum(-1).argsort(1)
        pick = order[np.arange(len(here)), chance.integers((order.shape[1] + 1) // 2, size=len(here))]
        colour[here] = around[np.arange(len(here)), pick]
    return torch.as_tensor(colour).clamp(0, 1)


def _with(
    model: GaussianModel, corners: Tensor, barycentric: Tensor, added: Tensor, config: AvatarConfig
) -> GaussianModel:
    """The same model with Gaussians ``added [M, 14]`` at the end of the head's, which no basis moves."""
    first, device = model.num_head, model.base.device
    insert = lambda all_of, new: torch.cat([all_of[:first], new.to(device), all_of[first:]])  # noqa: E731
    binding = Binding(insert(model.corners, corners), insert(model.barycentric, barycentric), first + len(added))
    base = insert((model.base * model.base_units).detach(), added)
    inputs = tuple(network[0].in_features for network in model.networks)  # type: ignore[index]
    larger = GaussianModel(binding, base, (model.base_units, model.bases_units), inputs, config).to(device)
    still = torch.zeros(len(model.bases[0]), len(added) * WIDTH, device=device)
    with torch.no_grad():
        larger.bases[0].copy_(torch.cat([model.bases[0], still], 1))
        larger.bases[1].copy_(model.bases[1])
    larger.networks.load_state_dict(model.networks.state_dict())
    return larger

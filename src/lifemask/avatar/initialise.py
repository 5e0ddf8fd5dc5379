"""Where the Gaussians begin: on the rig's triangles that the clip shows, and on what the rig does not cover.

Hair stands off the scalp as far as the person's outline lets it. Long hair, collars and wide shoulders lie outside of
that as well: matte pixels that no triangle covers get Gaussians at the depth of the nearest covered pixel, bound to its
triangle.
"""

import numpy as np
import torch
from scipy.ndimage import distance_transform_edt
from torch import Tensor

from lifemask.avatar.attributes import packed
from lifemask.avatar.binding import triangle_frames
from lifemask.avatar.config import AvatarConfig
from lifemask.avatar.density import HELD_BACK_LOGIT
from lifemask.avatar.frames import FrameSource
from lifemask.avatar.model import Binding
from lifemask.avatar.motion import Motion
from lifemask.avatar.sightings import Sighting, Sightings, covered, facing_camera, sightings
from lifemask.rig.head import HeadRig

DENSITY = {
    "scalp": 0.9, "neck": 0.9, "shoulders": 1.0, "face": 1.4, "nose": 1.6, "ears": 1.2, "brows": 1.8,
    "lids": 2.6, "eyes": 3.0, "lips": 2.6, "mouth_interior": 1.2, "teeth": 3.0, "tongue": 1.5,
}  # fmt: skip
HIDDEN_DENSITY = 0.06
INNER_PARTS = ("mouth_interior", "teeth", "tongue")
SHELL_LIMIT = 0.4


def initialise(
    rig: HeadRig,
    neutral: Tensor,
    motion: Motion,
    rows: np.ndarray,
    source: FrameSource,
    config: AvatarConfig,
    seed: int,
) -> tuple[Binding, Tensor]:
    """Choose bindings and first attributes ``[N, 14]`` from a few frames of ``rows``.

    ``neutral [V, 3]`` the personal shape at rest. Everything is computed on the CPU. ``config.gaussians`` is decided.
    """
    assert config.gaussians is not None
    generator = torch.Generator().manual_seed(seed)
    seen = sightings(rig, neutral, motion, rows, source)
    views, faces = seen.frames, rig.faces
    head_weight = _head_weight(rig)
    laid = config.gaussians - int(config.held_back * config.gaussians)
    corners, barycentric, local, spacing = _on_surface(rig, seen, source, laid, generator)
    shell = _uncovered(rig, views, source, generator)
    room = min(len(shell[0]), int(laid * SHELL_LIMIT * _uncovered_share(rig, views, source)))
    keep = torch.randperm(len(corners), generator=generator)[: laid - room]
    pick = torch.randperm(len(shell[0]), generator=generator)[:room]
    pixel_m = float(views[0].vertices[:, 2].median()) / source.camera.focal_px[0]
    area_px = sum(float((view.matte > 127).sum()) for view in views) / len(views)
    shell_spacing = pixel_m * (area_px / laid) ** 0.5 * 1.3
    corners = torch.cat([corners[keep], faces[shell[0][pick]]])
    barycentric = torch.cat([barycentric[keep], shell[1][pick]])
    local = torch.cat([local[keep], shell[2][pick]])
    spacing = torch.cat([spacing[keep], torch.full((room,), shell_spacing)])
    is_shell = torch.arange(len(corners)) >= len(keep)
    # Those that are held back stand wherever others stand, too faint to be drawn.
    copies = torch.randint(laid, (config.gaussians - laid,), generator=generator)
    corners, barycentric, local, spacing, is_shell = (
        torch.cat([x, x[copies]]) for x in (corners, barycentric, local, spacing, is_shell)
    )
    drawn = torch.arange(len(corners)) < laid
    order = torch.argsort((head_weight[corners].mean(1) < 0.35).to(torch.uint8), stable=True)
    corners, barycentric, local, spacing, is_shell, drawn = (
        x[order] for x in (corners, barycentric, local, spacing, is_shell, drawn)
    )
    binding = Binding(corners, barycentric, int((head_weight[corners].mean(1) >= 0.35).sum()))
    inner = torch.stack([rig.regions[name] for name in INNER_PARTS if name in rig.regions]).any(0)[corners].all(1)
    colour, inside = _colours(binding, local, views, source, inner)
    flat = torch.where(is_shell, 0.7, 0.3)
    width = spacing.clamp(max=0.02) * torch.where(is_shell, 0.8, 0.7)
    base = {
        "position_m": local,
        "rotation": torch.tensor([1.0, 0, 0, 0]).repeat(len(corners), 1),
        "log_scale": torch.stack([width, width, width * flat], -1).log(),
        "colour": colour,
        "opacity": torch.where(inside > 0.35, torch.where(is_shell, -0.2, 0.4), -4.0)[:, None],
    }
    base["opacity"][~drawn] = HELD_BACK_LOGIT
    return binding, packed(base)


def _head_weight(rig: HeadRig) -> Tensor:
    names = list(rig.joint_names)
    weight = rig.skin_weights
    return 1 - weight[:, names.index("torso")] - 0.5 * weight[:, names.index("neck")]


def _on_surface(rig: HeadRig, seen: Sightings, source: FrameSource, count: int, generator: torch.Generator):
    faces = rig.faces
    facing = torch.stack([facing_camera(view, faces, source.camera.size_wh) for view in seen.frames]).amax(0)
    density = torch.zeros(len(faces))
    for name, value in DENSITY.items():
        if name in rig.regions:
            density[rig.regions[name][faces].all(1)] = value
    inner = torch.stack([rig.regions[name] for name in INNER_PARTS if name in rig.regions]).any(0)[faces].all(1)
    density = torch.where((facing > -0.3) | (inner & (facing > -0.99)), density, density * HIDDEN_DENSITY)
    density[(facing <= -0.999) | seen.hidden] = 0
    a, b, c = rig.template[faces].unbind(1)
    area = torch.cross(b - a, c - a, dim=-1).norm(dim=-1) / 2
    share = area * density
    share = share / share.sum()
    chosen = torch.multinomial(share, count, replacement=True, generator=generator)
    uniform = torch.rand(count, 2, generator=generator)
    root = uniform[:, 0].sqrt()
    barycentric = torch.stack([1 - root, root * (1 - uniform[:, 1]), root * uniform[:, 1]], -1)
    spacing = (area[chosen] / (count * share[chosen])).sqrt()
    local = torch.zeros(count, 3)
    hair = (seen.thickness[faces[chosen]] * barycentric).sum(1)
    shoulders = rig.regions["shoulders"][faces[chosen]].all(1)
    lift = torch.rand(count, generator=generator)
    # Most of what is seen of hair is its outside.
    local[:, 2] = torch.where(shoulders, 0.008 * lift, hair * lift.sqrt())
    return faces[chosen], barycentric, local, spacing


def _uncovered_share(rig: HeadRig, views: tuple[Sighting, ...], source: FrameSource) -> float:
    """Share of the matte that the rig leaves uncovered, against the limit of the shell (at most 1)."""
    shares = []
    for view in views[:4]:
        person = view.matte > 200
        shares.append((person & (covered(rig, view, source.camera).triangle < 0)).sum() / max(person.sum(), 1))
    return min(1.0, float(np.mean(shares)) * 1.5 / SHELL_LIMIT)


def _uncovered(rig: HeadRig, views: tuple[Sighting, ...], source: FrameSource, generator: torch.Generator):
    """Triangles, barycentrics and local positions of points on uncovered matte pixels of a few frames."""
    triangles, weights, positions = [], [], []
    k = source.camera.matrix
    for view in views[:4]:
        mesh = covered(rig, view, source.camera)
        empty = mesh.triangle < 0
        if empty.all():
            continue
        nearest = np.asarray(distance_transform_edt(empty, return_distances=False, return_indices=True))
        rows, columns = np.nonzero(empty & (view.matte > 200))
        from_row, from_column = nearest[0][rows, columns], nearest[1][rows, columns]
        triangle = torch.as_tensor(mesh.triangle[from_row, from_column]).long()
        barycentric = torch.as_tensor(mesh.barycentric[from_row, from_column])
        depth = mesh.depth[from_row, from_column]
        ray = np.stack([(columns + 0.5 - k[0, 2]) / k[0, 0], (rows + 0.5 - k[1, 2]) / k[1, 1], np.ones(len(rows))], -1)
        point = torch.as_tensor(ray * depth[:, None]).float()
        anchor = (view.vertices[rig.faces[triangle]] * barycentric[..., None]).sum(1)
        frame = triangle_frames(view.vertices[None], rig.faces[triangle])[0]
        triangles.append(triangle)
        weights.append(barycentric)
        positions.append((frame.transpose(-1, -2) @ (point - anchor)[..., None])[..., 0])
    if not triangles:
        return torch.zeros(0, dtype=torch.long), torch.zeros(0, 3), torch.zeros(0, 3)
    return torch.cat(triangles), torch.cat(weights), torch.cat(positions)


def _colours(
    binding: Binding, local: Tensor, views: tuple[Sighting, ...], source: FrameSource, inner: Tensor
) -> tuple[Tensor, Tensor]:
    """Mean colour under each Gaussian over the frames that see it, and the share of them inside the matte."""
    width, height = source.camera.size_wh
    total, weight = torch.zeros(len(binding), 3), torch.zeros(len(binding))
    inside, seen = torch.zeros(len(binding)), torch.zeros(len(binding))
    for view in views:
        frame = triangle_frames(view.vertices[None], binding.corners)[0]
        anchor = (view.vertices[binding.corners] * binding.barycentric[..., None]).sum(1)
        pixel = source.camera.project(anchor + (frame @ local[..., None])[..., 0]).floor().long()
        ok = (pixel >= 0).all(1) & (pixel[:, 0] < width) & (pixel[:, 1] < height)
        x, y = pixel[:, 0].clamp(0, width - 1), pixel[:, 1].clamp(0, height - 1)
        alpha = torch.as_tensor(view.matte)[y, x].float() / 255 * ok
        normal_cosine = -(frame[:, :, 2] * torch.nn.functional.normalize(anchor, dim=-1)).sum(-1)
        share = alpha * normal_cosine.clamp(min=0.02)
        total += share[:, None] * torch.as_tensor(view.image)[y, x].float() / 255
        weight += share
        inside += alpha
        seen += ok
    colour = (total + 1e-3 * 0.4) / (weight + 1e-3)[:, None]
    colour[inner] = colour[inner] * 0.6
    return colour, torch.where(seen > 0, inside / seen.clamp(min=1), torch.tensor(1.0))

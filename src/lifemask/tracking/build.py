"""From the solve and the torso's registration to the finished record of a clip."""

from collections.abc import Iterable

import numpy as np
import torch

from lifemask.geometry.camera import Camera, View
from lifemask.rig.apertures import eyelid_aperture, lip_aperture
from lifemask.rig.code import RigCode
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices, shape_vertices
from lifemask.tracking.config import TrackingConfig
from lifemask.tracking.landmark_model import rigid_irises
from lifemask.tracking.observations import Observations
from lifemask.tracking.person import KnownPerson
from lifemask.tracking.personal import spread_offsets
from lifemask.tracking.record import Tracking
from lifemask.tracking.solve import HeadSolution
from lifemask.tracking.torso import TorsoRegistration, torso_poses

CHIN = 152
FOREHEAD = 10
CHIN_CLEARANCE = 0.22
TORSO_PIVOT_M = np.array([0.0, -0.28, -0.1])
BATCH = 32


def build_tracking(
    seen: Observations,
    solution: HeadSolution,
    rig: HeadRig,
    pictures: Iterable[tuple[np.ndarray, np.ndarray]],
    view: View,
    config: TrackingConfig,
    known: KnownPerson | None = None,
) -> Tracking:
    """Add the torso to a head solution (of the person ``known``, if it was) and measure the result on the posed rig.

    ``pictures``: for every frame in order its picture uint8 ``[H, W, 3]`` and matte ``[H, W]`` at ``view``; it is read
    twice, the first time only up to the reference frame, so it must be re-iterable.
    """
    cx, cy = solution.person.camera.principal_px.tolist()
    camera = Camera((solution.focal_px, solution.focal_px), (cx, cy), seen.size_wh)
    head = np.tile(np.eye(4), (len(seen), 1, 1))
    head[:, :3, :3], head[:, :3, 3] = solution.rotation, solution.translation_m
    if rig.has_jaw:  # FLAME: a head without shoulders
        torso, modes = head, np.zeros((len(seen), config.torso_modes))
    else:
        torso, modes = _register_torso(seen, rig, head, camera, pictures, view, config, _reference_frame(seen, head))
    if known is None:
        own = spread_offsets(rig, solution.used, rigid_irises(torch.as_tensor(solution.offset_m)).numpy())
    else:
        own = (known.surface - shape_vertices(rig, known.identity)).numpy()
    tracking = Tracking(
        camera=camera,
        timestamp_s=seen.timestamp_s,
        frame_index=seen.frame_index,
        tracked=seen.detected,
        camera_from_head=head.astype(np.float32),
        camera_from_torso=torso.astype(np.float32),
        expression=solution.expression,
        expression_names=tuple(rig.expression_names),
        eyes=solution.eyes,
        torso_modes=modes.astype(np.float32),
        identity=solution.identity,
        vertex_offset_m=own,
        landmarks_px=seen.landmarks_px,
        reprojection_px=np.zeros(len(seen)),
        lip_aperture_m=np.zeros(len(seen)),
        eyelid_aperture_m=np.zeros((len(seen), 2)),
        rig_hash=rig.content_hash,
        jaw=solution.jaw if rig.has_jaw else None,
    )
    return measured(tracking, rig)


def neutral_of(tracking: Tracking, rig: HeadRig, device: torch.device | str = "cpu") -> torch.Tensor:
    """The person at rest ``[V, 3]``."""
    rig = rig.to(device=device)
    identity = torch.as_tensor(tracking.identity, dtype=torch.float32, device=device)
    return shape_vertices(rig, identity, torch.as_tensor(tracking.vertex_offset_m, device=device))


@torch.no_grad()
def measured(tracking: Tracking, rig: HeadRig) -> Tracking:
    """The same tracking with its per-frame errors and apertures measured on the posed rig."""
    neutral = neutral_of(tracking, rig)
    error, lips, lids = [], [], []
    for start in range(0, len(tracking), BATCH):
        rows = slice(start, start + BATCH)
        code: RigCode = tracking.code(rows)
        vertices = pose_vertices(rig, neutral, code)
        pixels = tracking.camera.project(rig.landmarks(vertices))
        error.append((pixels - torch.as_tensor(tracking.landmarks_px[rows])).norm(dim=-1).mean(-1).numpy())
        lips.append(lip_aperture(rig, vertices).numpy())
        lids.append(eyelid_aperture(rig, vertices).numpy())
    reprojection = np.where(tracking.tracked, np.concatenate(error), np.nan)
    return tracking.with_motion(
        reprojection_px=reprojection, lip_aperture_m=np.concatenate(lips), eyelid_aperture_m=np.concatenate(lids)
    )


def _reference_frame(seen: Observations, head: np.ndarray) -> int:
    """The detected frame whose head pose is nearest to the clip's median."""
    pose = np.concatenate([head[:, :3, 3] * 10, head[:, :3, 2] * 3], 1)
    distance = np.linalg.norm(pose - np.median(pose[seen.detected], 0), axis=1)
    return int(np.where(seen.detected, distance, np.inf).argmin())


def _register_torso(
    seen: Observations, rig: HeadRig, head: np.ndarray, camera: Camera, pictures: Iterable, view: View,
    config: TrackingConfig, reference: int,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    face = view.from_original(seen.landmarks_px[reference])
    height = np.linalg.norm(face[CHIN] - face[FOREHEAD])
    below_chin = face[CHIN] + np.array([0, CHIN_CLEARANCE * height])
    picture, matte = next(pair for row, pair in enumerate(pictures) if row == reference)
    square, (above, beside) = _square(view)
    picture, matte = _in_square(picture, matte, above, beside)
    registration = TorsoRegistration(picture, matte, below_chin + np.array([0, above]), modes=config.torso_modes)
    images, mattes = [], []
    for image, alpha in pictures:
        image, alpha = _in_square(image, alpha, above, beside)
        images.append(image)
        mattes.append(alpha)
        if len(images) == BATCH:
            registration.add(np.stack(images), np.stack(mattes))
            images, mattes = [], []
    if images:
        registration.add(np.stack(images), np.stack(mattes))
    motion = registration.motion()
    rest = _reference_torso(rig, head, seen.detected, reference)
    pivot = rest[:3, :3] @ TORSO_PIVOT_M + rest[:3, 3]
    k = camera.matrix
    pivot_px = np.array([k[0, 0] * pivot[0] / pivot[2] + k[0, 2], k[1, 1] * pivot[1] / pivot[2] + k[1, 2]])
    corner = np.array([square.left_px, square.top_px])
    return torso_poses(motion, rest, TORSO_PIVOT_M, pivot_px, camera, square.width_px, corner), motion.modes


def _square(view: View) -> tuple[View, tuple[int, int]]:
    """The smallest square around a view that leaves its lower and left sides, and the rows above and columns beside
    that it adds: a torso is registered by similarities, which need pixels as high as wide."""
    width, height = view.size_wh
    above, beside = max(0, width - height), max(0, height - width)
    top = view.top_px - above * view.height_px / height
    across, down = view.width_px * (width + beside) / width, view.height_px * (height + above) / height
    return View(view.left_px, top, across, down, (width + beside, height + above)), (above, beside)


def _in_square(image: np.ndarray, matte: np.ndarray, above: int, beside: int) -> tuple[np.ndarray, np.ndarray]:
    """A picture and its matte in the square; nobody is in what it adds."""
    if not above and not beside:
        return image, matte
    pad = ((above, 0), (0, beside))
    return np.pad(image, (*pad, (0, 0)), mode="edge"), np.pad(matte, pad)


def _reference_torso(rig: HeadRig, head: np.ndarray, detected: np.ndarray, reference: int) -> np.ndarray:
    """Upright as the head is on average, and meeting the head at the neck in the reference frame."""
    u, _, vt = np.linalg.svd(head[detected, :3, :3].mean(0))
    pose = np.eye(4)
    pose[:3, :3] = u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt
    neck = rig.joint_positions[list(rig.joint_names).index("neck")].cpu().numpy()
    pose[:3, 3] = head[reference, :3, :3] @ neck + head[reference, :3, 3] - pose[:3, :3] @ neck
    return pose

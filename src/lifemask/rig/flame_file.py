"""Read a FLAME model and what lies beside it. Pickles go through the reader that builds nothing but arrays."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from lifemask.assets.array_pickle import read_array_pickle, read_pickled_npy
from lifemask.errors import FileMissingError, FormatError
from lifemask.rig.flame import NUM_EXPRESSIONS, NUM_IDENTITY, Embedding, FlameModel

MODEL_NAMES = ("generic_model.pkl", "flame2023_Open.pkl", "flame2023.pkl", "flame2023_no_jaw.pkl")
HOW_TO_GET = (
    "Register at https://flame.is.tue.mpg.de, download FLAME 2023 Open (flame2023_Open.pkl, CC-BY-4.0) or FLAME 2020 "
    "(generic_model.pkl, non-commercial), and name the file or its folder."
)
PARENTS = (-1, 0, 1, 1, 1)
NUM_LANDMARKS_68 = 68
# A member of an .npz that unpacks to more than this is no part of a head model.
MAX_MEMBER_BYTES = 1 << 30
# Where companions lie in the layouts in use, relative to the model.
_MASKS = ("FLAME_masks.pkl", "FLAME_masks/FLAME_masks.pkl")
_LANDMARKS_68 = ("landmark_embedding.npy",)
_MEDIAPIPE = ("mediapipe_landmark_embedding.npz", "mediapipe/mediapipe_landmark_embedding.npz")
_EYELIDS = (
    ("l_eyelid.npy", "blendshapes/l_eyelid.npy"),
    ("r_eyelid.npy", "blendshapes/r_eyelid.npy"),
)


def read_flame(source: Path) -> FlameModel:
    """The model at ``source``, a ``.pkl`` or ``.npz`` file or a folder with one, with the masks, landmark
    embeddings and eyelids that lie beside it.

    Raises FileMissingError, saying how to get FLAME, when there is none, and FormatError naming the file and the
    entry that is missing or has a wrong shape.
    """
    path = find_model(source)
    content = _read_npz(path) if path.suffix == ".npz" else read_array_pickle(path)
    v_template = _array(path, content, "v_template", (None, 3))
    count = len(v_template)
    faces = _faces(path, content, count)
    kintree = _array(path, content, "kintree_table", (2, len(PARENTS)))
    # FLAME writes the root's missing parent as 2^32 - 1.
    if tuple(kintree[0, 1:].astype(int)) != PARENTS[1:]:
        raise FormatError(
            f"{path}: 'kintree_table' has the parents {kintree[0].tolist()}, expected {list(PARENTS)}.",
            "FLAME has five joints: root, neck, jaw, left eye, right eye.",
        )
    kintree[0, 0] = PARENTS[0]
    folder = path.parent
    return FlameModel(
        v_template=v_template,
        shapedirs=_array(path, content, "shapedirs", (count, 3, NUM_IDENTITY + NUM_EXPRESSIONS)),
        posedirs=_array(path, content, "posedirs", (count, 3, 9 * (len(PARENTS) - 1))),
        J_regressor=_array(path, content, "J_regressor", (len(PARENTS), count)),
        weights=_array(path, content, "weights", (count, len(PARENTS))),
        kintree_table=kintree.astype(np.int64),
        faces=faces,
        eyelids=_read_eyelids(folder, count),
        masks=_read_masks(folder, count),
        landmarks_68=_read_landmarks_68(folder, len(faces)),
        mediapipe=_read_mediapipe(folder, len(faces)),
    )


def find_model(source: Path) -> Path:
    """The model file that ``source`` names: itself, or the one in that folder."""
    if source.is_file():
        return source
    if not source.is_dir():
        raise FileMissingError(f"There is no FLAME model at {source}.", "It is not part of Lifemask.", HOW_TO_GET)
    by_name = {path.name.lower(): path for path in sorted(source.iterdir())}
    for name in MODEL_NAMES:
        for candidate in (name, Path(name).with_suffix(".npz").name):
            if candidate.lower() in by_name:
                return by_name[candidate.lower()]
    raise FileMissingError(
        f"The folder {source} holds no FLAME model.",
        f"Looked for {', '.join(MODEL_NAMES)}, also as .npz.",
        HOW_TO_GET,
    )


def files_read(source: Path) -> list[Path]:
    """All files that ``read_flame(source)`` reads, the model first."""
    path = find_model(source)
    beside = (_beside(path.parent, names) for names in (_MASKS, _LANDMARKS_68, _MEDIAPIPE, *_EYELIDS))
    return [path, *(file for file in beside if file is not None)]


def read_identity(path: Path) -> np.ndarray:
    """FLAME identity coefficients ``[300]`` float32 from an ``.npy`` file, as MICA writes (``identity.npy``)."""
    return _numbers(path, "identity", _read_npy(path), (NUM_IDENTITY,)).astype(np.float32)


def _read_npy(path: Path) -> np.ndarray:
    if not path.is_file():
        raise FileMissingError(f"{path} does not exist.", fix="Check the spelling of the path.")
    try:
        return np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise FormatError(f"{path} is not an .npy file of numbers: {error}.") from error


def _read_npz(path: Path) -> dict[str, np.ndarray]:
    try:
        with zipfile.ZipFile(path) as archive:
            largest = max((member.file_size for member in archive.infolist()), default=0)
        if largest > MAX_MEMBER_BYTES:
            raise FormatError(f"{path} holds an array of {largest:,} bytes.", "No array of a head model is so large.")
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise FormatError(f"{path} is not an .npz file of plain arrays: {error}.") from error


def _array(path: Path, content: dict, key: str, shape: tuple[int | None, ...]) -> np.ndarray:
    if key not in content:
        raise FormatError(
            f"{path} has no '{key}'.",
            f"It holds: {', '.join(sorted(map(str, content))) or 'nothing'}.",
            "Is it a FLAME model? " + HOW_TO_GET,
        )
    return _numbers(path, key, content[key], shape)


def _numbers(path: Path, key: str, value: Any, shape: tuple[int | None, ...]) -> np.ndarray:
    """``value`` as finite float64 of the given shape (None is any); the error names file and entry."""
    found = getattr(value, "shape", None)
    fits = found is not None and len(found) == len(shape)
    if not fits or any(n is not None and n != m for n, m in zip(shape, found or (), strict=False)):
        wanted = ", ".join("any" if n is None else str(n) for n in shape)
        raise FormatError(f"{path}: '{key}' has the shape {found}, expected ({wanted}).")
    dense = value.toarray() if sparse.issparse(value) else np.asarray(value)
    if dense.dtype.kind not in "biuf":
        raise FormatError(f"{path}: '{key}' holds {dense.dtype}, expected numbers.")
    numbers = dense.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise FormatError(f"{path}: '{key}' has values that are not finite.")
    return numbers


def _indices(path: Path, key: str, value: np.ndarray, end: int) -> np.ndarray:
    if value.size and (value.min() < 0 or value.max() >= end or (value != np.floor(value)).any()):
        raise FormatError(f"{path}: '{key}' has indices outside of 0..{end - 1}.", "Is it of another model?")
    return value.astype(np.int64)


def _faces(path: Path, content: dict, count: int) -> np.ndarray:
    key = "f" if "f" in content else "faces"
    return _indices(path, key, _array(path, content, key, (None, 3)), count)


def _beside(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _read_eyelids(folder: Path, count: int) -> np.ndarray | None:
    paths = [_beside(folder, names) for names in _EYELIDS]
    if paths[0] is None or paths[1] is None:
        return None
    return np.stack([_numbers(path, "eyelid", _read_npy(path), (count, 3)) for path in paths if path is not None])


def _read_masks(folder: Path, count: int) -> dict[str, np.ndarray] | None:
    path = _beside(folder, _MASKS)
    if path is None:
        return None
    content = read_array_pickle(path)
    return {str(key): _indices(path, key, _numbers(path, key, value, (None,)), count) for key, value in content.items()}


def _read_landmarks_68(folder: Path, num_faces: int) -> Embedding | None:
    path = _beside(folder, _LANDMARKS_68)
    if path is None:
        return None
    content = read_pickled_npy(path)
    if not isinstance(content, dict):
        raise FormatError(f"{path} holds a {type(content).__name__}, expected a dictionary of arrays.")
    triangles = _array(path, content, "full_lmk_faces_idx", (1, NUM_LANDMARKS_68))[0]
    barycentrics = _array(path, content, "full_lmk_bary_coords", (1, NUM_LANDMARKS_68, 3))[0]
    return _indices(path, "full_lmk_faces_idx", triangles, num_faces), barycentrics


def _read_mediapipe(folder: Path, num_faces: int) -> tuple[np.ndarray, Embedding] | None:
    path = _beside(folder, _MEDIAPIPE)
    if path is None:
        return None
    content = _read_npz(path)
    numbers = _array(path, content, "landmark_indices", (None,))
    triangles = _array(path, content, "lmk_face_idx", (len(numbers),))
    barycentrics = _array(path, content, "lmk_b_coords", (len(numbers), 3))
    # The mesh without irises: the embedding has none.
    return (
        _indices(path, "landmark_indices", numbers, 468),
        (_indices(path, "lmk_face_idx", triangles, num_faces), barycentrics),
    )

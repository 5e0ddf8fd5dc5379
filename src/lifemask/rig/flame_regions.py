"""Named regions of a FLAME head, every vertex in exactly one: from FLAME's masks, or by likeness with the bust."""

import numpy as np

from lifemask.rig.bust import load_bust
from lifemask.rig.transfer import bust_labels

# FLAME's masks overlap: the first one that a vertex is in decides. What they know less well than the bust (lids and
# brows within the region of the eyes) is asked there.
_MASKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lips", ("lips",)),
    ("nose", ("nose",)),
    ("ears", ("left_ear", "right_ear")),
    ("neck", ("neck", "boundary")),
    ("face", ("eye_region", "left_eye_region", "right_eye_region", "forehead", "face")),
    ("scalp", ("scalp",)),
)
_AROUND_EYES = ("eye_region", "left_eye_region", "right_eye_region")
_EYEBALLS = ("left_eyeball", "right_eyeball")


def flame_regions(
    template: np.ndarray,
    faces: np.ndarray,
    is_eye: np.ndarray,
    landmarks: np.ndarray,
    masks: dict[str, np.ndarray] | None,
) -> dict[str, np.ndarray]:
    """Masks ``[V]`` bool under the bust's names, some of them empty (FLAME has no teeth), for a head ``template [V,
    3]``, ``faces [F, 3]`` with eyeballs ``is_eye [V]`` and ``landmarks [478, 3]``; ``masks`` are FLAME's own, vertex
    indices."""
    labels = bust_labels(template, faces, landmarks)
    if masks is not None:
        labels = _by_masks(labels, masks)
        is_eye = is_eye | _inside(masks, _EYEBALLS, len(labels))
    labels = np.where(is_eye, "eyes", labels)
    return {name: labels == name for name in load_bust().regions}


def _by_masks(labels: np.ndarray, masks: dict[str, np.ndarray]) -> np.ndarray:
    decided = np.zeros(len(labels), bool)
    result = labels.copy()
    around_eyes = _inside(masks, _AROUND_EYES, len(labels)) & np.isin(labels, ("lids", "brows"))
    for name, members in _MASKS:
        inside = _inside(masks, members, len(labels)) & ~decided
        result[inside] = name
        decided |= inside
    result[around_eyes & (result == "face")] = labels[around_eyes & (result == "face")]
    return result


def _inside(masks: dict[str, np.ndarray], names: tuple[str, ...], count: int) -> np.ndarray:
    inside = np.zeros(count, bool)
    for name in names:
        inside[masks.get(name, np.empty(0, np.int64))] = True
    return inside

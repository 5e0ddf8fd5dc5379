"""ARKit motion as a file of its own: it has no images, so it is no run. See docs/importing.md for the names in it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from lifemask.errors import ConfigError, OutputExistsError
from lifemask.formats import arkit
from lifemask.formats.arkit import ArkitMotion
from lifemask.media.files import atomic_write_bytes, in_fixed_order

SCHEMA = "lifemask-motion-1"
_OPTIONAL = ("head_yaw_pitch_roll", "eyes_yaw_pitch_roll", "head_translation_m")
_READERS: dict[str, Callable[[Path, float | None], ArkitMotion]] = {
    arkit.NAME_CSV: lambda path, fps: arkit.read_csv(path) if fps is None else arkit.read_csv(path, fps),
    arkit.NAME_JSON: lambda path, fps: arkit.read_json_motion(path),
}
MOTION_FORMATS = tuple(_READERS)


def import_motion(source: Path, out: Path, name: str, *, fps: float | None = None, force: bool = False) -> int:
    """Write the motion at ``source`` to the safetensors file ``out``; returns the number of frames.

    ``fps``: what Live Link Face's time codes count. Raises FormatError, ConfigError, OutputExistsError unless
    ``force``.
    """
    if out.suffix != ".safetensors":
        raise ConfigError(
            f"{out} is no .safetensors file",
            f"{name} is a motion without images: it becomes a file, not a run.",
            f"Use -o {out.with_suffix('.safetensors').name}.",
        )
    if out.exists() and not force:
        raise OutputExistsError(f"{out} exists", "Nothing is overwritten without being asked.", "Add --force.")
    motion = _READERS[name](source, fps)
    arrays = {"expression": motion.weights.astype(np.float32), "timestamp_s": motion.timestamp_s.astype(np.float64)}
    for key in _OPTIONAL:
        if (array := getattr(motion, key)) is not None:
            arrays[key] = array.astype(np.float32)
    header = {"schema": SCHEMA, "expression_names": ",".join(motion.names), "source": name}
    whole = {key: np.ascontiguousarray(array) for key, array in arrays.items()}
    atomic_write_bytes(out, in_fixed_order(save(whole, header)))
    return len(motion.timestamp_s)

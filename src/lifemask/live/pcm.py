"""Sound as others push it: checked, and made one channel of floats."""

import numpy as np

from lifemask.errors import ConfigError

RATES_HZ = (8_000, 192_000)
"""Lowest and highest rate of sound that is taken."""
_LOUDEST = 8.0
"""Far beyond full scale: such floats are integers that were only cast."""


def mono(pcm: np.ndarray, rate_hz: int) -> np.ndarray:
    """float32 ``[n]`` in [-1, 1] of ``pcm``, int16 or floats, ``[n]``, ``[n, 1]`` or ``[n, 2]`` (left and right, whose
    mean is taken). Raises ConfigError for anything else."""
    if isinstance(rate_hz, bool) or int(rate_hz) != rate_hz or not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
        raise ConfigError(
            f"sound of {rate_hz} samples a second cannot be taken",
            f"Expected a whole number from {RATES_HZ[0]} to {RATES_HZ[1]}.",
            "Give the rate at which the sound was made: push_audio(pcm, rate_hz=24000)",
        )
    pcm = np.asarray(pcm)
    if not (pcm.ndim == 1 or (pcm.ndim == 2 and pcm.shape[1] in (1, 2))):
        raise ConfigError(
            f"sound of the shape {pcm.shape} cannot be taken",
            "Expected samples [n], or [n, 1] or [n, 2]: one row for each moment.",
            "Channels that come first are turned: pcm.T",
        )
    if pcm.dtype == np.int16:
        return _one_channel(pcm.astype(np.float32) / 32_768)
    if pcm.dtype.kind == "f":
        samples = pcm.astype(np.float32)
    else:
        raise ConfigError(
            f"sound of {pcm.dtype} cannot be taken",
            "Expected int16, or floats in [-1, 1].",
            "Bytes from a wire are read so: np.frombuffer(data, np.int16)",
        )
    if not np.isfinite(samples).all():
        raise ConfigError("the sound holds values that are no numbers", "Something before this divided by zero.")
    if samples.size and np.abs(samples).max() > _LOUDEST:
        raise ConfigError(
            f"the sound goes up to {np.abs(samples).max():.0f}, but full scale is 1",
            "These are integers that were cast to floats.",
            "Push them as int16, or divide them by 32768.",
        )
    return _one_channel(samples)


def _one_channel(samples: np.ndarray) -> np.ndarray:
    return samples if samples.ndim == 1 else samples.mean(1, dtype=np.float32)

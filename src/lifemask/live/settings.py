"""Which streams can be."""

from lifemask.errors import ConfigError
from lifemask.live.inlet import PIECE_S
from lifemask.live.pcm import RATES_HZ

FPS_RANGE = (10.0, 120.0)


def check(fps: float, audio_hz: int, latency_s: float, jitter_s: float, most_queued_s: float) -> None:
    """Raises ConfigError for settings of a stream that cannot work."""
    if not FPS_RANGE[0] <= fps <= FPS_RANGE[1]:
        raise ConfigError(
            f"a stream of {fps:g} frames a second cannot be", f"Expected {FPS_RANGE[0]:g} to {FPS_RANGE[1]:g}."
        )
    if int(audio_hz) != audio_hz or not RATES_HZ[0] <= audio_hz <= RATES_HZ[1]:
        raise ConfigError(
            f"sound of {audio_hz} samples a second cannot leave",
            f"Expected a whole number from {RATES_HZ[0]} to {RATES_HZ[1]}.",
        )
    for name, value, least, most in (
        ("latency_s", latency_s, 0.0, 2.0),
        ("jitter_s", jitter_s, 0.0, 2.0),
        ("most_queued_s", most_queued_s, 2 * PIECE_S, 3600.0),
    ):
        if not least <= value <= most:
            raise ConfigError(f"{name}={value:g} cannot work", f"Expected {least:g} to {most:g} seconds.")

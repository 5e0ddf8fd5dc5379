"""Peak memory of a part of a process."""

import sys
import threading
from pathlib import Path

_STATM = Path("/proc/self/statm")


class PeakMemory:
    """Samples the resident memory while its ``with`` block runs; ``peak_mb`` is the highest seen (MB, 1e6).

    The kernel's own high-water mark never falls in a process's life, so that a small stage after a large one
    would be charged with the large one's memory; that mark is the fallback where there is no ``/proc``.
    """

    def __init__(self, interval_s: float = 0.1) -> None:
        self.peak_mb = 0.0
        self._interval_s = interval_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, name="peak-memory", daemon=True)

    def __enter__(self) -> "PeakMemory":
        self.peak_mb = resident_mb()
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._thread.join()
        self.peak_mb = max(self.peak_mb, resident_mb())

    def _sample(self) -> None:
        while not self._ended.wait(self._interval_s):
            self.peak_mb = max(self.peak_mb, resident_mb())


def resident_mb() -> float:
    """Resident memory of this process now, in MB (1e6 bytes)."""
    if _STATM.exists():
        import resource

        return int(_STATM.read_text().split()[1]) * resource.getpagesize() / 1e6
    return _high_water_mb()


def _high_water_mb() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6

"""Sound that comes in pieces from one rate to another."""

from fractions import Fraction

import av
import numpy as np
from av.audio.resampler import AudioResampler

BEHIND_S = 2.5e-3
"""By how much the samples that come out lag behind those that went in, at most, from 8 kHz on."""


class Resampler:
    """One channel at `from_hz` to `to_hz`: `push` the pieces, `flush` at the end. The samples are the same however the
    sound is cut, and stay in their places: only the last come later, up to `BEHIND_S`."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self.from_hz, self.to_hz = from_hz, to_hz
        self._begin()

    def push(self, samples: np.ndarray) -> np.ndarray:
        """float32 [m] at `to_hz` of samples [n] at `from_hz`."""
        if self.from_hz == self.to_hz or not len(samples):
            return np.asarray(samples, np.float32)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32)[None], "flt", "mono")
        frame.sample_rate, frame.pts, frame.time_base = self.from_hz, self._samples, Fraction(1, self.from_hz)
        self._samples += len(samples)
        return self._resampled(frame)

    def flush(self) -> np.ndarray:
        """The last samples [m]; the next `push` begins a new sound."""
        rest = self._resampled(None) if self._samples else np.zeros(0, np.float32)
        self._begin()
        return rest

    def _begin(self) -> None:
        self._libav, self._samples = AudioResampler(format="flt", layout="mono", rate=self.to_hz), 0

    def _resampled(self, frame: av.AudioFrame | None) -> np.ndarray:
        made = [out.to_ndarray()[0] for out in self._libav.resample(frame) if out is not None]
        return np.concatenate([np.zeros(0, np.float32), *made])

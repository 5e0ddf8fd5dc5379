"""What is heard of many streams at once, in steps of 40 ms: the twin of ``Hearing``, ``Pauses`` and the live ``Ear``,
and of the level that ``VoiceMotion`` follows.

Step ``b`` of a stream ends ``FIRST + 640 b`` samples after its beginning; from the second on each completes one row of
motion, and all that belongs to it: row ``i`` needs ``LIVE.samples_after`` samples beyond its own moment.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lifemask.live.many_following import follow_level, follow_pauses
from lifemask.live.many_kernels import joined, powers, windows
from lifemask.live.many_phonetics import FRAMES, ManyPhonetics
from lifemask.live.many_speech import KEPT, ManySpeech
from lifemask.live.many_state import States
from lifemask.speech.ear import LIVE, phonetic_net
from lifemask.speech.hearing import EXPECTED, QUIETEST, USUAL
from lifemask.speech.layers import MEL_BANDS, MELS_PER_MOTION, SAMPLES_PER_MOTION
from lifemask.speech.loudness import emphasis_of_power, gains_to_usual
from lifemask.speech.mel import BEFORE, FLOOR, HOP, RAISED, SPECTRUM, WINDOW, band_weights
from lifemask.speech.pauses import LONG_AGO, MEAN_OF
from lifemask.speech.phonetics import HOP as FRAME_HOP
from lifemask.speech.phonetics import QUIET, frame_window, mel_bank
from lifemask.speech.phonetics import WINDOW as FRAME

STEPS_BEFORE = 2
"""Steps that tell no row."""
FIRST = LIVE.samples_after - STEPS_BEFORE * SAMPLES_PER_MOTION
"""Samples before the first step."""
VAD_AHEAD = 3
"""Rows of bands that the detector of speech waits for."""
_MELS_LATER = 3
"""Rows of bands that are there at the end of a step beyond the four of its row."""
_MELS_HEARD = LIVE.mels_after + 2
_MELS_KEPT = _MELS_HEARD + 1 - MELS_PER_MOTION
# Where, in the samples that are kept and a step's own, the new rows of bands and the new frames begin.
_MEL_AT = _MELS_LATER * HOP - BEFORE - FIRST
_FRAME_AT = (LIVE.frames_after - FRAMES + 1) * FRAME_HOP - FIRST


@dataclass(frozen=True)
class Heard:
    """Of the ``streams [B]`` (numbers among those that were given) that tell a row: the ear's ``rows [B, D]``, how
    ``free [B]`` the mouth is, and of the four rows of bands how sure it is of speech, ``speaking [B, 4]``, and how
    loud that is, ``emphasis [B, 4]``."""

    streams: np.ndarray
    rows: Tensor
    free: np.ndarray
    speaking: np.ndarray
    emphasis: np.ndarray

    def of(self, numbers: list[int]) -> "Heard":
        """Of some of the ``B``."""
        if len(numbers) == len(self.streams):
            return self
        arrays = (value[numbers] for value in (self.free, self.speaking, self.emphasis))
        return Heard(self.streams[numbers], self.rows[numbers], *arrays)


class ManyEars:
    """``begin`` a stream with its first samples, and ``step`` several at once."""

    def __init__(self) -> None:
        self._phonetics, self._speech = ManyPhonetics(phonetic_net()), ManySpeech(FIRST, VAD_AHEAD, STEPS_BEFORE)
        self._bands = torch.from_numpy(band_weights())
        self._together = self._bands.sum(1).numpy()
        self._net_window, self._net_bands = frame_window(), torch.from_numpy(mel_bank().T.copy())
        self._hann = np.hanning(WINDOW).astype(np.float32)
        double = torch.float64
        self._states = States(
            number=torch.tensor(0),
            sound=torch.zeros(KEPT),
            even=torch.zeros(KEPT),
            mels=torch.full((_MELS_KEPT * MEL_BANDS,), float(np.log(FLOOR))),
            powers=torch.zeros(_MELS_LATER),
            level=torch.tensor(USUAL.level, dtype=double),
            used=torch.tensor(USUAL.level, dtype=double),
            spoken=torch.tensor(EXPECTED),
            gain=torch.tensor(1.0),
            speaking=torch.zeros(MEAN_OF - 1),
            silent=torch.tensor(LONG_AGO),
            free=torch.tensor(0.0, dtype=double),
        )

    def begin(self, first: np.ndarray) -> int:
        """A new stream, which has the place that is returned. ``first [FIRST]`` samples of it."""
        place = self._states.begin()
        assert self._phonetics.states.begin() == place == self._speech.states.begin()
        for name in ("sound", "even"):
            self._states[name][place, KEPT - FIRST :] = torch.from_numpy(first)
        return place

    def warm(self) -> None:
        """Do everything once, for whatever is slow the first time."""
        place = self.begin(np.zeros(FIRST, np.float32))
        for _ in range(STEPS_BEFORE + 1):
            self.step(np.array([place]), np.zeros((1, SAMPLES_PER_MOTION), np.float32))
        self.end(place)

    def end(self, place: int) -> None:
        """Another stream may have the place."""
        for states in (self._states, self._phonetics.states, self._speech.states):
            states.end(place)

    def step(self, at: np.ndarray, blocks: np.ndarray) -> Heard:
        """What the streams at the places ``at [B]`` are heard to say in their next ``blocks [B, 640]``."""
        number = self._states["number"].numpy()
        number[at] += 1
        row = number[at] - STEPS_BEFORE
        sound = self._joined("sound", at, blocks)
        speaking = self._speech.step(at, row + STEPS_BEFORE, sound)
        loud = self._joined("powers", at, self._powers(sound) @ self._together)[:, :MELS_PER_MOTION]
        emphasis, gains = self._levelled(at, row, speaking, loud)
        even = self._joined("even", at, blocks * gains)
        near = self._phonetics.step(at, self._frames(even))
        bands = torch.from_numpy(self._powers(even)) @ self._bands
        new = bands.add_(FLOOR).log_().numpy()
        # A row that is centred before the sound is not made, though its window reaches into it.
        new[row == -1, 0] = np.log(FLOOR)
        mels = self._joined("mels", at, new.reshape(len(at), -1))[:, : _MELS_HEARD * MEL_BANDS]
        streams = np.flatnonzero(row >= 0)
        heard = torch.cat([near, torch.from_numpy(mels)], 1)
        if len(streams) < len(at):
            heard, speaking = heard[torch.from_numpy(streams)], speaking[streams]
        return Heard(streams, heard, self._free(at[streams], speaking), speaking, emphasis[streams])

    def _joined(self, name: str, at: np.ndarray, new: np.ndarray) -> np.ndarray:
        """What is kept, and what is new."""
        return joined(self._states[name].numpy(), at, new)

    def _powers(self, sound: np.ndarray) -> np.ndarray:
        """Powers ``[B, 4, 257]`` of the new rows of bands."""
        cut = windows(sound, _MEL_AT, HOP, self._hann, SPECTRUM, RAISED)
        return powers(torch.view_as_real(torch.fft.rfft(torch.from_numpy(cut))).numpy()).reshape(len(sound), 4, -1)

    def _frames(self, sound: np.ndarray) -> np.ndarray:
        """The network's new frames ``[B, 4, 32]``."""
        cut = windows(sound, _FRAME_AT, FRAME_HOP, self._net_window, FRAME, 0.0)
        spectrum = torch.view_as_real(torch.fft.rfft(torch.from_numpy(cut))).numpy()
        bands = torch.from_numpy(powers(spectrum)) @ self._net_bands
        return bands.clamp_min_(QUIET).log10_().add_(2).numpy().reshape(len(sound), FRAMES, -1)

    def _free(self, at: np.ndarray, speaking: np.ndarray) -> np.ndarray:
        """How free the mouths are ``[B]``."""
        last, silent, free = (self._states[name].numpy() for name in ("speaking", "silent", "free"))
        return follow_pauses(at, speaking, last, silent, free)

    def _levelled(
        self, at: np.ndarray, row: np.ndarray, speaking: np.ndarray, loud: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The emphasis ``[B, 4]`` of rows of bands, and the gains ``[B, 640]`` of a step's samples."""
        level, used, spoken, gain = (self._states[name].numpy() for name in ("level", "used", "spoken", "gain"))
        whole = loud.astype(np.float64)
        by, anew = follow_level(at, row, speaking, np.log(whole + QUIETEST), level, used, spoken)
        gains = np.repeat(gain[at][:, None], SAMPLES_PER_MOTION, 1)
        for b in np.flatnonzero(anew):
            # Where the next half second begins.
            start = (anew[b] + 4) * HOP - LIVE.samples_after + SAMPLES_PER_MOTION
            gains[b, start:] = gains_to_usual(by[b, anew[b]] if anew[b] < MELS_PER_MOTION else level[at[b]])
        gain[at] = gains[:, -1]
        return emphasis_of_power(whole + MEL_BANDS * FLOOR, by), gains

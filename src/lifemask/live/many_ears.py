"""What is heard of many streams at once, in steps of 40 ms: the twin of ``Hearing``, ``Pauses`` and the live ``Ear``,
and of the level that ``VoiceMotion`` follows.

Step ``b`` of a stream ends ``FIRST + 640 b`` samples after its beginning; from the second on each completes one row of
motion, and all that belongs to it: row ``i`` needs ``LIVE.samples_after`` samples beyond its own moment.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lifemask.live.many_phonetics import FRAMES, ManyPhonetics
from lifemask.live.many_speech import KEPT, ManySpeech
from lifemask.live.many_state import States
from lifemask.speech.ear import LIVE, phonetic_net
from lifemask.speech.hearing import EXPECTED, MEMORY, QUIETEST, SPEECH, USUAL
from lifemask.speech.layers import MEL_BANDS, MELS_PER_MOTION, SAMPLES_PER_MOTION, SOUND_HZ
from lifemask.speech.loudness import emphasis_of_power, gains_to_usual
from lifemask.speech.mel import BEFORE, FLOOR, HOP, RAISED, SPECTRUM, WINDOW, band_weights
from lifemask.speech.pauses import FALL, LONG_AGO, MEAN_OF, PATIENCE, RISE, SURE
from lifemask.speech.phonetics import HOP as FRAME_HOP
from lifemask.speech.phonetics import WINDOW as FRAME
from lifemask.speech.phonetics import mel_frames

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
_MEL_END, _FRAME_END = _MEL_AT + 3 * HOP + WINDOW, _FRAME_AT + 3 * FRAME_HOP + FRAME
_PIECE_ROWS, _SEEN_ROWS = SOUND_HZ // 2 // HOP, 4
"""After so many rows of bands the level is looked at anew, when all but the last four have been heard."""


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
        self._together = self._bands.sum(1)
        self._hann = torch.from_numpy(np.hanning(WINDOW).astype(np.float32))
        double = torch.float64
        self._states = States(
            number=torch.tensor(0),
            sound=torch.zeros(KEPT),
            even=torch.zeros(KEPT),
            mels=torch.full((_MELS_KEPT, MEL_BANDS), float(np.log(FLOOR))),
            powers=torch.zeros(_MELS_LATER),
            level=torch.tensor(USUAL.level, dtype=double),
            used=torch.tensor(USUAL.level, dtype=double),
            spoken=torch.tensor(EXPECTED),
            gain=torch.tensor(1.0),
            speaking=torch.zeros(MEAN_OF - 1),
            silent=torch.tensor(LONG_AGO),
            free=torch.tensor(0.0, dtype=double),
        )

    def begin(self, first: Tensor) -> int:
        """A new stream, which has the place that is returned. ``first [FIRST]`` samples of it."""
        place = self._states.begin()
        assert self._phonetics.states.begin() == place == self._speech.states.begin()
        for name in ("sound", "even"):
            self._states[name][place, KEPT - FIRST :] = first
        return place

    def end(self, place: int) -> None:
        """Another stream may have the place."""
        for states in (self._states, self._phonetics.states, self._speech.states):
            states.end(place)

    def step(self, at: Tensor, blocks: Tensor) -> Heard:
        """What the streams at the places ``at [B]`` are heard to say in their next ``blocks [B, 640]``."""
        number = self._states["number"][at] + 1
        self._states["number"][at] = number
        sound = self._joined("sound", at, blocks)
        speaking = self._speech.step(at, number, sound)
        spectrum = self._power(sound)
        powers = torch.cat([self._states["powers"][at], spectrum @ self._together], 1)
        self._states["powers"][at] = powers[:, MELS_PER_MOTION:]
        told = (number >= STEPS_BEFORE).numpy()
        rows = (number - STEPS_BEFORE).numpy()
        emphasis, gains = self._levelled(at.numpy(), rows, told, speaking.numpy(), powers[:, :MELS_PER_MOTION].numpy())
        even = self._joined("even", at, blocks * gains)
        near = self._near(at, even)
        mels = torch.cat([self._states["mels"][at], torch.log(self._power(even) @ self._bands + FLOOR)], 1)
        # A row that is centred before the sound is not made, though its window reaches into it.
        mels[number == STEPS_BEFORE - 1, _MELS_KEPT] = float(np.log(FLOOR))
        self._states["mels"][at] = mels[:, MELS_PER_MOTION:]
        streams = np.flatnonzero(told)
        heard = torch.cat([near, mels[:, :_MELS_HEARD].flatten(1)], 1)
        heard = heard if told.all() else heard[torch.from_numpy(streams)]
        speaking = speaking.numpy()[streams]
        return Heard(streams, heard, self._free(at.numpy()[streams], speaking), speaking, emphasis[streams])

    def _joined(self, name: str, at: Tensor, new: Tensor) -> Tensor:
        """The samples that are kept, and new ones."""
        whole = torch.cat([self._states[name][at], new], 1)
        self._states[name][at] = whole[:, SAMPLES_PER_MOTION:]
        return whole

    def _power(self, sound: Tensor) -> Tensor:
        """Powers ``[B, 4, 257]`` of the new rows of bands."""
        raised = sound[:, _MEL_AT:_MEL_END] - RAISED * sound[:, _MEL_AT - 1 : _MEL_END - 1]
        spectrum = torch.fft.rfft(raised.unfold(1, WINDOW, HOP) * self._hann, SPECTRUM)
        return torch.view_as_real(spectrum).square_().sum(-1)

    def _near(self, at: Tensor, sound: Tensor) -> Tensor:
        frames = mel_frames(sound[:, _FRAME_AT:_FRAME_END].unfold(1, FRAME, FRAME_HOP).numpy())
        return self._phonetics.step(at, torch.from_numpy(frames))

    def _levelled(
        self, at: np.ndarray, row: np.ndarray, told: np.ndarray, speaking: np.ndarray, powers: np.ndarray
    ) -> tuple[np.ndarray, Tensor]:
        """The emphasis ``[B, 4]`` of rows of bands, and the gains ``[B, 640]`` of a step's samples."""
        level, used, spoken, gain = (self._states[name].numpy() for name in ("level", "used", "spoken", "gain"))
        now, uses, count = level[at], used[at], spoken[at]
        whole = powers.astype(np.float64)
        loud = np.log(whole + QUIETEST)
        emphasis = np.empty(powers.shape)
        gains = np.repeat(gain[at][:, None], SAMPLES_PER_MOTION, 1)
        for band in range(MELS_PER_MOTION + 1):
            bands = MELS_PER_MOTION * row + band + _SEEN_ROWS
            anew = np.flatnonzero(told & (bands % _PIECE_ROWS == 0))
            if len(anew) and band:
                start = (band + _SEEN_ROWS) * HOP - LIVE.samples_after + SAMPLES_PER_MOTION
                gains[anew, start:] = gains_to_usual(now[anew])[:, None]
            if band == MELS_PER_MOTION:
                break
            uses[anew] = now[anew]
            emphasis[:, band] = emphasis_of_power(whole[:, band] + MEL_BANDS * FLOOR, uses)
            speech = told & (speaking[:, band] > SPEECH)
            count = np.where(speech, np.minimum(count + 1, MEMORY), count)
            now = np.where(speech, now + (loud[:, band] - now) / count, now)
        level[at], used[at], spoken[at], gain[at] = now, uses, count, gains[:, -1]
        return emphasis, torch.from_numpy(gains)

    def _free(self, at: np.ndarray, speaking: np.ndarray) -> np.ndarray:
        """How free the mouths are ``[B]``, as ``Pauses`` says it that look at nothing later."""
        last, silent, free = (self._states[name].numpy() for name in ("speaking", "silent", "free"))
        rows = np.concatenate([last[at], speaking], 1)
        last[at] = rows[:, MELS_PER_MOTION:]
        spoken = np.lib.stride_tricks.sliding_window_view(rows, MEAN_OF, axis=1).mean(2) >= SURE
        some = spoken.any(1)
        silent[at] = np.where(some, spoken[:, ::-1].argmax(1), silent[at] + MELS_PER_MOTION)
        wanted = some | (silent[at] < PATIENCE)
        free[at] += np.clip(wanted - free[at], -FALL, RISE)
        return free[at]

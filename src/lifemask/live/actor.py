"""The work of a stream that takes time: from sound to motion, and from motion to pictures. Runs beside the event loop,
each kind of work on a thread of its own."""

import threading
import time
from contextlib import nullcontext

import numpy as np
import torch
from PIL import Image

from lifemask.avatar.motion import Motion
from lifemask.compose.background import open_background
from lifemask.compose.picture import cover
from lifemask.errors import ConfigError
from lifemask.live.records import Meter
from lifemask.media.resampling import BEHIND_S, Resampler
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.pipeline.render import pictures
from lifemask.speech.layers import SOUND_HZ
from lifemask.speech.voice import VoiceRows

_WARM_S = 0.5
_SIDES = (16, 8192)
_GPU = threading.Lock()
"""A graph of GPU work is replayed in place: one picture at a time, whoever draws."""


class Ear:
    """Follows the sound of one stream, at ``hz``, and tells the motion of its frames."""

    def __init__(self, voice: AvatarVoice, options: VoiceOptions | None, fps: float, hz: int, meter: Meter) -> None:
        self._voice, self._meter = voice, meter
        self._motion = voice.begin(options, fps=fps, live=True)
        self._spare = voice.begin(options, fps=fps, live=True)
        self._rest = voice.file.rest_of(self._motion.mouth.names)
        self._to_heard = Resampler(hz, SOUND_HZ)
        self.ahead_s = self._motion.seconds_after + (0.0 if hz == SOUND_HZ else BEHIND_S) + 2 / hz
        """How much sound after its own moment a frame needs."""

    def warm(self) -> VoiceRows:
        """Do everything once, for whatever is slow the first time; a frame of somebody who says nothing."""
        return _one(self._spare.push(np.zeros(round(_WARM_S * SOUND_HZ), np.float32)), 0)

    def hear(self, sound: np.ndarray) -> list[VoiceRows]:
        """The next frames, one for each whose look-ahead ``sound [n]`` completes; more at once cost little more."""
        began = time.perf_counter()
        rows = self._motion.push(self._to_heard.push(sound))
        self._meter.motion_s.append(time.perf_counter() - began)
        return [_one(rows, row) for row in range(len(rows))]

    def motion(self, rows: VoiceRows, free: float) -> Motion:
        """The avatar's motion of a frame whose mouth is so ``free``, 0 at rest to 1."""
        mouth = self._rest + np.float32(free) * (rows.mouth - self._rest)
        return self._voice.motion(self._motion, VoiceRows(mouth, rows.life, free * rows.speaking))


class Painter:
    """Draws one avatar over one background, frame by frame."""

    def __init__(
        self, voice: AvatarVoice, size_wh: tuple[int, int] | None, background: str | None, fps: float, meter: Meter
    ) -> None:
        avatar = voice.avatar
        self.size_wh = avatar.frame_wh if size_wh is None else (int(size_wh[0]), int(size_wh[1]))
        if not all(_SIDES[0] <= side <= _SIDES[1] for side in self.size_wh):
            raise ConfigError(f"frames of {size_wh} cannot be", f"Expected sides of {_SIDES[0]} to {_SIDES[1]} pixels.")
        plate = cover(Image.fromarray(avatar.plate), self.size_wh)
        self._behind = open_background(background, self.size_wh, plate, fps)
        self._avatar, self._fps, self._meter = avatar, fps, meter

    def paint(self, motion: Motion, index: int) -> np.ndarray:
        """The picture of frame ``index``."""
        began = time.perf_counter()
        with _GPU if self._avatar.device.type != "cpu" else nullcontext():
            (picture,) = pictures(self._avatar, motion, self.size_wh, self._behind, self._fps, index)
        self._meter.picture_s.append(time.perf_counter() - began)
        return picture


def few_threads() -> None:
    """For a thread that does this work: its operations are small, and others wait for the cores."""
    torch.set_num_threads(1)


def _one(rows: VoiceRows, row: int) -> VoiceRows:
    at = slice(row, row + 1)
    life = type(rows.life)(**{name: value[at] for name, value in vars(rows.life).items()})
    return VoiceRows(rows.mouth[at], life, rows.speaking[at])

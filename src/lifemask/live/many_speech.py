"""Is this speech? silero-vad for many streams at once, the twin of ``VoiceActivity`` for steps of 40 ms.

Chunks of 32 ms end at every third of that, 15 in four steps; which of them end in a step, and which the rows of its
bands ask for, is the same for all streams every fourth step.
"""

from dataclasses import dataclass

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from lifemask.assets import asset_path
from lifemask.live.many_kernels import chunk_windows, every_second, remembered, sizes_beside, told
from lifemask.live.many_state import States
from lifemask.speech.layers import MELS_PER_MOTION, SAMPLES_PER_MOTION
from lifemask.speech.mel import end_of
from lifemask.speech.vad import HEARD, LOUDER, PHASES, WIDTH, chunks_within, end_of_chunk

KEPT = 640
"""Samples before a step that its chunks may reach back to."""
_PATTERNS = 4
_COLUMNS = 4
"""Chunks that end in a step, at most."""
_FFT = 256


@dataclass(frozen=True)
class Pattern:
    """Chunks that end in a step: where each begins in ``KEPT`` samples and the step's own, ``starts``; the network of
    the first; and the number of chunks back from the last that each row of bands asks for, ``asked``."""

    starts: tuple[int, ...]
    phase: int
    asked: tuple[int, ...]


class ManySpeech:
    """``step`` tells how sure it is of speech in the rows of bands of a step of several streams. ``first``: samples
    before the first step; ``ahead`` as of ``VoiceActivity``; ``steps_before``: the first steps, which tell no row."""

    def __init__(self, first: int, ahead: int, steps_before: int) -> None:
        weights = load_file(asset_path("silero_vad"))
        # The last two hear three moments of which only these are there.
        taps = {"conv1": slice(3), "conv2": slice(3), "conv3": slice(1, 3), "conv4": slice(1, 2)}
        self._layers = [
            (
                weights[f"{name}.weight"].permute(2, 1, 0)[some].flatten(0, 1).contiguous(),
                weights[f"{name}.bias"],
            )
            for name, some in taps.items()
        ]
        self._from_seen, self._from_memory = (
            weights[f"lstm_cell.weight_{part}"].T.contiguous() for part in ("ih", "hh")
        )
        self._gates_bias = weights["lstm_cell.bias_ih"] + weights["lstm_cell.bias_hh"]
        # tanh x = 2 sigmoid 2 x - 1: so all gates are one sigmoid.
        for part in (self._from_seen, self._from_memory, self._gates_bias):
            part[..., 2 * WIDTH : 3 * WIDTH] *= 2
        self._answer, self._answer_bias = (
            weights["final_conv.weight"][0, :, 0].numpy(),
            weights["final_conv.bias"].item(),
        )
        self._hann = torch.hann_window(_FFT).numpy()
        patterns = [_pattern(number + _PATTERNS, first, ahead, steps_before) for number in range(_PATTERNS)]
        self._starts = np.array([[*p.starts, *[0] * (_COLUMNS - len(p.starts))] for p in patterns])
        self._counts = np.array([len(p.starts) for p in patterns])
        self._phases = np.array([p.phase for p in patterns])
        self._asked = np.array([p.asked for p in patterns])
        zeros = torch.zeros(PHASES, WIDTH)
        self.states = States(kept=zeros, said=zeros, sure=torch.zeros(_COLUMNS))

    def step(self, at: np.ndarray, number: np.ndarray, sound: np.ndarray) -> np.ndarray:
        """Probabilities ``[B, 4]`` of the streams at the places ``at [B]``, in the steps of these ``number [B]``, of
        ``sound [B, KEPT + 640]``."""
        pattern = number % _PATTERNS
        counts, phases, starts = self._counts[pattern], self._phases[pattern], self._starts[pattern]
        full = np.flatnonzero(counts == _COLUMNS)
        stream = np.concatenate([np.tile(np.arange(len(at)), PHASES), full])
        gates = self._seen(sound, stream, np.concatenate([starts[:, :PHASES].T.reshape(-1), starts[full, PHASES]]))
        sure = np.zeros((len(at), _COLUMNS), np.float32)
        own = (phases + np.arange(PHASES)[:, None]).reshape(-1) % PHASES
        three = PHASES * len(at)
        sure[:, :PHASES] = self._sure(PHASES * at[stream[:three]] + own, gates[:three]).reshape(PHASES, -1).T
        if len(full):
            sure[full, PHASES] = self._sure(PHASES * at[full] + phases[full], gates[three:])
        # What was thought before, and now; the last is at the end.
        before, every = self.states["sure"].numpy(), np.arange(len(at))[:, None]
        whole = np.concatenate([before[at], sure], 1)
        last = _COLUMNS + counts[:, None] - 1
        before[at] = whole[every, last - _COLUMNS + 1 + np.arange(_COLUMNS)]
        return whole[every, last - self._asked[pattern]]

    def _seen(self, sound: np.ndarray, stream: np.ndarray, start: np.ndarray) -> Tensor:
        """What chunks that begin at ``start [n]`` in ``sound[stream [n]]`` say to the gates of the memory, ``[n,
        512]``."""
        cut = torch.from_numpy(chunk_windows(sound, stream, start, HEARD, float(LOUDER), self._hann))
        spectrum = torch.view_as_real(torch.fft.rfft(cut)).numpy()
        first, second, third, last = self._layers
        x = (torch.from_numpy(sizes_beside(spectrum)) @ first[0]).numpy()
        x = torch.from_numpy(every_second(x, first[1].numpy()))
        x = torch.addmm(second[1], x, second[0]).relu_().view(len(start), -1)
        x = torch.addmm(third[1], x, third[0]).relu_()
        x = torch.addmm(last[1], x, last[0]).relu_()
        return torch.addmm(self._gates_bias, x, self._from_seen)

    def _sure(self, at: np.ndarray, gates: Tensor) -> np.ndarray:
        """Probabilities ``[n]`` of one chunk each of the networks at the places ``at [n]``, which remember it."""
        kept, said = (self.states[name].view(-1, WIDTH).numpy() for name in ("kept", "said"))
        opened = torch.addmm(gates, torch.from_numpy(said[at]), self._from_memory).sigmoid_().numpy()
        thought = torch.from_numpy(remembered(at, opened, kept)).tanh_().numpy()
        return told(at, opened, thought, said, self._answer, self._answer_bias)


def _pattern(number: int, first: int, ahead: int, steps_before: int) -> Pattern:
    end = first + number * SAMPLES_PER_MOTION
    since, until = chunks_within(end - SAMPLES_PER_MOTION), chunks_within(end)
    starts = tuple(end_of_chunk(c) - HEARD - end + SAMPLES_PER_MOTION + KEPT for c in range(since, until))
    row = MELS_PER_MOTION * (number - steps_before)
    asked = [chunks_within(end_of(row + k + ahead)) for k in range(MELS_PER_MOTION)]
    return Pattern(starts, since % PHASES, tuple(until - count for count in asked))

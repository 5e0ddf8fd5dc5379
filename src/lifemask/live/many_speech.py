"""Is this speech? silero-vad for many streams at once, the twin of ``VoiceActivity`` for steps of 40 ms.

Chunks of 32 ms end at every third of that, 15 in four steps; which of them end in a step, and which the rows of its
bands ask for, is the same for all streams every fourth step.
"""

from dataclasses import dataclass

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from lifemask.assets import asset_path
from lifemask.live.many_state import States
from lifemask.speech.layers import MELS_PER_MOTION, SAMPLES_PER_MOTION
from lifemask.speech.mel import end_of
from lifemask.speech.vad import HEARD, LOUDER, PHASES, WIDTH, chunks_within, end_of_chunk

KEPT = 640
"""Samples before a step that its chunks may reach back to."""
_PATTERNS = 4
_COLUMNS = 4
"""Chunks that end in a step, at most."""
_FFT, _HOP = 256, 128


@dataclass(frozen=True)
class Pattern:
    """Chunks that end in a step: where each begins in ``KEPT`` samples and the step's own, ``starts``; the network of
    the first; and the number of chunks back from the last that each row of bands asks for, ``asked``."""

    starts: tuple[int, ...]
    phase: int
    asked: tuple[int, ...]


class ManySpeech:
    """``step`` tells how sure it is of speech in the rows of bands of a step of several streams. ``first``: samples
    before the first step; ``ahead`` as of ``VoiceActivity``; ``late``: rows of bands that a step's own are behind its
    end."""

    def __init__(self, first: int, ahead: int, steps_before: int) -> None:
        weights = load_file(asset_path("silero_vad"))
        self._layers = [
            (weights[f"{name}.weight"].permute(2, 1, 0).contiguous(), weights[f"{name}.bias"])
            for name in ("conv1", "conv2", "conv3", "conv4")
        ]
        self._from_seen, self._from_memory = (
            weights[f"lstm_cell.weight_{part}"].T.contiguous() for part in ("ih", "hh")
        )
        self._gates_bias = weights["lstm_cell.bias_ih"] + weights["lstm_cell.bias_hh"]
        self._answer, self._answer_bias = weights["final_conv.weight"][0, :, 0], weights["final_conv.bias"]
        self._hann = torch.hann_window(_FFT)
        patterns = [_pattern(number + _PATTERNS, first, ahead, steps_before) for number in range(_PATTERNS)]
        self._starts = torch.tensor([[*p.starts, *[0] * (_COLUMNS - len(p.starts))] for p in patterns])
        self._counts = torch.tensor([len(p.starts) for p in patterns])
        self._phases = torch.tensor([p.phase for p in patterns])
        self._asked = torch.tensor([p.asked for p in patterns])
        self._columns = torch.arange(_COLUMNS)
        zeros = torch.zeros(PHASES, WIDTH)
        self.states = States(kept=zeros, said=zeros, sure=torch.zeros(_COLUMNS))

    def step(self, at: Tensor, number: Tensor, sound: Tensor) -> Tensor:
        """Probabilities ``[B, 4]`` of the streams at the places ``at [B]``, in the steps of these ``number [B]``, of
        ``sound [B, KEPT + 640]``."""
        pattern = number % _PATTERNS
        counts, phases = self._counts[pattern], self._phases[pattern]
        full = torch.nonzero(counts == _COLUMNS)[:, 0]
        starts = self._starts[pattern]
        every = torch.arange(len(at))
        stream = torch.cat([every.repeat(PHASES), full])
        start = torch.cat([starts[:, :PHASES].T.reshape(-1), starts[full, PHASES]])
        gates = self._seen(sound.unfold(1, HEARD, 1)[stream, start])
        sure = torch.zeros(len(at), _COLUMNS)
        own = (phases + torch.arange(PHASES)[:, None]).reshape(-1) % PHASES
        three = PHASES * len(at)
        sure[:, :PHASES] = self._sure(at.repeat(PHASES), own, gates[:three]).view(PHASES, -1).T
        if len(full):
            sure[full, PHASES] = self._sure(at[full], phases[full], gates[three:])
        # What was thought before, and now; the last is at the end.
        whole = torch.cat([self.states["sure"][at], sure], 1)
        last = _COLUMNS + counts[:, None] - 1
        self.states["sure"][at] = whole.gather(1, last - _COLUMNS + 1 + self._columns)
        return whole.gather(1, last - self._asked[pattern])

    def _seen(self, chunks: Tensor) -> Tensor:
        """What chunks ``[n, 576]`` say to the gates of the memory, ``[n, 512]``."""
        chunks = float(LOUDER) * chunks
        sound = torch.cat([chunks, chunks[:, -65:-1].flip(1)], 1)
        spectrum = torch.fft.rfft(sound.unfold(1, _FFT, _HOP) * self._hann).abs()
        m = functional.pad(spectrum.transpose(0, 1), (0, 0, 0, 0, 1, 1))
        first, second, third, last = self._layers
        m = _layer([m[k : k + 4].reshape(-1, m.shape[2]) for k in range(3)], *first).view(4, len(chunks), -1)
        early, late = _layer([m[0], m[1]], second[0][1:], second[1]), _layer([m[1], m[2], m[3]], *second)
        m = _layer([early, late], third[0][1:], third[1])
        m = _layer([m], last[0][1:2], last[1])
        return torch.addmm(self._gates_bias, m, self._from_seen)

    def _sure(self, at: Tensor, phase: Tensor, gates: Tensor) -> Tensor:
        """Probabilities ``[n]`` of one chunk each of networks of several streams, which remember it."""
        kept, said = self.states["kept"], self.states["said"]
        gates = torch.addmm(gates, said[at, phase], self._from_memory)
        take, keep, new, tell = gates.chunk(4, 1)
        now = torch.sigmoid(keep) * kept[at, phase] + torch.sigmoid(take) * torch.tanh(new)
        told = torch.sigmoid(tell) * torch.tanh(now)
        kept[at, phase], said[at, phase] = now, told
        return torch.sigmoid(told.clamp_min(0) @ self._answer + self._answer_bias)


def _pattern(number: int, first: int, ahead: int, steps_before: int) -> Pattern:
    end = first + number * SAMPLES_PER_MOTION
    since, until = chunks_within(end - SAMPLES_PER_MOTION), chunks_within(end)
    starts = tuple(end_of_chunk(c) - HEARD - end + SAMPLES_PER_MOTION + KEPT for c in range(since, until))
    row = MELS_PER_MOTION * (number - steps_before)
    asked = [chunks_within(end_of(row + k + ahead)) for k in range(MELS_PER_MOTION)]
    return Pattern(starts, since % PHASES, tuple(until - count for count in asked))


def _layer(parts: list[Tensor], taps: Tensor, bias: Tensor) -> Tensor:
    out = torch.addmm(bias, parts[0], taps[0])
    for part, tap in zip(parts[1:], taps[1:], strict=True):
        out.addmm_(part, tap)
    return out.relu_()

"""Is this speech? How sure a small network is of it at each row of the bands, while the sound comes in.

The network is silero-vad (Silero Team, https://github.com/snakers4/silero-vad, MIT): its weights come as an asset, what
it computes is written here. It hears 32 ms, with 4 ms before them, and remembers the past in an LSTM that was trained
on steps of 32 ms. That is too coarse for a mouth; so three of them run side by side, each a third of a step later than
the one before, and every row takes the latest word. Its word depends on the level only a little, so that levels are not
followed but all sound is made twice as loud: from full scale down to -50 dBFS speech is then found as well.
"""

import numpy as np
from safetensors.numpy import load_file

from lifemask.assets import asset_path
from lifemask.speech.mel import end_of, rows_of, rows_within

_STEP = 512
PHASES = 3
"""Networks that take turns."""
HEARD = 576
"""Samples of a chunk: 32 ms, and 4 before them."""
WIDTH = 128
"""Of what the network remembers."""
LOUDER = np.float32(2.0)
"""By what all sound is multiplied."""
# Chunks that are heard at a time, so that an hour in one piece takes no more memory than a minute.
_BATCH = 512


class VoiceActivity:
    """How sure it is that somebody speaks, 0 to 1, of a sound that comes in pieces: `push` the pieces, `flush` at the
    end.

    One figure for each row of `MelBands`, at the same moments, made of the same sound: a word is heard about 5 ms
    after it begins (15 ms in noise), and silence about 60 ms after it ends. `ahead` rows of sound beyond each row are
    waited for, so that both are found 10 ms sooner per row: with 3 the one is 25 ms early, the other 30 ms late.
    """

    def __init__(self, *, ahead: int = 0) -> None:
        self._ahead = ahead
        self._net = _Network(load_file(asset_path("silero_vad")))
        self.reset()

    def reset(self) -> None:
        """Begin a new sound: forget what was heard."""
        self._samples = self._rows = self._chunks = 0
        # The last samples, from where the next chunk begins: silence before the first.
        self._rest = np.zeros(HEARD - end_of_chunk(0), np.float32)
        # What was thought of the last chunks that a row may still ask for.
        self._thought = np.zeros(0, np.float32)
        self._memory = [_Memory() for _ in range(PHASES)]

    def push(self, samples: np.ndarray) -> np.ndarray:
        """The figures float32 [n] of the rows that samples float [m] complete."""
        self._samples += len(samples)
        return self._heard(LOUDER * np.asarray(samples, np.float32), max(0, rows_within(self._samples) - self._ahead))

    def flush(self) -> np.ndarray:
        """The figures that the end of the sound completes, [n]; the next `push` begins a new sound."""
        rows = rows_of(self._samples)
        missing = max(0, end_of(rows - 1 + self._ahead) - self._samples)
        self._samples += missing
        figures = self._heard(np.zeros(missing, np.float32), rows)
        self.reset()
        return figures

    def _heard(self, samples: np.ndarray, rows: int) -> np.ndarray:
        """Think about `samples`, and answer up to `rows`."""
        sound = np.concatenate([self._rest, samples])
        origin = end_of_chunk(self._chunks) - HEARD
        first, self._chunks = self._chunks, chunks_within(self._samples)
        starts = [end_of_chunk(chunk) - HEARD - origin for chunk in range(first, self._chunks + 1)]
        new = [
            self._think(np.stack([sound[start : start + HEARD] for start in starts[at:until]]), first + at)
            for at in range(0, self._chunks - first, _BATCH)
            for until in (min(at + _BATCH, self._chunks - first),)
        ]
        self._rest = sound[starts[-1] :]
        thought = np.concatenate([self._thought, *new])
        oldest = self._chunks - len(thought)
        asked = np.array([self._chunk_of(row) for row in range(self._rows, rows + 1)], np.int64)
        self._rows = rows
        self._thought = thought[max(0, asked[-1] - oldest) :]
        return thought[asked[:-1] - oldest]

    def _chunk_of(self, row: int) -> int:
        """The last chunk that ends with the sound of a row, or before."""
        return chunks_within(end_of(row + self._ahead)) - 1

    def _think(self, chunks: np.ndarray, first: int) -> np.ndarray:
        """How sure it is at the ends of successive chunks [n, 576], of which `first` is the number of the first."""
        seen = self._net.seen(chunks)
        sure = np.empty(len(chunks), np.float32)
        for offset in range(min(PHASES, len(chunks))):
            sure[offset::PHASES] = self._net.sure(seen[offset::PHASES], self._memory[(first + offset) % PHASES])
        return sure


def end_of_chunk(chunk: int) -> int:
    """How many samples must be there for a chunk."""
    return (chunk + 1) * _STEP // PHASES


def chunks_within(samples: int) -> int:
    """How many chunks end within so many samples: the largest n with floor(n step / phases) <= samples."""
    return (PHASES * (samples + 1) - 1) // _STEP


class _Network:
    """silero-vad at 16 kHz, as its weights have it. NumPy, because pieces of 20 ms are too small for torch's calls."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self._waves = np.ascontiguousarray(weights["stft_conv.weight"][:, 0].T)
        # [out, in, 3] to [3 in, out], for windows of three moments side by side.
        self._layers = [
            (weights[f"{name}.weight"].transpose(2, 1, 0).reshape(-1, width), weights[f"{name}.bias"], stride)
            for name, width, stride in (("conv1", 128, 1), ("conv2", 64, 2), ("conv3", 64, 2), ("conv4", 128, 1))
        ]
        self._from_seen = np.ascontiguousarray(weights["lstm_cell.weight_ih"].T)
        self._from_memory = np.ascontiguousarray(weights["lstm_cell.weight_hh"].T)
        self._gates_bias = weights["lstm_cell.bias_ih"] + weights["lstm_cell.bias_hh"]
        self._answer, self._answer_bias = weights["final_conv.weight"][0, :, 0], weights["final_conv.bias"]

    def seen(self, chunks: np.ndarray) -> np.ndarray:
        """What is in chunks [n, 576], each on its own: [n, 512], what it says to the gates of the memory."""
        sound = np.concatenate([chunks, chunks[:, -2:-66:-1]], 1)
        waves = _windows(sound, 256, 128) @ self._waves
        half = waves.shape[2] // 2
        seen = np.sqrt(np.square(waves[..., :half]) + np.square(waves[..., half:]))
        for weight, bias, stride in self._layers:
            moments = np.pad(seen, ((0, 0), (1, 1), (0, 0))).reshape(len(seen), -1)
            width = seen.shape[2]
            seen = np.maximum(_windows(moments, 3 * width, stride * width) @ weight + bias, 0.0)
        return seen[:, 0] @ self._from_seen + self._gates_bias

    def sure(self, seen: np.ndarray, memory: "_Memory") -> np.ndarray:
        """Probabilities [n] of speech in successive chunks, of which `memory` keeps what is to be remembered."""
        states = np.empty((len(seen), WIDTH), np.float32)
        for index, gates in enumerate(seen):
            gates = gates + memory.said @ self._from_memory
            take, keep, tell = _sigmoid(gates.reshape(4, WIDTH)[[0, 1, 3]])
            memory.kept = keep * memory.kept + take * np.tanh(gates[2 * WIDTH : 3 * WIDTH])
            states[index] = memory.said = tell * np.tanh(memory.kept)
        return _sigmoid(np.maximum(states, 0.0) @ self._answer + self._answer_bias)


class _Memory:
    """State of an LSTM (Hochreiter and Schmidhuber, 1997): what it keeps, and what it said last."""

    def __init__(self) -> None:
        self.kept = self.said = np.zeros(WIDTH, np.float32)


def _windows(rows: np.ndarray, length: int, step: int) -> np.ndarray:
    """Windows of rows [n, m] of some length each step, [n, k, length], without a copy."""
    return np.lib.stride_tricks.sliding_window_view(rows, length, axis=1)[:, ::step]


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return 0.5 * (1.0 + np.tanh(0.5 * values))

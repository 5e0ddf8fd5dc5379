"""What stands between the matrix products of many streams, each in one pass; other threads may run meanwhile.

``at [B]``: the streams' places in a state ``[S, ...]``. Everything is float32. A convolution of three taps is one
product with three neighbours side by side; these write them so.
"""

import numpy as np
from numba import njit

from lifemask.speech.phonetics import FLOOR, LEAK

_LEAK, _FLOOR = np.float32(LEAK), np.float32(FLOOR)
_NONE = np.float32(0.0)


@njit(cache=True, nogil=True)
def joined(state: np.ndarray, at: np.ndarray, new: np.ndarray) -> np.ndarray:
    """What is kept, ``state [S, K]``, and ``new [B, N]``: ``[B, K + N]``, of which the last ``K`` are kept."""
    kept, more = state.shape[1], new.shape[1]
    out = np.empty((len(at), kept + more), np.float32)
    for b in range(len(at)):
        out[b, :kept] = state[at[b]]
        out[b, kept:] = new[b]
        state[at[b]] = out[b, more:]
    return out


@njit(cache=True, nogil=True)
def activate(found: np.ndarray, bias: np.ndarray) -> None:
    """In place: leaky, and not far below zero. ``found [..., C]``, ``bias [C]``."""
    rows = found.reshape(-1, len(bias))
    for row in range(len(rows)):
        for c in range(len(bias)):
            x = rows[row, c] + bias[c]
            rows[row, c] = max(x, max(_LEAK * x, _FLOOR))


@njit(cache=True, nogil=True)
def around_frames(frames: np.ndarray, state: np.ndarray, at: np.ndarray) -> np.ndarray:
    """``[T, B, bands, 9]``: three moments by three bands, of ``frames [B, T, bands]`` and the two before them, ``state
    [S, 2, bands]``."""
    streams, count, bands = frames.shape
    out = np.zeros((count, streams, bands, 9), np.float32)
    rows = np.empty((count + 2, bands), np.float32)
    for b in range(streams):
        rows[:2] = state[at[b]]
        rows[2:] = frames[b]
        state[at[b]] = rows[count:]
        for t in range(count):
            for band in range(bands):
                for k in range(3):
                    for side in range(max(0, 1 - band), min(3, bands + 1 - band)):
                        out[t, b, band, 3 * k + side] = rows[t + k, band + side - 1]
    return out


@njit(cache=True, nogil=True)
def over_bands(x: np.ndarray, pool_time: int, pool_bands: int) -> np.ndarray:
    """``[T', B, bands', 3 C]``: each band between its neighbours, nothing beyond the outer ones; of the largest in each
    ``pool_time`` rows and ``pool_bands`` bands of ``x [T, B, bands, C]``."""
    count, streams, bands, width = x.shape
    count, bands = count // pool_time, bands // pool_bands
    out = np.empty((count, streams, bands, 3 * width), np.float32)
    for t in range(count):
        for b in range(streams):
            out[t, b, 0, :width] = _NONE
            out[t, b, bands - 1, 2 * width :] = _NONE
            for band in range(bands):
                here = out[t, b, band]
                first = x[t * pool_time, b, band * pool_bands]
                for c in range(width):
                    here[width + c] = first[c]
                for k in range(1, pool_time * pool_bands):
                    other = x[t * pool_time + k // pool_bands, b, band * pool_bands + k % pool_bands]
                    for c in range(width):
                        here[width + c] = max(here[width + c], other[c])
                if band:
                    before = out[t, b, band - 1]
                    for c in range(width):
                        before[2 * width + c] = here[width + c]
                        here[c] = before[width + c]
    return out


@njit(cache=True, nogil=True)
def over_time(x: np.ndarray, state: np.ndarray, at: np.ndarray) -> np.ndarray:
    """``[T', B, bands, 3 C]``: three moments side by side, of ``x [T, B, bands, C]`` and what went before, ``state [S,
    P, bands, C]``."""
    count, streams, bands, width = x.shape
    before = state.shape[1]
    out = np.empty((count + before - 2, streams, bands, 3 * width), np.float32)
    for b in range(streams):
        past = state[at[b]]
        for t in range(len(out)):
            for k in range(3):
                row = past[t + k] if t + k < before else x[t + k - before, b]
                for band in range(bands):
                    here, moment = out[t, b, band], row[band]
                    for c in range(width):
                        here[k * width + c] = moment[c]
        for p in range(before):
            row = count + p
            past[p] = past[row] if row < before else x[row - before, b]
    return out


@njit(cache=True, nogil=True)
def over_rows(hidden: np.ndarray, state: np.ndarray, at: np.ndarray) -> np.ndarray:
    """``[N, B, 3 C]``: this row, one a dilation before it and one two, of ``hidden [N, B, C]`` and what went before,
    ``state [S, N, 2 dilation, C]``."""
    nets, streams, width = hidden.shape
    dilation = state.shape[2] // 2
    out = np.empty((nets, streams, 3 * width), np.float32)
    for n in range(nets):
        for b in range(streams):
            past, here, now = state[at[b], n], out[n, b], hidden[n, b]
            for c in range(width):
                here[c], here[width + c], here[2 * width + c] = past[0, c], past[dilation, c], now[c]
            for row in range(2 * dilation - 1):
                for c in range(width):
                    past[row, c] = past[row + 1, c]
            for c in range(width):
                past[2 * dilation - 1, c] = now[c]
    return out


@njit(cache=True, nogil=True)
def windows(sound: np.ndarray, first: int, hop: int, window: np.ndarray, size: int, raised: float) -> np.ndarray:
    """``[4 B, size]``: four windows of each of ``sound [B, n]``, of which ``raised`` of the sample before is taken off;
    zeros behind them."""
    taken = np.float32(raised)
    out = np.zeros((4 * len(sound), size), np.float32)
    for b in range(len(sound)):
        for k in range(4):
            start, row = first + k * hop, out[4 * b + k]
            for i in range(len(window)):
                row[i] = (sound[b, start + i] - taken * sound[b, start + i - 1]) * window[i]
    return out


@njit(cache=True, nogil=True)
def chunk_windows(
    sound: np.ndarray, stream: np.ndarray, start: np.ndarray, length: int, louder: float, window: np.ndarray
) -> np.ndarray:
    """``[4 n, 256]``: the windows of chunks of ``length`` that begin at ``start [n]`` in ``sound[stream [n]]`` and are
    mirrored at their ends."""
    size, by = len(window), np.float32(louder)
    out = np.empty((4 * len(start), size), np.float32)
    for n in range(len(start)):
        chunk = sound[stream[n], start[n] : start[n] + length]
        for k in range(4):
            row = out[4 * n + k]
            for i in range(size):
                place = k * size // 2 + i
                place = place if place < length else 2 * length - 2 - place
                row[i] = by * chunk[place] * window[i]
    return out


@njit(cache=True, nogil=True)
def powers(spectrum: np.ndarray) -> np.ndarray:
    """Of ``spectrum [n, F, 2]``, real and imaginary: ``[n, F]``."""
    out = np.empty(spectrum.shape[:2], np.float32)
    for n in range(len(out)):
        for f in range(spectrum.shape[1]):
            out[n, f] = spectrum[n, f, 0] * spectrum[n, f, 0] + spectrum[n, f, 1] * spectrum[n, f, 1]
    return out


@njit(cache=True, nogil=True)
def sizes_beside(spectrum: np.ndarray) -> np.ndarray:
    """Sizes of ``spectrum [4 n, F, 2]`` of chunks' four windows, each between its neighbours: ``[4 n, 3 F]``."""
    width = spectrum.shape[1]
    out = np.empty((len(spectrum), 3 * width), np.float32)
    for n in range(len(spectrum)):
        k = n % 4
        here = out[n, width : 2 * width]
        for f in range(width):
            here[f] = np.sqrt(spectrum[n, f, 0] * spectrum[n, f, 0] + spectrum[n, f, 1] * spectrum[n, f, 1])
        if k == 0:
            out[n, :width] = _NONE
        else:
            out[n - 1, 2 * width :] = here
        if k == 3:
            out[n, 2 * width :] = _NONE
        else:
            out[n + 1, :width] = here
    return out


@njit(cache=True, nogil=True)
def every_second(found: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """What is above zero of chunks' four windows, ``found [4 n, C]``: each second one between its neighbours, ``[2 n, 3
    C]``."""
    width = len(bias)
    out = np.empty((len(found) // 2, 3 * width), np.float32)
    for n in range(len(found) // 4):
        for c in range(width):
            a, b = found[4 * n, c] + bias[c], found[4 * n + 1, c] + bias[c]
            d, e = found[4 * n + 2, c] + bias[c], found[4 * n + 3, c] + bias[c]
            out[2 * n, c] = _NONE
            out[2 * n, width + c] = max(a, _NONE)
            out[2 * n, 2 * width + c] = max(b, _NONE)
            out[2 * n + 1, c] = max(b, _NONE)
            out[2 * n + 1, width + c] = max(d, _NONE)
            out[2 * n + 1, 2 * width + c] = max(e, _NONE)
    return out


@njit(cache=True, nogil=True)
def remembered(at: np.ndarray, gates: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """What an LSTM keeps, in place ``kept [S, W]``: of sigmoids of its ``gates [n, 4 W]``, take, keep, new (of twice as
    much) and tell. Returns ``[n, W]`` what is kept."""
    width = kept.shape[1]
    out = np.empty((len(at), width), np.float32)
    for n in range(len(at)):
        row, gate = kept[at[n]], gates[n]
        for c in range(width):
            new = np.float32(2.0) * gate[2 * width + c] - np.float32(1.0)
            row[c] = gate[width + c] * row[c] + gate[c] * new
            out[n, c] = row[c]
    return out


@njit(cache=True, nogil=True)
def told(
    at: np.ndarray, gates: np.ndarray, thought: np.ndarray, said: np.ndarray, answer: np.ndarray, bias: float
) -> np.ndarray:
    """What it says, in place ``said [S, W]``, and the probability ``[n]`` that is read from it."""
    width = said.shape[1]
    out = np.empty(len(at), np.float32)
    for n in range(len(at)):
        total = np.float32(bias)
        for c in range(width):
            value = gates[n, 3 * width + c] * thought[n, c]
            said[at[n], c] = value
            total += max(value, _NONE) * answer[c]
        out[n] = np.float32(1.0) / (np.float32(1.0) + np.exp(-total))
    return out

"""What a driven mouth has to beat: the simple ways from a sound to a mouth, each fitted on the same rows.

They see bands of sound at 25 Hz and give ``[T, D]`` numbers of a mouth, whatever these stand for.
"""

from collections.abc import Sequence

import numpy as np
import torch

from lifemask.progress import Step
from lifemask.speech.config import MouthTraining
from lifemask.speech.hearing import Hearing
from lifemask.speech.layers import MEL_BANDS, MELS_PER_MOTION, SAMPLES_PER_MOTION
from lifemask.speech.mouth_net import NetShape
from lifemask.speech.mouth_training import Example, blocks, said_of, train

NEIGHBOUR_ROWS, NEIGHBOUR_AXES = 3, 60
"""Rows on both sides that a neighbour is looked for with, and the axes that are left of them."""
RIDGE_ROWS = 6
"""Rows on both sides that the ridge sees."""
PENALTIES = tuple(10.0**power for power in range(-3, 3))
"""Of the ridge, in parts of the mean power of a column."""
_INNER = 4
_NET_AFTER = MELS_PER_MOTION * 2
_NET_BEFORE = MELS_PER_MOTION


def bands_of(sound: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Bands ``[4 count, 80]`` and speech ``[4 count]`` of a ``sound`` at 16 kHz that is cut, or followed by silence, to
    fit ``count`` rows of motion."""
    fitted = np.zeros(count * SAMPLES_PER_MOTION, np.float32)
    fitted[: len(sound)] = sound[: len(fitted)]
    hearing = Hearing()
    mel, speaking = (np.concatenate(pair) for pair in zip(hearing.push(fitted), hearing.flush(), strict=True))
    return mel[: count * MELS_PER_MOTION], speaking[: count * MELS_PER_MOTION]


def stacked(mel: np.ndarray, around: int) -> np.ndarray:
    """Bands ``[4 T, 80]`` as rows of motion, each with ``around`` neighbours on both sides: ``[T, (2 around + 1) 80]``.
    At the ends the sound stays as it is there."""
    rows = mel.reshape(-1, MELS_PER_MOTION, MEL_BANDS).mean(1)
    padded = np.pad(rows, ((around, around), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * around + 1, axis=0)
    return windows.transpose(0, 2, 1).reshape(len(rows), -1).astype(np.float64)


def mean_mouth(wanted: np.ndarray, seen: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The mean of ``wanted [T, D]`` where ``seen [T]``, for each row that is ``asked [T]``."""
    return np.repeat(wanted[seen].mean(0)[None], np.count_nonzero(asked), 0)


def nearest_neighbour(mel: np.ndarray, wanted: np.ndarray, seen: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The mouth of the row that was ``seen`` and sounded most alike."""
    rows = stacked(mel, NEIGHBOUR_ROWS)
    middle = rows[seen].mean(0)
    _, _, axes = np.linalg.svd(rows[seen] - middle, full_matrices=False)
    places = (rows - middle) @ axes[:NEIGHBOUR_AXES].T
    ours, theirs = places[asked], places[seen]
    distance = np.square(ours).sum(1)[:, None] - 2 * ours @ theirs.T + np.square(theirs).sum(1)
    return wanted[seen][distance.argmin(1)]


def ridge(
    rows: np.ndarray,
    wanted: np.ndarray,
    seen: np.ndarray,
    asked: np.ndarray,
    penalties: Sequence[float] = PENALTIES,
) -> np.ndarray:
    """Ridge regression of ``wanted [T, D]`` on ``rows [T, F]``; its penalty is the one that does best on inner blocks
    of the rows that are ``seen``, with the gaps of ``mouth_training.blocks`` between."""
    parts = [(inner, held) for inner, held in blocks(seen, _INNER) if inner.any() and held.any()]
    errors = np.zeros(len(penalties))
    if len(penalties) > 1:
        for inner, held in parts:
            for place, said in enumerate(_ridges(rows[inner], wanted[inner], rows[held], penalties)):
                errors[place] += np.square(said - wanted[held]).sum()
    best = penalties[int(errors.argmin())]
    return next(iter(_ridges(rows[seen], wanted[seen], rows[asked], (best,))))


def mel_net(
    mel: np.ndarray,
    wanted: np.ndarray,
    seen: np.ndarray,
    asked: np.ndarray,
    config: MouthTraining,
    seed: int,
    step: Step,
) -> np.ndarray:
    """The mean of ``config.members`` networks as a person's own mouth has them, which hear bands of one recording and
    nothing else."""
    rows = _band_rows(mel)
    mean, spread = rows[seen].mean(0), rows[seen].std(0) + 1e-3
    middle, scale = wanted[seen].mean(0), wanted[seen].std(0).max() + 1e-12
    shape = NetShape(rows.shape[1], wanted.shape[1])
    heard = np.pad((rows - mean) / spread, ((shape.before, shape.after), (0, 0))).astype(np.float32)[None]
    example = Example(heard, ((wanted - middle) / scale).astype(np.float32), seen)
    nets = train(example, shape, [inner for inner, _ in blocks(seen, config.members)], config, seed, step)
    said = torch.stack([torch.from_numpy(said_of(net, heard[0])) for net in nets]).mean(0).numpy()
    return said[asked] * scale + middle


def _band_rows(mel: np.ndarray) -> np.ndarray:
    """The bands of each row of motion, of 10 ms each, with some before and after: ``[T, 16 * 80]``."""
    padded = np.pad(mel, ((_NET_BEFORE, _NET_AFTER), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _NET_BEFORE + MELS_PER_MOTION + _NET_AFTER, axis=0)
    return windows[::MELS_PER_MOTION].transpose(0, 2, 1).reshape(len(mel) // MELS_PER_MOTION, -1)


def _ridges(given: np.ndarray, wanted: np.ndarray, asked: np.ndarray, penalties: Sequence[float]):
    """What the ridge of each penalty says of ``asked [N, F]``, one after another, from one decomposition."""
    middle, mean = given.mean(0), wanted.mean(0)
    u, size, vt = np.linalg.svd(given - middle, full_matrices=False)
    along, seen = u.T @ (wanted - mean), (asked - middle) @ vt.T
    power = np.square(size).sum() / max(given.shape[1], 1)
    for penalty in penalties:
        yield seen @ ((size / (size**2 + penalty * power + 1e-12))[:, None] * along) + mean

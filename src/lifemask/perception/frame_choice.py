"""Which frames of a clip to use: no more than help, spread over time, the rare poses always among them."""

import numpy as np

# Of the frames allowed, this share is spread evenly over time; the rest goes to what those do not cover.
_EVEN_SHARE = 2 / 3


def choose_frames(features: np.ndarray, usable: np.ndarray, most: int) -> np.ndarray:
    """Sorted row numbers of at most `most` usable frames.

    `features [T, F]`: what should be covered (angles, openings), each scaled so that 1 is a difference
    worth having; `usable [T]` bool. When there are too many, two thirds are spread evenly and the rest are
    picked one by one as the frame that is least like all chosen so far (farthest-point sampling, Gonzalez
    1985).
    """
    rows = np.flatnonzero(usable)
    if len(rows) <= most:
        return rows
    even = np.unique(np.linspace(0, len(rows) - 1, max(1, round(most * _EVEN_SHARE))).round().astype(int))
    points = features[rows].astype(np.float64)
    chosen = set(even.tolist())
    distance = np.full(len(rows), np.inf)
    for row in even:
        distance = np.minimum(distance, ((points - points[row]) ** 2).sum(1))
    distance[even] = -1.0
    while len(chosen) < most:
        row = int(distance.argmax())
        chosen.add(row)
        distance = np.minimum(distance, ((points - points[row]) ** 2).sum(1))
        distance[row] = -1.0
    return rows[np.sort(np.fromiter(chosen, int))]

"""The sheet of ``bench reenact``: frames of the driver beside those of the driven avatar, in their full size."""

from pathlib import Path

import numpy as np

from lifemask.media.video import read_frames
from lifemask.pipeline.measure_frame_sheet import Row, write_page
from lifemask.synthetic.truth import SubjectTruth

PAIRS, PAIRS_A_ROW = 12, 2
_COLUMNS = ("driver", "re-enactment")


def write_reenact_sheet(path: Path, driver: Path, render: Path, truth: SubjectTruth) -> list[int]:
    """Write a PNG of ``PAIRS`` frames of the clip ``driver``, whose truth is given, each beside the same frame of the
    clip ``render``; gives their numbers, in order."""
    chosen = telling_frames(truth)
    numbers = sorted(chosen)
    clips = (read_frames(clip, indices=numbers) for clip in (driver, render))
    pairs = [[frame.image for frame in frames] for frames in zip(*clips, strict=True)]
    rows: list[Row] = []
    for start in range(0, len(numbers), PAIRS_A_ROW):
        some = slice(start, start + PAIRS_A_ROW)
        label = "; ".join(f"frame {number}: {chosen[number]}" for number in numbers[some])
        rows.append((label, [picture for pair in pairs[some] for picture in pair]))
    write_page(path, _COLUMNS * PAIRS_A_ROW, rows)
    return numbers


def telling_frames(truth: SubjectTruth) -> dict[int, str]:
    """Numbers of at most ``PAIRS`` frames and what they are: the extremes of head, eyes, lips and brows, then frames in
    between. Left and right are the subject's."""

    def weight(name: str) -> np.ndarray:
        return truth.expression[:, truth.expression_names.index(name)]

    across, up = truth.camera_from_head[:, 0, 2], truth.camera_from_head[:, 1, 2]
    lips, lids = truth.lip_aperture_m, truth.eyelid_aperture_m.sum(1)
    picks = {
        "turned furthest to the left": across.argmax(),
        "to the right": across.argmin(),
        "down": up.argmax(),
        "widest mouth": lips.argmax(),
        "closed eyes": lids.argmin(),
        "pursed lips": weight("mouthPucker").argmax(),
        "stretched lips": (weight("mouthStretchLeft") - weight("jawOpen")).argmax(),
        "raised brows": weight("browInnerUp").argmax(),
        "eyes aside": np.abs(truth.eyes[:, 0, 0]).argmax(),
        "closed lips": (lips + np.where(lids < np.median(lids), 1.0, 0.0)).argmin(),
    }
    chosen: dict[int, str] = {}
    for name, number in picks.items():
        chosen[int(number)] = f"{chosen[int(number)]}, {name}" if int(number) in chosen else name
    everywhere = np.arange(len(truth))
    while len(chosen) < min(PAIRS, len(truth)):
        chosen[int(np.abs(everywhere[:, None] - list(chosen)).min(1).argmax())] = "in between"
    return chosen

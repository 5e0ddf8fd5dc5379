"""The built-in synthetic subject: drawn from our own rig by an independent rasteriser, with its exact truth.

``render_clip`` writes a video; ``load_truth`` reads what is exact about it; ``talking``, ``still``,
``guide``, ``turning`` and ``sweep`` move.
"""

from lifemask.synthetic.clip import render_clip
from lifemask.synthetic.framing import Size, subject_camera
from lifemask.synthetic.motion import SubjectMotion, guide, still, talking
from lifemask.synthetic.render import render_frame, render_wall
from lifemask.synthetic.subject import Subject, load_subject
from lifemask.synthetic.sweep import sweep, turning
from lifemask.synthetic.truth import SubjectTruth, load_truth, mattes_path

__all__ = [
    "Size", "Subject", "SubjectMotion", "SubjectTruth", "guide", "load_subject", "load_truth", "mattes_path",
    "render_clip", "render_frame", "render_wall", "still", "subject_camera", "sweep", "talking", "turning",
]  # fmt: skip

"""The subject as a video file, with its exact truth beside it."""

import os
from pathlib import Path

from lifemask.media.sound import Sound
from lifemask.media.video_writer import VideoWriter
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.synthetic.framing import Size, size_wh, subject_camera
from lifemask.synthetic.motion import SubjectMotion, talking
from lifemask.synthetic.render import render_frame
from lifemask.synthetic.subject import load_subject
from lifemask.synthetic.truth import SubjectTruth, mattes_path, truth_path
from lifemask.synthetic.voice import voice_path, write_voice

CRF = 15
METADATA = {
    "description": "Computer-rendered test subject of Lifemask; not a person.",
    "comment": "digitalSourceType=http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation",
}


def render_clip(
    path: str | os.PathLike[str],
    *,
    seconds: float = 14.0,
    fps: float = 25.0,
    size: Size = 512,
    seed: int = 0,
    identity_seed: int = 0,
    motion: SubjectMotion | None = None,
    voice: bool = False,
    noise: bool = True,
    progress: Progress = NULL_PROGRESS,
) -> SubjectTruth:
    """Render ``motion`` (or ``talking(seconds, fps, seed, voice=voice)``) to ``path`` (.mp4, H.264); ``size`` is the
    side of a square or (width, height), pixels. A motion that says something is heard in it.

    Beside it appear ``*.truth.safetensors``, ``*.mattes.mkv`` (lossless grey: the exact alpha) and, with a voice,
    ``*.voice.wav``. Frames are written as they are made. Raises ConfigError, DiskFullError.
    """
    path, size = Path(path), size_wh(size)
    motion = motion or talking(seconds, fps, seed, voice=voice)
    subject = load_subject(identity_seed)
    sound = None if motion.said is None else Sound(write_voice(motion.said, voice_path(path)))
    with (
        progress.stage("rendering the subject", total=len(motion)) as step,
        VideoWriter(path, motion.fps, size, crf=CRF, metadata=METADATA, sound=sound) as video,
        VideoWriter(mattes_path(path), motion.fps, size, codec="ffv1-gray") as mattes,
    ):
        for index in range(len(motion)):
            image, alpha = render_frame(motion, index, size, identity_seed=identity_seed, noise=noise)
            video.write(image)
            mattes.write(alpha)
            step()
    truth = SubjectTruth.of(motion, subject, subject_camera(size))
    truth.save(truth_path(path))
    return truth

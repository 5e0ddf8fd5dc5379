"""A small avatar with a voice, made in a second without a clip: nobody has trained it, but all of it is there."""

from pathlib import Path

import numpy as np
import torch

from lifemask.avatar.attributes import packed, units
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.config import AvatarConfig, LearningRates
from lifemask.avatar.model import Binding, CodeSpace, GaussianModel
from lifemask.avatar.motion import Motion
from lifemask.geometry.camera import View
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.voice_file import VOICE, VoiceFile
from lifemask.speech.config import MouthTraining
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.speech.personal_training import Clip, learn
from lifemask.synthetic.framing import subject_camera
from lifemask.synthetic.motion import talking
from lifemask.synthetic.subject import load_subject
from lifemask.synthetic.truth import SubjectTruth
from lifemask.tracking.record import Tracking
from sound_made import babble

SIZE = 96
_CONFIG = AvatarConfig(gaussians=800, head_bases=3, torso_bases=2, hidden=8, torso_modes=2, face_modes=2)


def small_avatar(folder: Path, *, voice: bool = True) -> Path:
    """Write it into ``folder``: grey Gaussians on the built-in head over a blue wall, and a mouth that was hardly
    taught: what it says is nonsense, but of all that is heard."""
    torch.manual_seed(0)
    motion, subject = talking(6.0, 25.0, seed=1), load_subject()
    camera = subject_camera(SIZE)
    truth = SubjectTruth.of(motion, subject, camera)
    count = len(motion)
    tracking = Tracking(
        camera, truth.timestamp_s, np.arange(count), np.ones(count, bool), truth.camera_from_head,
        truth.camera_from_torso, truth.expression, truth.expression_names, truth.eyes, np.zeros((count, 2)),
        truth.identity, truth.vertex_offset_m, truth.landmarks_px, np.ones(count), truth.lip_aperture_m,
        truth.eyelid_aperture_m, truth.rig_hash,
    )  # fmt: skip
    rig, neutral = subject.rig, torch.as_tensor(subject.neutral)
    moved = Motion.of(tracking, "cpu", torso=4, face=2)
    faces = rig.faces[torch.linspace(0, len(rig.faces) - 1, 800).long()]
    below = neutral[faces[:, 0], 1] < -0.1
    faces = faces[torch.argsort(below.int(), stable=True)]
    binding = Binding(faces, torch.full((800, 3), 1 / 3), int((~below).sum()))
    base = packed(
        {
            "position_m": torch.zeros(800, 3),
            "rotation": torch.tensor([1.0, 0, 0, 0]).expand(800, 4),
            "log_scale": torch.full((800, 3), -4.6),
            "colour": torch.rand(800, 3),
            "opacity": torch.full((800, 1), 3.0),
        }
    )
    model = GaussianModel(binding, base, units(LearningRates()), CodeSpace.sizes(moved), _CONFIG)
    plate = np.full((SIZE, SIZE, 3), (30, 60, 120), np.uint8)
    avatar = Avatar(
        rig, neutral, model, CodeSpace.of(moved.code), camera, View.whole((SIZE, SIZE)), plate, _CONFIG
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    avatar.save(folder)
    if voice:
        sound = (0.1 * babble(6.0)).astype(np.float32)
        clip = Clip(sound, motion.expression, None, np.ones(count, bool))
        taught = learn(clip, rig, neutral, ("live",), MouthTraining(members=1, steps=1))
        VoiceFile(
            rig_hash(rig), rig.expression_names, motion.expression[0], np.zeros(2),
            LifeStatistics.of(tracking, None, None), {"live": taught["live"].mouth},
        ).save(folder / VOICE)  # fmt: skip
    return folder

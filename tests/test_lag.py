"""How late the sound of a clip is, from the lips and the sound alone; and when that cannot be told."""

import numpy as np
import pytest
from scipy.signal import lfilter

from driving_made import NAMES, tracking_of
from lifemask.speech.hearing import Hearing
from lifemask.speech.lag import LEAD_S, audio_video_lag, mouth_of
from lifemask.speech.layers import SOUND_HZ
from lifemask.synthetic.motion import talking
from sound_made import whole

SECONDS = 16.0


class Bands:
    """The part of Hearing that is bands; the made sounds are no speech to a detector, so all of it counts as speech."""

    def __init__(self) -> None:
        self._hearing = Hearing()

    def push(self, samples: np.ndarray) -> np.ndarray:
        return self._hearing.push(samples)[0]

    def flush(self) -> np.ndarray:
        return self._hearing.flush()[0]


def mouth(times_s: np.ndarray, seed: int = 0) -> np.ndarray:
    """Opening and width of a mouth [T, 2] that makes about four syllables a second."""
    random = np.random.default_rng(seed)
    knots = random.uniform(0.0, 1.0, (round(SECONDS * 8) + 20, 2))
    return np.stack([np.interp(times_s * 8 + 8, np.arange(len(knots)), knots[:, column]) for column in (0, 1)], 1)


def voice(lag_s: float, seed: int = 0, noise: float = 0.3) -> np.ndarray:
    """What that mouth would say, `lag_s` after it moves: louder when it is open, brighter when it is wide."""
    times_s = np.arange(round(SECONDS * SOUND_HZ)) / SOUND_HZ
    opened, wide = mouth(times_s - lag_s, seed).T
    random = np.random.default_rng(seed + 1)
    hiss = random.standard_normal(len(times_s))
    low = lfilter([0.1], [1.0, -0.9], hiss)
    # What the lips do not show: loudness of its own, and a room.
    own = np.exp(np.interp(times_s * 6, np.arange(120), random.normal(0.0, 1.0, 120)))
    sound = own * opened**2 * (low * (1.0 - wide) + 0.3 * (hiss - low) * wide)
    return 0.1 * sound + noise * 0.001 * random.standard_normal(len(times_s))


def lag_of(sound: np.ndarray, times_s: np.ndarray, motion: np.ndarray):
    mel = whole(Bands(), sound)
    return audio_video_lag(mel, np.ones(len(mel)), motion, times_s)


def frames(fps: float = 25.0, seconds: float = SECONDS) -> np.ndarray:
    return np.arange(round(seconds * fps)) / fps


class TestLag:
    @pytest.mark.parametrize("lag_s", [-0.24, -0.083, 0.0, 0.04, 0.111, 0.24])
    def test_it_is_found_to_a_fraction_of_a_frame(self, lag_s):
        """8 ms: a fifth of a frame, at what is told apart in 16 s of noise."""
        found = lag_of(voice(lag_s), frames(), mouth(frames()))
        assert found.seconds is not None, found.reason
        assert found.seconds == pytest.approx(lag_s - LEAD_S, abs=0.008) and found.error_s < 0.008
        assert found.correction_s == found.seconds

    @pytest.mark.parametrize("fps", [24.0, 29.97, 60.0])
    def test_other_frame_rates(self, fps):
        found = lag_of(voice(0.1), frames(fps), mouth(frames(fps)))
        assert found.seconds == pytest.approx(0.1 - LEAD_S, abs=0.008)

    def test_frames_without_a_face_and_a_picture_that_begins_later(self):
        times_s = frames(seconds=12.0) + 2.5
        motion = mouth(times_s)
        motion[40:70] = np.nan
        motion[200] = np.nan
        assert lag_of(voice(0.06), times_s, motion).seconds == pytest.approx(0.06 - LEAD_S, abs=0.012)

    def test_the_error_that_it_names_is_that_which_it_makes(self):
        """Over eight voices the root mean square of error over named error is between a third and three."""
        ratios = []
        for seed in range(8):
            found = lag_of(voice(0.07, seed, noise=3.0), frames(), mouth(frames(), seed))
            assert found.seconds is not None
            ratios.append((found.seconds - 0.07 + LEAD_S) / found.error_s)
        assert 1 / 3 < np.sqrt(np.mean(np.square(ratios))) < 3


class TestRefusal:
    def test_another_sound(self):
        for seed in range(1, 5):
            found = lag_of(voice(0.0, seed), frames(), mouth(frames()))
            assert found.seconds is None and found.correction_s == 0.0
            assert "follow the sound at no lag" in found.reason or "different lags" in found.reason

    def test_further_than_it_looks(self):
        found = lag_of(voice(0.6), frames(), mouth(frames()))
        assert found.seconds is None and found.reason

    @pytest.mark.parametrize(
        ("seconds", "motion", "speech", "says"),
        [
            (5.0, mouth, 1.0, "5.0 s of tracked face are too little"),
            (16.0, lambda times: np.ones((len(times), 2)), 1.0, "does not move"),
            (16.0, lambda times: np.full((len(times), 2), np.nan), 1.0, "0.0 s of tracked face"),
            (16.0, mouth, 0.0, "0.0 s of speech are too little"),
        ],
    )
    def test_too_little(self, seconds, motion, speech, says):
        mel = np.zeros((1600, 80), np.float32)
        times_s = frames(seconds=seconds)
        found = audio_video_lag(mel, np.full(1600, speech), motion(times_s), times_s)
        assert found.seconds is None and says in found.reason

    def test_no_sound_at_all(self):
        times_s = frames()
        found = audio_video_lag(np.zeros((0, 80), np.float32), np.zeros(0), mouth(times_s), times_s)
        assert found.seconds is None and "speech" in found.reason


def test_the_mouth_of_a_tracking():
    subject = talking(4.0, seed=5)
    tracking = tracking_of(subject).with_motion(lip_aperture_m=np.linspace(0, 0.01, len(subject)))
    tracking.tracked[3] = False
    motion = mouth_of(tracking)
    assert motion.shape == (len(subject), 2) and np.isnan(motion[3]).all() and np.isfinite(motion[4:]).all()
    assert motion[4:, 0] == pytest.approx(tracking.lip_aperture_m[4:])
    assert motion[4:, 1] == pytest.approx(tracking.expression[4:, NAMES.index("jawOpen")])

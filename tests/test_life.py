"""Everything that moves and is not the mouth: this person's, for ever, and never beyond what was filmed."""

from dataclasses import replace

import numpy as np
import pytest

from lifemask.errors import ConfigError, FormatError, UnusableClipError
from lifemask.geometry.camera import Camera
from lifemask.speech.life import Life, LifeRows, LifeStatistics
from lifemask.speech.life_activity import Listener
from lifemask.speech.life_blinks import Blinks, BlinkStatistics, closure, find_blinks, likeliness
from lifemask.speech.life_compare import compare
from lifemask.speech.life_measures import band_rms, blink_shape, largest_echo, nearest_glimpse, own_blink_rate
from lifemask.speech.life_pose import HEAD_PIVOT_M, TORSO_PIVOT_M, mean_pose, neck_offsets, pose_channels, poses
from lifemask.speech.life_reach import MARGIN
from lifemask.speech.life_spectrum import CrossSpectrum
from lifemask.speech.life_wander import Wander
from lifemask.synthetic.motion import talking
from lifemask.tracking.record import Tracking

FPS = 25.0
EXACT = {"rtol": 0, "atol": 1e-12}
"""Sums of a few doubles of order one: their order may differ with the number of rows."""


def tracked(seconds: float = 30.0) -> Tracking:
    """The built-in subject talking, as if tracked without error, with two modes of its torso."""
    motion = talking(seconds, FPS, seed=2)
    count = len(motion)
    at = np.arange(count) / FPS
    modes = np.stack([np.sin(2 * np.pi * 0.27 * at), np.sin(2 * np.pi * 0.4 * at + 1)], 1)
    return Tracking(
        camera=Camera.from_matrix(np.array([[500.0, 0, 128], [0, 500, 128], [0, 0, 1]]), (256, 256)),
        timestamp_s=motion.timestamp_s,
        frame_index=np.arange(count),
        tracked=np.ones(count, bool),
        camera_from_head=motion.camera_from_head,
        camera_from_torso=motion.camera_from_torso,
        expression=motion.expression,
        expression_names=motion.expression_names,
        eyes=motion.eyes,
        torso_modes=modes,
        identity=np.zeros(60),
        vertex_offset_m=np.zeros((4, 3)),
        landmarks_px=np.zeros((count, 478, 2)),
        reprojection_px=np.zeros(count),
        lip_aperture_m=np.zeros(count),
        eyelid_aperture_m=np.zeros((count, 2)),
        rig_hash="",
    )


def voice(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Phrases of one to four seconds with pauses, and a loudness."""
    rng = np.random.default_rng(seed)
    speaking = np.zeros(count)
    at = 10
    while at < count:
        end = at + rng.integers(25, 100)
        speaking[at:end] = 1
        at = end + rng.integers(8, 25)
    return speaking, rng.standard_normal(count) * speaking


@pytest.fixture(scope="module")
def clip() -> Tracking:
    return tracked()


@pytest.fixture(scope="module")
def person(clip: Tracking) -> LifeStatistics:
    return LifeStatistics.of(clip, *voice(len(clip)))


@pytest.fixture(scope="module")
def minutes(person: LifeStatistics) -> LifeRows:
    """Ten minutes."""
    return Life(person, fps=FPS, seed=4).rows(*voice(15_000, 1))


def arrays(rows: LifeRows) -> dict[str, np.ndarray]:
    return dict(vars(rows))


def head(rows: LifeRows, person: LifeStatistics) -> np.ndarray:
    return pose_channels(rows.camera_from_head, person.head_mean, HEAD_PIVOT_M)


def torso(rows: LifeRows, person: LifeStatistics) -> np.ndarray:
    return pose_channels(rows.camera_from_torso, person.torso_mean, TORSO_PIVOT_M)


def test_blocks_do_not_matter(person: LifeStatistics) -> None:
    speaking, emphasis = voice(700)
    whole = arrays(Life(person, fps=FPS, seed=1).rows(speaking, emphasis))
    life, parts, at = Life(person, fps=FPS, seed=1), [], 0
    for size in [1] * 40 + [0, 7, 300, 2, 251, 100]:
        parts.append(arrays(life.rows(speaking[at : at + size], emphasis[at : at + size])))
        at += size
    assert at == 700
    for name, array in whole.items():
        np.testing.assert_allclose(np.concatenate([part[name] for part in parts]), array, **EXACT, err_msg=name)


def test_a_seed_is_a_life(person: LifeStatistics) -> None:
    speaking, emphasis = voice(500)
    one, again, other = (Life(person, fps=FPS, seed=seed).rows(speaking, emphasis) for seed in (1, 1, 2))
    for name, array in arrays(one).items():
        assert np.array_equal(array, arrays(again)[name]), name
        assert np.abs(array - arrays(other)[name]).max() > 1e-3, name


def test_a_saved_life_is_the_same_life(person: LifeStatistics) -> None:
    tensors = person.to_tensors()
    assert {array.dtype for array in tensors.values()} == {np.dtype(np.float32), np.dtype(np.uint8)}
    restored = LifeStatistics.of_tensors(tensors | {"of something else": np.zeros(3)})
    one, other = (Life(who, fps=FPS).rows(*voice(400)) for who in (person, restored))
    for name, array in arrays(one).items():
        assert np.array_equal(array, arrays(other)[name]), name
    del tensors["gaze.hold"]
    with pytest.raises(FormatError, match=r"no entry 'gaze\.hold'"):
        LifeStatistics.of_tensors(tensors)


def test_transforms_are_rigid(minutes: LifeRows) -> None:
    for poses_ in (minutes.camera_from_head, minutes.camera_from_torso):
        rotations = poses_[:, :3, :3]
        # The mean pose has been rounded to float32.
        np.testing.assert_allclose(rotations @ rotations.swapaxes(1, 2), np.tile(np.eye(3), (15_000, 1, 1)), atol=1e-6)
        np.testing.assert_allclose(np.linalg.det(rotations), 1, atol=1e-6)
        assert np.array_equal(poses_[:, 3], np.tile([0.0, 0, 0, 1], (15_000, 1)))


def test_poses_are_what_their_channels_say(clip: Tracking) -> None:
    mean = mean_pose(clip.camera_from_head, HEAD_PIVOT_M)
    channels = pose_channels(clip.camera_from_head, mean, HEAD_PIVOT_M)
    np.testing.assert_allclose(poses(channels, mean, HEAD_PIVOT_M), clip.camera_from_head, atol=1e-9)
    np.testing.assert_allclose(channels[:, 3:].mean(0), 0, atol=1e-9)


def test_lids_shut_wholly_as_often_as_the_persons(clip: Tracking, person: LifeStatistics, minutes: LifeRows) -> None:
    columns = [clip.expression_names.index(name) for name in ("eyeBlinkLeft", "eyeBlinkRight")]
    low, high = own_blink_rate(clip.expression[:, columns], FPS)
    lids = minutes.expression[:, :2]
    seen = find_blinks(lids, FPS)
    assert low < len(seen.peak) / 10 < high
    np.testing.assert_allclose(lids[seen.peak], np.tile(person.blinks.shut, (len(seen.peak), 1)), atol=1e-6)
    gaps = np.diff(seen.peak) / FPS
    assert gaps.std() / gaps.mean() > 0.3, "blinks like a clock"
    ours, theirs = blink_shape(clip.expression[:, columns], FPS), blink_shape(lids, FPS)
    for name in ("half_s", "closing_s", "opening_s"):
        # What falls between two frames cannot be told.
        assert abs(np.median(ours[name]) - np.median(theirs[name])) < 1.5 / FPS, name


def test_blinks_prefer_the_ends_of_phrases() -> None:
    usual = BlinkStatistics(
        np.array(0.3), np.array(0.6), np.array([0.09, 0.03, 0.17]), np.array([0.9, 0.9]), np.array(9.0)
    )
    blinks, rows = Blinks(usual, FPS, 0), 60_000
    since = np.full(rows, np.inf)
    for start in range(100, rows, 100):
        since[start : start + 20] = np.arange(20) / FPS
    likely = likeliness(np.ones(rows), since)
    shut = np.array([blinks.step(float(value), False) for value in likely])
    began = np.flatnonzero((shut[1:] > 0) & (shut[:-1] == 0)) + 1
    after = (since[began] < 0.6).mean()
    share = (since < 0.6).mean()
    assert after > 1.8 * share
    assert len(began) / rows * FPS == pytest.approx(0.3 * likely.mean(), rel=0.15)


@pytest.mark.parametrize("energy", [1.0, 2.5])
def test_never_far_beyond_what_was_filmed(person: LifeStatistics, minutes: LifeRows, energy: float) -> None:
    rows = minutes if energy == 1 else Life(person, fps=FPS, seed=3, energy=energy).rows(*voice(3000))
    beyond = 1e-6 if energy == 1 else MARGIN + 1e-6
    reach = person.reach
    room = beyond * (reach.high - reach.low) + 1e-6
    values = np.concatenate([head(rows, person), rows.torso_modes], 1)
    keep = [*range(6), 12, 13]
    assert (values <= (reach.high + room)[keep]).all()
    assert (values >= (reach.low - room)[keep]).all()
    low, high = person.neck_m
    neck, slack = neck_offsets(rows.camera_from_head, rows.camera_from_torso), MARGIN * (high - low) + 1e-6
    assert (neck >= low - slack).all()
    assert (neck <= high + slack).all()
    assert rows.expression.min() >= 0
    assert rows.expression.max() <= 1
    gaze, slack = rows.eyes.mean(1), MARGIN * (person.gaze.high - person.gaze.low) + 1e-6
    shut = rows.expression[:, 0] > person.gaze.lid_top[0] + 1e-6
    assert (gaze[~shut] <= person.gaze.high + slack).all()
    assert (gaze[~shut] >= person.gaze.low - slack).all()


def test_bands_are_the_persons_own_and_nothing_comes_back(clip: Tracking) -> None:
    found = compare(clip, *voice(len(clip)), seconds=200.0, seed=6)
    assert found.figures[0].name == "blinks"
    heads = [figure for figure in found.figures if figure.name.startswith("head") and "4-8" not in figure.name]
    assert len(heads) == 12
    # A range of the 5th to the 95th percentile of a few blocks of 10 s is itself uncertain.
    assert sum(figure.within for figure in heads) >= 9, heads
    for figure in heads:
        assert 0.5 < figure.made / figure.own < 2, figure
    assert found.echo["loop"] == pytest.approx(1, abs=0.05)
    assert found.glimpse["loop"] == pytest.approx(0, abs=1e-3)
    assert found.echo["made"] < found.echo["noise"] + 0.25
    assert found.glimpse["made"] > 0.5 * found.glimpse["noise"]


def test_measures_see_what_they_say() -> None:
    at = np.arange(1500) / FPS
    tone = np.sqrt(2) * np.sin(2 * np.pi * 1.5 * at)[:, None]
    np.testing.assert_allclose(band_rms(tone, FPS)[:, 0], [0, 0, 1, 0, 0], atol=0.05)
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((3000, 2))
    assert largest_echo(noise, FPS).max() < 0.2
    assert nearest_glimpse(noise, FPS).min() > 0.5
    noise[2000:2100] = noise[500:600]
    assert nearest_glimpse(noise, FPS).min() < 0.05
    shut = np.zeros((100, 2))
    shut[:] = closure(at[:100] - 2.0, 0.1, 0.04, 0.2)[:, None]
    found = blink_shape(shut, FPS)
    assert len(found["peak"]) == 1
    # Half shut: half of closing and opening, and closed.
    assert found["half_s"][0] == pytest.approx(0.19, abs=0.02)


def test_still_people_blink(person: LifeStatistics) -> None:
    life = Life(person, fps=FPS, seed=1, still=1.0)
    rows = life.rows(*voice(3000))
    for fixed in (head(rows, person), rows.torso_modes):
        np.testing.assert_allclose(fixed, np.tile(fixed[:1], (3000, 1)), atol=1e-9)
    open_ = rows.expression[:, 0] < 0.1
    assert np.ptp(rows.expression[open_][:, len(person.lid_names) :], axis=0).max() < 0.05
    assert len(find_blinks(rows.expression[:, :2], FPS).peak) >= 10
    life.still, life.energy = 0.0, 0.5
    half = life.rows(*voice(3000))
    full = Life(person, fps=FPS, seed=1)
    full.rows(*voice(3000))
    # Half the way from rest; nothing else changes.
    rest = head(rows, person)[0, :3]
    np.testing.assert_allclose(
        head(half, person)[:, :3] - rest, (head(full.rows(*voice(3000)), person)[:, :3] - rest) / 2, atol=1e-6
    )


def test_listeners_are_calmer(person: LifeStatistics) -> None:
    speed = {}
    for name, speaking in (("speaks", np.ones(6000)), ("listens", np.zeros(6000))):
        rows = Life(person, fps=FPS, seed=5).rows(speaking)
        speed[name] = np.diff(head(rows, person)[:, :3], axis=0)[500:].std()
        assert len(find_blinks(rows.expression[:, :2], FPS).peak) > 10
    assert 0.2 * speed["speaks"] < speed["listens"] < 0.8 * speed["speaks"]


def test_eyes_hold_what_the_head_turns_from(clip: Tracking) -> None:
    mean = mean_pose(clip.camera_from_head, HEAD_PIVOT_M)
    turns = pose_channels(clip.camera_from_head, mean, HEAD_PIVOT_M)[:, :3]
    gaze = np.stack([0.9 * turns[:, 1], 0.5 * turns[:, 0]], 1)
    person = LifeStatistics.of(replace(clip, eyes=np.stack([gaze, gaze], 1)))
    np.testing.assert_allclose(person.gaze.hold[[0, 1], [1, 0]], [0.9, 0.5], atol=0.05)
    rows = Life(person, fps=FPS, seed=2).rows(np.ones(4000))
    open_ = rows.expression[:, 0] < 0.1
    assert np.corrcoef(rows.eyes[open_, 0, 0], head(rows, person)[open_, 1])[0, 1] > 0.8


def test_lids_go_with_the_eyes(clip: Tracking) -> None:
    looks = [clip.expression_names.index(f"eyeLook{way}{side}") for way in ("Up", "Down") for side in ("Left", "Right")]
    expression = clip.expression.copy()
    pitch = clip.eyes[:, :, 1]
    expression[:, looks] = np.clip(np.concatenate([1.5 * pitch, -1.5 * pitch], 1), 0, 1)
    person = LifeStatistics.of(replace(clip, expression=expression))
    rows = Life(person, fps=FPS, seed=2).rows(np.ones(4000))
    up = rows.expression[:, person.lid_names.index("eyeLookUpLeft")]
    open_ = rows.expression[:, 0] < 0.1
    # A straight line that is cut off at zero.
    np.testing.assert_allclose(up[open_], np.clip(1.5 * rows.eyes[open_, 0, 1], 0, 1), atol=0.05)


def test_a_stress_that_brows_follow_is_found_and_chance_is_not(clip: Tracking) -> None:
    speaking, emphasis = voice(len(clip))
    stress = Listener(FPS).rows(speaking, emphasis).stress
    expression = clip.expression.copy()
    brow = clip.expression_names.index("browInnerUp")
    expression[:, brow] = np.clip(0.3 + 0.2 * stress, 0, 1)
    person = LifeStatistics.of(replace(clip, expression=expression), speaking, emphasis)
    gains = person.liveliness.stress[-len(person.face_names) :]
    assert gains[person.face_names.index("browInnerUp")] * stress.std() > 0.6
    by_chance = LifeStatistics.of(clip, speaking, emphasis).liveliness.stress
    assert np.abs(by_chance).max() * stress.std() < 0.3
    assert (by_chance == 0).mean() > 0.7


@pytest.mark.parametrize("fps", [24.0, 50.0])
def test_any_frame_rate_is_the_same_person(person: LifeStatistics, fps: float) -> None:
    usual = Life(person, fps=FPS, seed=3).rows(np.ones(5000))
    rows = Life(person, fps=fps, seed=3).rows(np.ones(round(200 * fps)))
    ours, theirs = head(usual, person)[:, :3], head(rows, person)[:, :3]
    np.testing.assert_allclose(theirs.std(0), ours.std(0), rtol=0.15)
    np.testing.assert_allclose(np.diff(theirs, axis=0).std(0) * fps, np.diff(ours, axis=0).std(0) * FPS, rtol=0.15)


def test_motion_has_the_power_that_is_asked_for() -> None:
    rng = np.random.default_rng(0)
    slow = np.cumsum(rng.standard_normal((4000, 1)), 0)
    slow = slow - np.convolve(slow[:, 0], np.ones(251) / 251, "same")[:, None]
    pair = np.concatenate([slow, 0.9 * slow + 0.1 * slow.std() * rng.standard_normal((4000, 1))], 1)
    spectrum = CrossSpectrum.of(pair / pair.std(0), FPS, np.ones(2))
    posture, gesture = Wander(spectrum, FPS, 1).rows(20_000)
    made = posture + gesture
    np.testing.assert_allclose(made.std(0), 1, atol=0.1)
    assert np.corrcoef(made.T)[0, 1] > 0.9
    np.testing.assert_allclose(band_rms(made, FPS)[:3], band_rms(pair / pair.std(0), FPS)[:3], rtol=0.35)


def test_little_is_enough(clip: Tracking) -> None:
    """Three seconds, no blink, a head that never moves."""
    blinks = [clip.expression_names.index(name) for name in ("eyeBlinkLeft", "eyeBlinkRight")]
    expression = clip.expression[:75].copy()
    expression[:, blinks] = 0
    per_frame = {
        name: getattr(clip, name)[:75]
        for name in ("timestamp_s", "frame_index", "tracked", "eyes", "torso_modes", "camera_from_torso")
    }
    still = np.tile(clip.camera_from_head[:1], (75, 1, 1))
    person = LifeStatistics.of(replace(clip, expression=expression, camera_from_head=still, **per_frame))
    rows = Life(person, fps=FPS, seed=1).rows(np.ones(6000))
    assert all(np.isfinite(array).all() for array in arrays(rows).values())
    assert 2 < len(find_blinks(rows.expression[:, :2], FPS).peak) / 4 < 30
    turns = np.degrees(head(rows, person)[:, :3])
    assert turns.std(0).min() > 0.2
    assert np.abs(turns).max() < 3


def test_frames_without_a_face_are_bridged(clip: Tracking, person: LifeStatistics) -> None:
    lost = clip.tracked.copy()
    lost[200:230] = False
    wild = clip.camera_from_head.copy()
    wild[200:230, :3, 3] += 5.0
    found = LifeStatistics.of(replace(clip, tracked=lost, camera_from_head=wild), *voice(len(clip)))
    np.testing.assert_allclose(found.reach.knots[:6], person.reach.knots[:6], atol=0.02)


def test_what_cannot_be_is_refused(clip: Tracking, person: LifeStatistics) -> None:
    with pytest.raises(UnusableClipError, match="tracked in 10 frames"):
        LifeStatistics.of(replace(clip, tracked=np.arange(len(clip)) < 10))
    with pytest.raises(ConfigError, match="speaking does not fit the clip"):
        LifeStatistics.of(clip, np.ones(7))
    with pytest.raises(ConfigError, match="no expression that shuts the lids"):
        LifeStatistics.of(replace(clip, expression_names=tuple(f"x{name}" for name in clip.expression_names)))
    with pytest.raises(ConfigError, match="energy 9"):
        Life(person, energy=9.0)
    with pytest.raises(ConfigError, match="frames a second"):
        Life(person, fps=1.0)
    with pytest.raises(ConfigError, match="no voice of a life"):
        Life(person).rows(np.full(3, np.nan))

"""Anyone's motion on an avatar: rest to rest, lids and lips that meet, poses in the head's own frame, even times."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from conftest import FPS
from driving_made import BLINK, BROW, BUST, FLOAT32, LOOK_DOWN, NAMES, SMILE, driver, plain, tracking_of
from flame_model import make_flame
from lifemask.avatar.driving import DrivingMotion, paced, resampled
from lifemask.avatar.expression_transfer import face_of, transferred_face
from lifemask.avatar.gaps import EASE_S, HOLD_S
from lifemask.avatar.home import Home, home_of
from lifemask.avatar.rest import rest_of
from lifemask.avatar.transfer import REACH_MARGIN, TransferOptions, transfer
from lifemask.errors import ConfigError
from lifemask.rig.apertures import eyelid_aperture, lip_aperture
from lifemask.rig.flame import flame_rig
from lifemask.rig.skinning import pose_vertices, shape_vertices
from lifemask.synthetic.motion import SubjectMotion, talking
from lifemask.tracking.record import Tracking


@pytest.fixture(scope="module")
def clip() -> SubjectMotion:
    return talking(8.0, seed=3)


@pytest.fixture(scope="module")
def home(clip: SubjectMotion) -> Home:
    return home_of(tracking_of(clip), BUST)


def turned(driving: DrivingMotion, vectors: np.ndarray, pivot: np.ndarray) -> DrivingMotion:
    """The head turned in its own frame by rotation ``vectors [T, 3]`` (radians) about ``pivot``."""
    assert driving.camera_from_head is not None
    motion = np.tile(np.eye(4), (len(driving), 1, 1))
    motion[:, :3, :3] = Rotation.from_rotvec(vectors).as_matrix()
    motion[:, :3, 3] = pivot - motion[:, :3, :3] @ pivot
    return replace(driving, camera_from_head=driving.camera_from_head @ motion)


def turns(poses: torch.Tensor, home: Home) -> np.ndarray:
    """Rotation vectors ``[T, 3]`` against the avatar's reference, in its head's frame."""
    rotation = home.camera_from_head[:3, :3].T @ poses[:, :3, :3].double().numpy()
    return Rotation.from_matrix(rotation).as_rotvec()


class TestTheFace:
    def test_the_avatars_own_motion_passes_bit_for_bit(self, clip: SubjectMotion) -> None:
        random = np.random.default_rng(0)
        tracking = replace(
            tracking_of(clip, torso_modes=random.normal(size=(len(clip), 8))),
            face_modes=random.normal(size=(len(clip), 4)).astype(np.float32),
        )
        folder = Path("/an/avatar")
        home = home_of(tracking, BUST, avatar=folder)
        motion, timestamp_s = transfer(DrivingMotion.of(tracking, BUST, "own", folder), home)
        for name in ("expression", "eyes", "camera_from_head", "camera_from_torso"):
            np.testing.assert_array_equal(getattr(motion.code, name).numpy(), getattr(tracking, name), err_msg=name)
        np.testing.assert_array_equal(motion.modes.numpy(), tracking.torso_modes)
        np.testing.assert_array_equal(motion.face_modes.numpy(), tracking.face_modes)
        np.testing.assert_array_equal(timestamp_s, clip.timestamp_s)
        # Modes are another avatar's for everybody else.
        other, _ = transfer(DrivingMotion.of(tracking, BUST, "own", Path("/another")), home)
        assert not other.modes.any() and not other.face_modes.any() and other.modes.shape == motion.modes.shape

    def test_a_resting_smile_stays_with_the_driver(self, home: Home) -> None:
        motion = talking(6.0, seed=5)
        expression = motion.expression.copy()
        expression[:, SMILE] += 0.35
        expression[:, BROW] += 0.2
        sour = driver(expression=np.clip(expression, 0, 1))
        moved, _ = transfer(sour, home)
        plain_one, _ = transfer(driver(), home)
        quiet = np.argsort(np.abs(motion.expression - np.percentile(motion.expression, 20, 0)).sum(1))[:5]
        for column in (SMILE, BROW):
            got = moved.code.expression[:, column].numpy()
            assert abs(got[quiet].mean() - home.face.rest.expression[column]) < 0.05
            np.testing.assert_allclose(got, plain_one.code.expression[:, column].numpy(), atol=0.05)
        # The signal itself is whole.
        smile = np.corrcoef(moved.code.expression[:, SMILE].numpy(), motion.expression[:, SMILE])[0, 1]
        assert smile > 0.95

    def test_rest_goes_to_rest(self, home: Home) -> None:
        expression = np.zeros((50, len(NAMES)))
        expression[:, [SMILE, BROW, LOOK_DOWN]] = 0.3, 0.25, 0.4
        expression[40:, NAMES.index("jawOpen")] = 0.5
        moved, _ = transfer(replace(plain(), rest=None, expression=expression), home)
        np.testing.assert_allclose(
            moved.code.expression[:40].numpy(), np.tile(home.face.rest.expression, (40, 1)), atol=FLOAT32
        )
        opened = moved.code.expression[40:, NAMES.index("jawOpen")] - home.face.rest.expression[NAMES.index("jawOpen")]
        np.testing.assert_allclose(opened.numpy(), 0.5, atol=FLOAT32)

    @pytest.mark.parametrize("peak", [0.85, 1.0])
    def test_closed_eyes_are_closed(self, clip: SubjectMotion, peak: float) -> None:
        """A driver who is tracked with lids half a millimetre down at rest and with blinks that are not quite full."""
        tracking = tracking_of(clip)
        expression = tracking.expression.copy()
        wide = [NAMES.index(f"eyeWide{side}") for side in ("Left", "Right")]
        expression[:, wide] = 0.25  # the avatar's eyes are wide open at rest
        home = home_of(replace(tracking, expression=expression), BUST)
        motion = talking(6.0, seed=5)
        theirs = motion.expression.copy()
        blinks = [NAMES.index(f"eyeBlink{side}") for side in ("Left", "Right")]
        theirs[:, blinks] = 0.06 + (peak - 0.06) * theirs[:, blinks]
        moved, _ = transfer(driver(expression=theirs), home)
        neutral = shape_vertices(BUST, torch.zeros(BUST.num_identity))
        lids = eyelid_aperture(BUST, pose_vertices(BUST, neutral, moved.code)).numpy()
        own = eyelid_aperture(
            BUST, pose_vertices(BUST, neutral, tracking.with_motion(expression=expression).code(slice(None)))
        )
        shut = motion.expression[:, blinks[0]] > 0.99
        assert shut.sum() >= 2
        assert lids[shut].max() < own.numpy().min() + 0.3e-3
        # At rest they are as open as the avatar's own are.
        awake = motion.expression[:, blinks[0]] < 0.01
        assert abs(np.median(lids[awake]) - np.median(own.numpy())) < 0.5e-3

    def test_lips_close_where_the_drivers_do(self, home: Home, clip: SubjectMotion) -> None:
        """Weights that end at zero on the way would leave the lips apart."""
        motion = talking(6.0, seed=5)
        theirs = motion.expression.copy()
        for name, offset in (("mouthFunnel", 0.15), ("jawOpen", 0.05), ("mouthClose", 0.19)):
            theirs[:, NAMES.index(name)] += offset
        moved, _ = transfer(driver(expression=np.clip(theirs, 0, 1)), home)
        neutral = shape_vertices(BUST, torch.zeros(BUST.num_identity))
        opening = lambda code: lip_aperture(BUST, pose_vertices(BUST, neutral, code)).numpy()  # noqa: E731
        got, true = opening(moved.code), opening(driver_code(motion))
        own_closed = np.percentile(opening(tracking_of(clip).code(slice(None))), 5)
        closed = true < np.percentile(true, 5) + 0.2e-3
        assert np.abs(got[closed] - own_closed).max() < 0.6e-3
        assert np.corrcoef(got, true)[0, 1] > 0.995

    def test_a_resting_face_is_as_open_as_its_frames(self, home: Home) -> None:
        """Lips that a noisy tracker closes in another way in every frame, and seldom."""
        ways = [NAMES.index(name) for name in ("mouthLowerDownLeft", "mouthUpperUpLeft", "mouthFunnel")]
        opens, expression, closed = home.lips, np.zeros((50, len(NAMES))), np.arange(5)
        expression[closed, np.take(ways, closed % 3)] = 0.3
        close = NAMES.index("mouthClose")
        expression[:5, close] = -(expression[:5] @ opens) / opens[close]
        assert expression.max() < 1 and expression.min() >= 0  # possible weights, whose lips meet in these frames
        expression[5:, NAMES.index("jawOpen")] = 0.4
        rest = rest_of(expression, NAMES, None, None, np.ones(50, bool), opens)
        assert rest.expression @ opens == pytest.approx(0, abs=1e-4)
        moved, _ = transfer(replace(plain(50), rest=None, expression=expression), home)
        opening = (moved.code.expression.numpy() - home.face.rest.expression) @ opens
        assert np.abs(opening[:5] - home.face.closed_m).max() < 0.3e-3

    def test_a_rest_more_closed_than_any_frame_closes_nothing_too_little(self, home: Home) -> None:
        jaw, expression = NAMES.index("jawOpen"), np.zeros((50, len(NAMES)))
        expression[:, jaw] = np.where(np.arange(50) < 30, 0.03, 0.4)  # 1.3 mm between closed lips
        weights, names = home.face.rest.expression + expression, tuple(NAMES)
        closed = face_of(names, home.face.rest, np.ones(2), weights, None, home.lips)
        assert closed.closed_m == pytest.approx(0.03 * home.lips[jaw]) and closed.closed_m > 1e-3
        moved, _ = transferred_face(weights, None, closed, replace(home.face, closed_m=0.0), home.lips)
        opening = (moved - home.face.rest.expression) @ home.lips
        assert np.abs(opening[:30]).max() < 0.1e-3
        np.testing.assert_allclose(opening[30:], 0.4 * home.lips[jaw], atol=1e-6)

    def test_gaze_is_relative_and_can_be_left_out(self, home: Home) -> None:
        eyes = np.zeros((50, 2, 2))
        eyes[:] = -0.2  # looks at a screen below the camera all the time
        eyes[30:40, :, 0] += 0.25
        sideways = replace(driver(), rest=None)
        sideways = replace(plain(), rest=None, eyes=eyes)
        moved, _ = transfer(sideways, home)
        at_rest = home.face.rest.eyes
        np.testing.assert_allclose(moved.code.eyes[:30].numpy(), np.tile(at_rest, (30, 1, 1)), atol=FLOAT32)
        np.testing.assert_allclose((moved.code.eyes[35] - moved.code.eyes[0])[:, 0].numpy(), 0.25, atol=FLOAT32)
        off, _ = transfer(driver(), home, TransferOptions(gaze=False))
        awake = driver().expression[:, BLINK] < 1e-3
        np.testing.assert_allclose(off.code.eyes[awake].numpy(), np.tile(at_rest, (awake.sum(), 1, 1)), atol=1e-3)
        assert off.code.expression[awake][:, LOOK_DOWN].std() < 1e-3

    def test_weights_of_another_model_are_refused_by_name(self, home: Home) -> None:
        other = replace(plain(), expression_names=tuple(f"expression_{k:03d}" for k in range(len(NAMES))), rest=None)
        with pytest.raises(ConfigError, match="mean nothing to the avatar's rig"):
            transfer(other, home)


def driver_code(motion: SubjectMotion):
    return tracking_of(motion, 1.5).code(slice(None))


class TestFlame:
    """Avatars on FLAME: coefficients without bounds, a jaw that is a joint, shoulders that nobody has seen."""

    def tracking(self, seed: int, count: int = 60) -> Tracking:
        random, rig = np.random.default_rng(seed), flame_rig(make_flame())
        motion = talking(count / FPS, seed=seed)
        expression = random.normal(0.5 * seed, 0.3, (1, rig.num_expressions)) + random.normal(
            0, 0.5, (count, rig.num_expressions)
        )
        expression[:, 100:] = motion.expression[:, [BLINK, BLINK]]
        base = tracking_of(motion, expression=expression)
        return replace(
            base,
            expression_names=rig.expression_names,
            camera_from_torso=base.camera_from_head,
            identity=random.normal(size=rig.num_identity).astype(np.float32),
            vertex_offset_m=np.zeros((rig.num_vertices, 3), np.float32),
            rig_hash=rig.content_hash,
            jaw=(0.05 * seed + 0.3 * motion.expression[:, [NAMES.index("jawOpen")]] * [1.0, 0, 0]).astype(np.float32),
        )

    def test_one_person_drives_another(self) -> None:
        rig, own, other = flame_rig(make_flame()), self.tracking(1), self.tracking(2)
        home = home_of(own, rig)
        moved, _ = transfer(DrivingMotion.of(other, rig, "other"), home)
        assert other.jaw is not None and moved.code.jaw is not None and home.face.rest.jaw is not None
        np.testing.assert_allclose(np.diff(moved.code.jaw.numpy(), axis=0), np.diff(other.jaw, axis=0), atol=1e-6)
        np.testing.assert_allclose(
            np.diff(moved.code.expression[:, :100].numpy(), axis=0),
            np.diff(other.expression[:, :100], axis=0),
            atol=1e-5,
        )
        assert np.abs(moved.code.jaw.numpy().min(0) - home.face.rest.jaw).max() < 0.05
        apart = torch.linalg.inv(moved.code.camera_from_head) @ moved.code.camera_from_torso
        np.testing.assert_allclose(apart.numpy(), np.tile(np.eye(4), (len(apart), 1, 1)), atol=1e-5)

    def test_its_own_motion_passes_bit_for_bit(self) -> None:
        rig, own = flame_rig(make_flame()), self.tracking(1)
        moved, _ = transfer(DrivingMotion.of(own, rig, "own"), home_of(own, rig))
        assert own.jaw is not None and moved.code.jaw is not None
        for name in ("expression", "jaw", "camera_from_head", "camera_from_torso"):
            np.testing.assert_array_equal(getattr(moved.code, name).numpy(), getattr(own, name), err_msg=name)


class TestPoses:
    def test_off_holds_the_avatars_pose(self, home: Home) -> None:
        moved, _ = transfer(driver(), home, TransferOptions(head=0.0))
        for got, reference in (
            (moved.code.camera_from_head, home.camera_from_head),
            (moved.code.camera_from_torso, home.camera_from_torso),
        ):
            np.testing.assert_allclose(got.numpy(), np.tile(reference, (len(got), 1, 1)), atol=FLOAT32)

    def test_half_the_share_is_half_the_angle(self, home: Home) -> None:
        vectors = np.zeros((50, 3))
        vectors[10:20, 1] = np.radians(20)
        nodding = turned(plain(), vectors, home.neck_m)
        full, half = (
            turns(transfer(nodding, home, TransferOptions(s))[0].code.camera_from_head, home) for s in (1, 0.5)
        )
        np.testing.assert_allclose(full, vectors, atol=1e-6)
        np.testing.assert_allclose(half, vectors / 2, atol=1e-6)

    @pytest.mark.parametrize("roll_deg", [0, 25, 90])
    def test_a_nod_stays_a_nod_under_any_camera(self, home: Home, roll_deg: float) -> None:
        vectors = np.zeros((50, 3))
        vectors[10:20, 0] = np.radians(15)
        camera = np.eye(4)
        camera[:3, :3] = Rotation.from_euler("zyx", [roll_deg, 30, 10], degrees=True).as_matrix()
        nodding = turned(plain(), vectors, home.neck_m)
        assert nodding.camera_from_head is not None
        seen = replace(nodding, camera_from_head=camera @ nodding.camera_from_head, camera_from_torso=None)
        moved, _ = transfer(seen, home)
        np.testing.assert_allclose(turns(moved.code.camera_from_head, home), vectors, atol=1e-6)

    def test_looking_away_for_a_while_does_not_move_the_reference(self, home: Home) -> None:
        vectors = np.zeros((50, 3))
        vectors[5:25, 1] = np.radians(30)
        moved, _ = transfer(turned(plain(), vectors, home.neck_m), home)
        np.testing.assert_allclose(turns(moved.code.camera_from_head, home), vectors, atol=1e-6)

    def test_the_reference_can_be_the_start(self, home: Home) -> None:
        late = np.zeros((100, 3))
        late[26:, 1] = np.radians(40)
        start, _ = transfer(turned(plain(100), late, home.neck_m), home, TransferOptions(reference="start"))
        np.testing.assert_allclose(turns(start.code.camera_from_head, home), late, atol=1e-6)

    def test_the_end_of_the_shoulders_stays_below_the_picture(self, home: Home) -> None:
        up = np.tile(np.eye(4), (50, 1, 1))
        up[30:40, 1, 3] = -0.06
        still = plain()
        assert still.camera_from_head is not None
        poses = up @ still.camera_from_head
        torso = poses.copy()
        torso[5, 0, 3] += 1e-4  # it was seen, and does not just go along
        moved, _ = transfer(replace(still, camera_from_head=poses, camera_from_torso=torso), home)
        edge = home.edge
        camera_from_torso = moved.code.camera_from_torso.double().numpy()
        points = np.stack([camera_from_torso[:, :3, :3] @ p + camera_from_torso[:, :3, 3] for p in edge.points_m], 1)
        pixels = points @ edge.camera.matrix.T
        above_px = edge.camera.size_wh[1] - pixels[..., 1] / pixels[..., 2]
        allowed_px = edge.rise_m * edge.camera.matrix[1, 1] / points[..., 2]
        assert (above_px <= allowed_px + 1e-3).all() and above_px.max() > 0.9 * allowed_px.min()
        up_m = lambda part: np.ptp(part[:, 1, 3].numpy())  # noqa: E731
        # The head comes along: it rises as far, but for the angle between the two parts' axes.
        assert up_m(moved.code.camera_from_head) == pytest.approx(up_m(moved.code.camera_from_torso), abs=1e-3)

    def test_the_shoulders_follow_stay_or_lean(self, home: Home) -> None:
        lean = np.tile(np.eye(4), (50, 1, 1))
        lean[30:40, 0, 3] = 0.05
        still = plain()
        assert still.camera_from_head is not None
        both = replace(
            still, camera_from_head=lean @ still.camera_from_head, camera_from_torso=lean @ still.camera_from_head
        )
        shrug = np.tile(np.eye(4), (50, 1, 1))
        shrug[30:40, 1, 3] = -0.004
        assert both.camera_from_torso is not None
        both = replace(both, camera_from_torso=shrug @ both.camera_from_torso)
        at_rest = home.camera_from_torso[:3, 3]
        way = lambda poses, row: np.linalg.norm(poses[row, :3, 3].numpy() - at_rest)  # noqa: E731
        moved, _ = transfer(both, home)
        assert way(moved.code.camera_from_torso, 35) == pytest.approx(np.hypot(0.05, 0.004), abs=1e-4)
        fixed, _ = transfer(both, home, TransferOptions(torso=False))
        np.testing.assert_allclose(
            fixed.code.camera_from_torso.numpy(), np.tile(home.camera_from_torso, (50, 1, 1)), atol=FLOAT32
        )
        unseen, _ = transfer(replace(both, camera_from_torso=None), home)
        assert 0.05 - REACH_MARGIN * home.reach_m <= way(unseen.code.camera_from_torso, 35) <= 0.05
        assert way(unseen.code.camera_from_torso, 35) >= 0.025
        assert way(unseen.code.camera_from_torso, 0) < 1e-6

    def test_the_head_stays_on_its_neck(self, home: Home) -> None:
        far = np.tile(np.eye(4), (50, 1, 1))
        far[30:40, 0, 3] = 0.3
        still = plain()
        assert still.camera_from_head is not None
        moved, _ = transfer(
            replace(still, camera_from_head=far @ still.camera_from_head), home, TransferOptions(torso=False)
        )
        way = moved.code.camera_from_head[:, :3, 3].numpy() - home.camera_from_head[:3, 3]
        assert 0.9 * REACH_MARGIN * home.reach_m < np.linalg.norm(way[35]) <= REACH_MARGIN * home.reach_m + FLOAT32
        assert np.linalg.norm(way[0]) < FLOAT32
        # Shoulders that may move come along instead.
        free, _ = transfer(replace(still, camera_from_head=far @ still.camera_from_head), home)
        way, torso_way = (
            pose[35, :3, 3].numpy() - reference[:3, 3]
            for pose, reference in (
                (free.code.camera_from_head, home.camera_from_head),
                (free.code.camera_from_torso, home.camera_from_torso),
            )
        )
        assert np.linalg.norm(way) == pytest.approx(0.3, abs=1e-5)
        assert np.linalg.norm(way - torso_way) <= REACH_MARGIN * home.reach_m + FLOAT32

    def test_what_the_clip_has_shown_is_not_limited(self, clip: SubjectMotion, home: Home) -> None:
        """The avatar's own motion as if it were somebody else's: the same but for the last hundredth of the frames."""
        own = DrivingMotion.of(tracking_of(clip), BUST, "own")
        moved, _ = transfer(replace(own, surface_m=None), home)
        apart = np.linalg.norm(moved.code.camera_from_head[:, :3, 3].numpy() - clip.camera_from_head[:, :3, 3], axis=1)
        assert np.percentile(apart, 98) < 1e-5 and apart.max() < 3e-3


class TestTime:
    def test_resampling_is_linear_and_on_the_great_arc(self) -> None:
        vectors = np.zeros((5, 3))
        vectors[:, 1] = np.radians([0, 10, 40, 40, 0])
        weights = np.zeros((5, len(NAMES)))
        weights[:, SMILE] = [0, 0.1, 0.4, 0.4, 0]
        uneven = np.array([2.0, 2.1, 2.4, 2.5, 2.9])  # 0.1 of smile and 10 degrees a tenth of a second
        made = replace(turned(plain(5), vectors, np.zeros(3)), timestamp_s=uneven, expression=weights)
        fine = resampled(made, 50.0)
        np.testing.assert_allclose(fine.timestamp_s, 2.0 + np.arange(46) / 50)
        np.testing.assert_allclose(fine.expression[:, SMILE], np.interp(fine.timestamp_s, uneven, weights[:, SMILE]))
        assert fine.camera_from_head is not None
        angle = Rotation.from_matrix(np.diag([1, -1, -1]) @ fine.camera_from_head[:, :3, :3]).as_rotvec()[:, 1]
        np.testing.assert_allclose(angle, np.interp(fine.timestamp_s, uneven, vectors[:, 1]), atol=1e-9)
        with pytest.raises(ConfigError):
            resampled(made, 0.0)

    def test_the_same_rate_changes_nothing(self) -> None:
        same = resampled(driver(), FPS)
        np.testing.assert_allclose(same.expression, driver().expression, atol=1e-9)
        np.testing.assert_allclose(same.camera_from_head, driver().camera_from_head, atol=1e-9)

    def test_times_become_even_without_touching_frames(self) -> None:
        jitter = np.random.default_rng(0).uniform(-0.004, 0.004, 50)
        made = replace(driver().rows(slice(0, 50)), timestamp_s=np.arange(50) / FPS + jitter)
        even = paced(made)
        assert np.diff(even.timestamp_s).std() < 1e-12 and np.array_equal(even.expression, made.expression)
        gappy = paced(made.rows(np.r_[0:10, 25:50]))
        assert len(gappy) > 45 and np.diff(gappy.timestamp_s).std() < 1e-9

    def test_without_a_face_it_holds_eases_to_rest_and_comes_back(self, home: Home) -> None:
        count = 150
        weights = np.zeros((count, len(NAMES)))
        weights[:, SMILE] = 0.4
        vectors = np.zeros((count, 3))
        vectors[:, 1] = 0.2
        vectors[:30] = 0
        made = turned(replace(plain(count), expression=weights.copy()), vectors, home.neck_m)
        seen = np.ones(count, bool)
        seen[40:120] = False
        weights[40:120, SMILE] = 1.0  # what a tracker makes up
        moved, _ = transfer(replace(made, tracked=seen, expression=weights), home)
        rest, smile = home.face.rest.expression[SMILE], moved.code.expression[:, SMILE].numpy()
        held = round(HOLD_S * FPS) - 1
        np.testing.assert_allclose(smile[40 : 40 + held], rest + 0.4, atol=FLOAT32)
        away = slice(40 + round((HOLD_S + EASE_S) * FPS), 120 - round((HOLD_S + EASE_S) * FPS))
        np.testing.assert_allclose(smile[away], rest, atol=FLOAT32)
        np.testing.assert_allclose(turns(moved.code.camera_from_head, home)[away], 0, atol=1e-6)
        np.testing.assert_allclose(smile[120:], rest + 0.4, atol=FLOAT32)
        assert np.abs(np.diff(smile)).max() < 0.05
        short = seen.copy()
        short[:], short[40:45] = True, False
        kept, _ = transfer(replace(made, tracked=short), home)
        assert kept.code.expression[42, SMILE].item() == pytest.approx(rest + 0.4, abs=1e-6)

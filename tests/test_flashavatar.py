"""The FlashAvatar preset: its counts and shapes, its frame, its loss and schedule, and an exact resume."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.spatial import KDTree

from conftest import TinyRun
from lifemask.avatar.flashavatar_config import FlashAvatarConfig
from lifemask.avatar.flashavatar_layout import COVERED, EXTRA_SPACING_MM, SPACING_MM, surface_points
from lifemask.avatar.flashavatar_model import FlashAvatarModel, condition_of, encode
from lifemask.avatar.flashavatar_train import FlashAvatarTrainer, vertices_in_head
from lifemask.avatar.frames import FrameSource
from lifemask.avatar.motion import Motion
from lifemask.avatar.store import FrameStore
from lifemask.geometry.rotation import (
    invert_rigid,
    multiply_quaternions,
    quaternion_from_rotation,
    rotation_from_axis_angle,
    transform_points,
)
from lifemask.perception.regions import lip_outline, polygon_mask
from lifemask.pipeline.run import RunFolder
from lifemask.pipeline.stages.mattes import load_plate
from lifemask.rig.bust import load_bust
from lifemask.rig.code import RigCode
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices
from lifemask.splats.rasterize import rasterize
from lifemask.tracking.build import neutral_of
from lifemask.tracking.record import Tracking

CONFIG = FlashAvatarConfig(uv_size=32, network_width=32)


@pytest.fixture(scope="module")
def rig() -> HeadRig:
    return load_bust()


@pytest.fixture(scope="module")
def tracked(tiny_run: TinyRun, rig: HeadRig) -> tuple[HeadRig, torch.Tensor, Motion, FrameSource]:
    """Rig, person, motion and frames of the tiny run."""
    tracking, store = (
        Tracking.load(tiny_run.folder / "tracking.safetensors"),
        FrameStore.open(tiny_run.folder / "frames"),
    )
    with RunFolder.reopen(tiny_run.folder) as run:
        plate = load_plate(run)
    source = FrameSource(store, plate, tracking.camera, "cpu")
    return rig, neutral_of(tracking, rig), Motion.of(tracking, "cpu"), source


@pytest.fixture
def trainer(tracked: tuple[HeadRig, torch.Tensor, Motion, FrameSource]) -> FlashAvatarTrainer:
    made = FlashAvatarTrainer.begin(*tracked, np.arange(40), CONFIG, seed=0)
    made.prepare()
    return made


def silent(model: FlashAvatarModel) -> FlashAvatarModel:
    """Its network says zero."""
    with torch.no_grad():
        for parameter in list(model.network)[-1].parameters():
            parameter.zero_()
    return model


class TestLayout:
    def test_there_are_as_many_as_the_original_has(self, rig: HeadRig) -> None:
        corners, barycentric = surface_points(rig, 128)
        count = {
            name: int((rig.regions[name][corners].sum(1) >= 2).sum()) for name in {**SPACING_MM, **EXTRA_SPACING_MM}
        }
        # Triangles whose three corners lie in three regions belong to none of them by majority.
        assert sum(count[name] for name in SPACING_MM) == pytest.approx(COVERED, abs=30)
        # On FLAME: 4 973 on the face with nose, lids and brows, 5 371 on the scalp, 307 on the lips.
        assert sum(count[name] for name in ("face", "nose", "lids", "brows")) == pytest.approx(4973, rel=0.1)
        assert 200 < count["lips"] < 400 and 3000 < count["scalp"] < 6000
        torch.testing.assert_close(barycentric.sum(1), torch.ones(len(barycentric)))
        assert barycentric.min() >= 0
        quarter, _ = surface_points(rig, 64)
        assert len(quarter) == pytest.approx(len(corners) / 4, abs=3)

    def test_they_are_spread_evenly(self, rig: HeadRig) -> None:
        corners, barycentric = surface_points(rig, 128)
        points = (rig.template[corners] * barycentric[..., None]).sum(1)
        on_face = points[rig.regions["face"][corners].all(1)].numpy()
        distance = 1000 * KDTree(on_face).query(on_face, 2)[0][:, 1]
        # 3 mm between neighbours if they lay on a grid; random points would have half of that, and many almost none.
        assert 1.4 < np.median(distance) < 3.0
        assert np.quantile(distance, 0.02) > 0.25

    def test_the_back_of_the_torso_has_none(self, rig: HeadRig) -> None:
        corners, _ = surface_points(rig, 64)
        a, b, c = rig.template[corners].unbind(1)
        backwards = torch.linalg.cross(b - a, c - a)[:, 2] < 0
        assert not (backwards & rig.regions["shoulders"][corners].all(1)).any()


class TestModel:
    def test_places_are_encoded_by_eight_octaves(self) -> None:
        points = torch.tensor([[0.1, -0.05, 0.3]])
        found = encode(points, 8)
        assert found.shape == (1, 51)
        assert torch.equal(found[:, :3], points)
        assert found[0, 3].item() == pytest.approx(np.sin(0.1)) and found[0, 6].item() == pytest.approx(np.cos(0.1))
        assert found[0, -1].item() == pytest.approx(np.cos(0.3 * 2**7), abs=1e-5)

    def test_with_flames_condition_the_network_is_the_published_one(self, rig: HeadRig) -> None:
        corners, barycentric = surface_points(rig, 8)
        model = FlashAvatarModel(corners, barycentric, rig.template, 120, FlashAvatarConfig())
        assert sum(p.numel() for p in model.network.parameters()) == 375_562

    def test_the_first_layer_is_a_layer_on_place_and_condition(self, trainer: FlashAvatarTrainer) -> None:
        """Its two halves, taken apart for speed, are one product."""
        model, condition = trainer.model, torch.randn(2, 64, generator=torch.Generator().manual_seed(0))
        x = torch.cat([model.encoded.expand(2, -1, -1), condition[:, None].expand(-1, len(model), -1)], -1)
        for index, layer in enumerate(model.network):
            x = layer(x if index == 0 else x.relu())
        torch.testing.assert_close(torch.cat(model.offsets(condition), -1), x.tanh(), atol=1e-5, rtol=1e-5)

    def test_the_condition_holds_first_rows_of_rotations(self, rig: HeadRig) -> None:
        rest = RigCode.at_rest(rig.num_expressions, torch.eye(4)[None])
        condition = condition_of(rest)
        assert condition.shape == (1, 52 + 12)
        assert condition[0, 52:].tolist() == [1, 0, 0, 0, 1, 0] * 2
        turned = condition_of(replace(rest, eyes=torch.tensor([[[0.3, 0.0], [0.0, 0.0]]])))
        # Yaw to the left takes +z to (sin, 0, cos): the first row of the rotation is (cos, 0, sin).
        torch.testing.assert_close(turned[0, 52:55], torch.tensor([np.cos(0.3), 0, np.sin(0.3)]).float())
        jaw = condition_of(replace(rest, jaw=torch.zeros(1, 3)))
        assert jaw.shape == (1, 52 + 6 + 12) and jaw[0, 52:58].tolist() == [1, 0, 0, 0, 1, 0]

    def test_without_offsets_gaussians_are_on_the_surface(self, trainer: FlashAvatarTrainer) -> None:
        model, code = silent(trainer.model), trainer.motion.code[:1]
        vertices = vertices_in_head(trainer.rig, trainer.neutral, code)
        splats = model(vertices, condition_of(code), code.camera_from_head, 0)
        corner = vertices[0][model.corners]
        torch.testing.assert_close(splats.means[0], (corner * model.barycentric[..., None]).sum(1))
        torch.testing.assert_close(splats.opacities, torch.full_like(splats.opacities, 0.1))
        torch.testing.assert_close(splats.scales[0], model.log_scale.exp())
        assert (splats.colours == 0.5).all()

    def test_orientations_do_not_follow_the_triangles(self, trainer: FlashAvatarTrainer) -> None:
        model, rig = silent(trainer.model), trainer.rig
        rest = RigCode.at_rest(rig.num_expressions, trainer.motion.code.camera_from_head[:1])
        expression = rest.expression.clone()
        expression[0, rig.expression_names.index("jawOpen")] = 1.0
        opened = replace(rest, expression=expression)
        shut, wide = (
            model(vertices_in_head(rig, trainer.neutral, code), condition_of(code), code.camera_from_head, 0)
            for code in (rest, opened)
        )
        assert (wide.means - shut.means).norm(dim=-1).max() > 5e-3
        assert torch.equal(wide.quats, shut.quats)
        assert (shut.quats == torch.tensor([1.0, 0, 0, 0])).all()

    def test_first_scales_are_distances_between_displaced_neighbours(self, trainer: FlashAvatarTrainer) -> None:
        model, code = trainer.model, trainer.motion.rows(torch.tensor([0])).code
        with torch.no_grad():
            means = trainer.splats(trainer.motion.rows(torch.tensor([0]))).means[0].numpy()
        squared = KDTree(means).query(means, 4)[0][:, 1:] ** 2
        expected = np.sqrt(np.maximum(squared.mean(1), 1e-7))
        np.testing.assert_allclose(model.log_scale.exp().detach().numpy(), expected[:, None].repeat(3, 1), rtol=1e-3)
        # The network is not made to begin with zero: it displaces everything by millimetres and more.
        rest = model.means(vertices_in_head(trainer.rig, trainer.neutral, code), torch.zeros(1)).detach()[0].numpy()
        assert 1e-3 < np.linalg.norm(means - rest, axis=1).mean() < 0.3


class TestFrame:
    def test_the_head_rests_in_its_own_frame(self, tracked) -> None:
        rig, neutral, motion, _ = tracked
        code = motion.code[torch.tensor([0, 20, 40])]
        posed = pose_vertices(rig, neutral, code)
        back = transform_points(invert_rigid(code.camera_from_head), posed)
        torch.testing.assert_close(vertices_in_head(rig, neutral, code), back, atol=2e-6, rtol=0)

    def test_a_render_is_the_projection_of_the_posed_gaussians(self, trainer: FlashAvatarTrainer) -> None:
        """The camera folded into the rasteriser's transform, against Gaussians moved to the camera by hand."""
        rows = torch.tensor([3, 30])
        trainer.images_done = 1500  # all harmonics
        with torch.no_grad():
            trainer.model.colour.normal_(generator=torch.Generator().manual_seed(0))
            trainer.model.colour_view.normal_(generator=torch.Generator().manual_seed(1)).mul_(0.3)
            batch, moved = trainer.source.batch(rows), trainer.motion.rows(rows)
            image, alpha = trainer.render(moved, batch)
            splats, pose = trainer.splats(moved), moved.code.camera_from_head
            turn = quaternion_from_rotation(pose[:, :3, :3])[:, None]
            expected = rasterize(
                transform_points(pose, splats.means),
                multiply_quaternions(turn, splats.quats),
                splats.scales,
                splats.opacities,
                splats.colours,
                intrinsics=batch.intrinsics,
                size_wh=batch.size_wh,
                background=batch.plate[None].expand(2, -1, -1, -1),
            )
        # Float32 sums in another order; a splat at the cut-off of 1/255 may come or go.
        torch.testing.assert_close(image, expected.image, atol=6e-3, rtol=0)
        torch.testing.assert_close(alpha, expected.alpha[..., 0], atol=6e-3, rtol=0)
        assert alpha.max() > 0.5 and (image - batch.plate).abs().max() > 0.1

    def test_colours_know_the_view_once_harmonics_count(self, trainer: FlashAvatarTrainer) -> None:
        model, pose = trainer.model, trainer.motion.code.camera_from_head[:1]
        with torch.no_grad():
            model.colour_view.normal_(generator=torch.Generator().manual_seed(0)).mul_(0.2)
            means = trainer.splats(trainer.motion.rows(torch.tensor([0]))).means
            turned = pose.clone()
            turned[:, :3, :3] = pose[:, :3, :3] @ rotation_from_axis_angle(torch.tensor([0.0, 0.5, 0.0]))
            for degree, differs in ((0, False), (1, True), (3, True)):
                change = model.colours(means, pose, degree) - model.colours(means, turned, degree)
                assert bool(change.abs().max() > 1e-3) == differs
            # Only the direction counts: seen from half as far along the same line, a point looks the same.
            centre = means.mean(1, keepdim=True).expand_as(means)
            near = model.colours(centre, _nearer(pose, centre[:, 0]), 3)
            torch.testing.assert_close(near, model.colours(centre, pose, 3), atol=1e-5, rtol=0)

    def test_the_motion_gets_gradients(self, trainer: FlashAvatarTrainer) -> None:
        rows = torch.tensor([5])
        batch, motion = trainer.source.batch(rows), trainer.motion.rows(rows)
        leaves = {
            name: getattr(motion.code, name).clone().requires_grad_()
            for name in ("camera_from_head", "camera_from_torso", "expression", "eyes")
        }
        image, _ = trainer.render(replace(motion, code=replace(motion.code, **leaves)), batch)
        (image - batch.image).square().mean().backward()
        for name, leaf in leaves.items():
            assert leaf.grad is not None and leaf.grad.isfinite().all() and leaf.grad.abs().sum() > 0, name


def _nearer(camera_from_head: torch.Tensor, point: torch.Tensor) -> torch.Tensor:
    """The camera half as far from a point of the head ``[1, 3]``, on the same line."""
    eye = (invert_rigid(camera_from_head)[:, :3, 3] + point) / 2
    moved = camera_from_head.clone()
    moved[:, :3, 3] = -(camera_from_head[:, :3, :3] @ eye[..., None])[..., 0]
    return moved


class TestTraining:
    def test_the_loss_is_hubers_with_a_heavy_mouth(self, trainer: FlashAvatarTrainer) -> None:
        target = torch.zeros(1, 10, 10, 3)
        mouth, head = torch.zeros(1, 10, 10, 1), torch.ones(1, 10, 10, 1)
        mouth[:, :2] = 1
        small, large = target + 0.05, target + 0.3
        # 0.5 d^2 below 0.1, then 0.1 (d - 0.05); the mouth is a fifth of the picture and counts 40 times.
        for image, expected in ((small, 0.5 * 0.05**2), (large, 0.1 * 0.25)):
            found = trainer.loss(image, target, mouth, head)
            assert float(found) == pytest.approx(expected * (1 + 40 * 0.2), rel=1e-5)

    def test_lpips_of_the_head_comes_late(self, trainer: FlashAvatarTrainer) -> None:
        seen = []

        def distance(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
            seen.append((a, b))
            return (a - b).abs().mean((1, 2, 3))

        late = replace(trainer, perceptual=distance)
        image, target = torch.full((1, 4, 4, 3), 0.05), torch.zeros(1, 4, 4, 3)
        mouth, head = torch.zeros(1, 4, 4, 1), torch.zeros(1, 4, 4, 1)
        head[:, :2] = 1
        late.images_done = 14_999
        before = float(late.loss(image, target, mouth, head))
        assert not seen
        late.images_done = 15_000
        assert float(late.loss(image, target, mouth, head)) == pytest.approx(before + 0.05 * 0.05 / 2)
        assert (seen[0][0][:, 2:] == 0).all() and (seen[0][0][:, :2] == 0.05).all()

    def test_harmonics_grow_every_500_steps(self, trainer: FlashAvatarTrainer) -> None:
        degrees = []
        for step in (0, 499, 500, 999, 1000, 1500, 150_000):
            trainer.images_done = step
            degrees.append(trainer.degree)
        assert degrees == [0, 0, 1, 1, 2, 3, 3]

    def test_published_settings(self) -> None:
        c = FlashAvatarConfig()
        assert (c.iterations, c.uv_size, c.network_depth, c.network_width) == (150_000, 128, 6, 256)
        assert (c.mouth_weight, c.perceptual_weight, c.perceptual_from, c.huber_delta) == (40, 0.05, 15_000, 0.1)
        r = c.rates
        assert (r.colour, r.colour_view, r.opacity, r.log_scale, r.rotation) == (2.5e-3, 1.25e-4, 5e-2, 5e-3, 1e-3)
        assert (r.network, r.eps) == (1e-4, 1e-15)

    def test_every_parameter_moves_and_the_loss_falls(self, trainer: FlashAvatarTrainer) -> None:
        before = {name: value.clone() for name, value in trainer.model.named_parameters()}
        losses = [float(trainer.step()) for _ in range(60)]
        moved = {name for name, value in trainer.model.named_parameters() if not torch.equal(value, before[name])}
        # The colours that depend on the view wait for step 500.
        assert set(before) - moved == {"colour_view"}
        assert np.mean(losses[-20:]) < 0.8 * np.mean(losses[:20])

    def test_every_frame_comes_once_an_epoch(self, trainer: FlashAvatarTrainer) -> None:
        orders = []
        for epoch in range(2):
            trainer.images_done, order = epoch * 40, []
            for _ in range(40):
                order.append(int(trainer._next_place()))
                trainer.images_done += 1
            orders.append(order)
        assert sorted(orders[0]) == sorted(orders[1]) == list(range(40)) and orders[0] != orders[1]

    def test_it_goes_on_exactly(self, trainer: FlashAvatarTrainer, tracked, tmp_path: Path) -> None:
        for _ in range(3):
            trainer.step()
        trainer.seconds = 12.5
        trainer.save(tmp_path / "state.safetensors")
        for _ in range(3):
            trainer.step()
        other = FlashAvatarTrainer.begin(*tracked, np.arange(40), CONFIG, seed=0)
        other.prepare()
        other.step()  # whatever it was before, it becomes what was saved
        other.load(tmp_path / "state.safetensors")
        assert other.images_done == 3 and other.seconds == 12.5
        for _ in range(3):
            other.step()
        for name, value in trainer.model.state_dict().items():
            assert torch.equal(value, other.model.state_dict()[name]), name


def test_masks_are_the_mouth_and_all_but_the_shoulders(trainer: FlashAvatarTrainer) -> None:
    assert trainer.masks is not None
    for place in (0, 17, 39):
        mouth, head = (m[0, :, :, 0].bool().numpy() for m in trainer.masks.batch(torch.tensor([place])))
        posed = pose_vertices(trainer.rig, trainer.neutral, trainer.motion.rows(torch.tensor([place])).code)[0].numpy()
        outline = lip_outline(posed, trainer.source.camera, trainer.rig)
        assert mouth.any() and (mouth & ~head).sum() == 0
        row, column = (np.argwhere(mouth) + 0.5).mean(0)
        assert outline[:, 1].min() < row < outline[:, 1].max() and outline[:, 0].min() < column < outline[:, 0].max()
        assert (polygon_mask(outline, trainer.source.camera.size_wh) & ~mouth).sum() <= 2
        matte = trainer.source.store.mattes(np.array([place]))[0] > 127
        assert head[: matte.shape[0] // 2][matte[: matte.shape[0] // 2]].all()
        assert not head[-3:].any() and matte[-3:].any()  # the chest at the picture's end


def test_other_frames_than_the_first_are_found(tracked) -> None:
    """Masks go by the place in the list of training frames, not by the number of the frame."""
    rows = np.array([10, 25, 4])
    trainer = FlashAvatarTrainer.begin(*tracked, rows, CONFIG, seed=0)
    trainer.prepare()
    whole = FlashAvatarTrainer.begin(*tracked, np.arange(26), CONFIG, seed=0)
    whole.prepare()
    assert trainer.masks is not None and whole.masks is not None
    for place, row in enumerate(rows):
        for a, b in zip(
            trainer.masks.batch(torch.tensor([place])), whole.masks.batch(torch.tensor([row])), strict=True
        ):
            assert torch.equal(a, b)

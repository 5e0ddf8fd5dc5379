"""From the part of a frame that was trained to whole frames: geometry, alpha, and what nobody has seen."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from conftest import TinyRun
from lifemask.avatar.attributes import SLICES
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.binding import Gaussians
from lifemask.avatar.extrapolation import extrapolation
from lifemask.avatar.far_side import closed
from lifemask.avatar.frames import Batch, FrameSource, plate_at
from lifemask.avatar.hair import hair_thickness
from lifemask.avatar.held import Held
from lifemask.avatar.layer import draw_layer
from lifemask.avatar.model import MARGIN, softly_within
from lifemask.avatar.motion import Motion
from lifemask.avatar.sightings import sightings
from lifemask.avatar.store import FrameStore
from lifemask.cli import main as cli
from lifemask.geometry.camera import Camera, View
from lifemask.geometry.mesh_raster import rasterize_mesh, vertex_normals
from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.media.video import probe, read_frames, read_grey
from lifemask.perception.extent import Extent, working_view
from lifemask.perception.foreground import sharpened_alpha
from lifemask.rig.bust import load_bust
from lifemask.rig.code import RigCode
from lifemask.rig.skinning import pose_vertices
from lifemask.splats.rasterize import rasterize
from lifemask.tracking.record import Tracking

CAMERA = Camera((260.0, 260.0), (70.0, 118.0), (120, 200))
FRONTAL = rigid(torch.diag(torch.tensor([1.0, -1.0, -1.0])), torch.tensor([0.0, 0.0, 0.9]))


@pytest.fixture(scope="module")
def avatar(tiny_run: TinyRun) -> Avatar:
    return Avatar.load(tiny_run.folder)


@pytest.fixture(scope="module")
def own(tiny_run: TinyRun, avatar: Avatar) -> Motion:
    return avatar.motion(Tracking.load(tiny_run.folder / "refined.safetensors"))


def some_splats(seed: int = 0, count: int = 80) -> Gaussians:
    """In the middle of what ``CAMERA`` sees."""
    chance = torch.Generator().manual_seed(seed)
    normal = lambda *shape: torch.randn(*shape, generator=chance)  # noqa: E731
    means = torch.cat([normal(2, count, 2) * 0.04 + 0.02, 0.9 + 0.05 * normal(2, count, 1)], -1)
    scales, colours = torch.exp(normal(2, count, 3) * 0.5 - 5), torch.rand(2, count, 3, generator=chance)
    return Gaussians(means, normal(2, count, 4), scales, torch.rand(2, count, generator=chance), colours)


def whole(gaussians: Gaussians, size_wh: tuple[int, int], blur: float) -> tuple[torch.Tensor, torch.Tensor]:
    frame = CAMERA.cropped(View.whole(CAMERA.size_wh, size_wh))
    out = rasterize(*vars(gaussians).values(), intrinsics=frame.tensor(), size_wh=size_wh, blur=blur)
    return out.image, out.alpha[..., 0]


class TestGeometry:
    @pytest.mark.parametrize("scale", [1, 2, 5])
    def test_what_is_drawn_of_a_frame_is_what_all_of_it_would_be(self, scale: int) -> None:
        """Trained at half the frame's resolution: every pixel of the output is blurred as much as training did."""
        size_wh = (24 * scale, 40 * scale)
        view = View(12.0, 40.0, 80.0, 100.0, (40, 50))
        gaussians = some_splats()
        layer = draw_layer(gaussians, CAMERA, view, size_wh)
        image, alpha = whole(gaussians, size_wh, 0.3 * max(1.0, (scale / 5) / 0.5) ** 2)
        rows = slice(layer.top, layer.top + layer.alpha.shape[1])
        columns = slice(layer.left, layer.left + layer.alpha.shape[2])
        torch.testing.assert_close(layer.colour, image[:, rows, columns], atol=1e-5, rtol=1e-5)
        alpha[:, rows, columns] = 0
        assert not alpha.any() and layer.alpha.amax() > 0.9
        assert layer.alpha[0].numel() < 0.8 * size_wh[0] * size_wh[1]

    def test_a_layer_over_a_plate_leaves_the_rest_of_the_plate(self) -> None:
        plate = torch.rand(40, 24, 3)
        layer = draw_layer(some_splats(), CAMERA, View.whole(CAMERA.size_wh, (24, 40)), (24, 40))
        over = layer.over(plate)
        image, alpha = whole(some_splats(), (24, 40), 0.3)
        wanted = (image + (1 - alpha)[..., None] * plate).clamp(0, 1)
        torch.testing.assert_close(over, wanted, atol=1e-5, rtol=1e-5)
        assert torch.equal(over[alpha == 0], plate.expand_as(over)[alpha == 0])

    def test_nobody_in_sight_is_an_empty_layer(self) -> None:
        gone = replace(some_splats(), means=some_splats().means + torch.tensor([9.0, 0, 0]))
        layer = draw_layer(gone, CAMERA, View.whole(CAMERA.size_wh), CAMERA.size_wh)
        assert not layer.alpha.any()

    def test_the_trained_view_is_a_part_of_the_frame(self, avatar: Avatar, own: Motion) -> None:
        """The same picture on both ways: by the camera of the view, and cut out of the frame."""
        wide, high = avatar.camera.size_wh
        size_wh = (round(wide * avatar.view.size_wh[0] / avatar.view.width_px),) * 2
        assert wide == high and size_wh[0] >= 32
        over = avatar.layer(own.rows(torch.arange(2)), size_wh).over(torch.zeros(*size_wh[::-1], 3))
        cut = avatar.view.seen_in(avatar.camera.size_wh, size_wh)
        left, top = round(cut.left_px), round(cut.top_px)
        assert abs(left - cut.left_px) < 1e-6
        batch = avatar._over_own_plate
        seen, _ = avatar.draw(own.rows(torch.arange(2)), replace(batch, plate=torch.zeros_like(batch.plate)))
        part = over[:, top : top + seen.shape[1], left : left + seen.shape[2]]
        assert (part - seen.clamp(0, 1)).abs().mean() < 1e-4

    def test_a_view_within_a_smaller_picture_of_its_frame(self) -> None:
        view = View(10.0, 20.0, 40.0, 80.0, (20, 40))
        assert view.seen_in((120, 200), (60, 100)) == View(5.0, 10.0, 20.0, 40.0, (20, 40))
        plate = np.zeros((100, 60, 3), np.uint8)
        plate[10:50, 5:25] = 200
        assert (plate_at(plate, (120, 200), view) == 200).all()


class TestWorkingView:
    @staticmethod
    def seen(size_wh: tuple[int, int], box: tuple[int, int, int, int], frames: int = 200, slips: int = 0) -> Extent:
        extent, (left, top, right, bottom) = Extent(size_wh), box
        for index in range(frames):
            matte = np.zeros(size_wh[::-1], np.uint8)
            matte[top:bottom, left:right] = 255
            if index < slips:
                matte[:] = 255
            extent.add(matte)
        return extent

    def test_is_the_frame_where_the_person_fills_it(self) -> None:
        view = working_view(self.seen((512, 512), (20, 60, 500, 512)), 256)
        assert view == View(0.0, 0.0, 512.0, 512.0, (256, 256))

    def test_is_around_the_person_in_a_tall_frame_whatever_a_slip_says(self) -> None:
        view = working_view(self.seen((108, 192), (10, 90, 100, 192), slips=1), 48)
        assert view.top_px > 60 and view.top_px + view.height_px == 192
        assert view.size_wh[0] * view.size_wh[1] == pytest.approx(48 * 48, rel=0.1)
        across, down = view.size_wh[0] / view.width_px, view.size_wh[1] / view.height_px
        assert across == pytest.approx(down, rel=0.05) and view.size_wh[0] % 2 == view.size_wh[1] % 2 == 0

    def test_never_enlarges_and_stays_within_what_is_shown(self) -> None:
        view = working_view(self.seen((160, 90), (70, 40, 100, 90)), 1000, (4.0, 3.0, 150.0, 88.0))
        assert view.size_wh[0] <= view.width_px + 1 and view.size_wh[1] <= view.height_px + 1
        assert view.left_px >= 4 and view.top_px >= 3 and view.top_px + view.height_px <= 88

    def test_of_nobody_is_the_frame(self) -> None:
        assert working_view(Extent((64, 32)), 512).width_px == 64


class TestAlpha:
    SIZE = 96

    def mixed(self, contrast: bool = True) -> tuple[np.ndarray, ...]:
        """A dark head with a strand before a grey wall: picture, exact alpha, a network's blurred idea of it."""
        from scipy.ndimage import gaussian_filter

        y, x = np.mgrid[: self.SIZE, : self.SIZE] + 0.5
        alpha = np.clip(0.5 + 24 - np.hypot(x - 48, y - 60), 0, 1)
        alpha = np.maximum(alpha, np.clip(1 - abs(x - 60), 0, 1) * (y > 34) * (y < 60) * 0.8)
        wall, head = np.array([150.0, 155, 160]), np.array([60.0, 40, 30]) if contrast else np.array([150.0, 156, 161])
        image = alpha[..., None] * head + (1 - alpha[..., None]) * wall
        soft = np.where(np.hypot(x - 48, y - 60) < 40, gaussian_filter((alpha > 0.9).astype(float), 2.0), 0)
        to = lambda array: array.round().clip(0, 255).astype(np.uint8)  # noqa: E731
        plate = np.broadcast_to(to(wall), (self.SIZE, self.SIZE, 3)).copy()
        return to(image), alpha * 255, to(soft * 255), plate

    def test_a_known_background_makes_it_sharp(self) -> None:
        image, exact, soft, plate = self.mixed()
        seen = np.ones(soft.shape, bool)
        found = sharpened_alpha(image, soft, plate, seen)
        before, after = (np.abs(a.astype(float) - exact).mean() for a in (soft, found))
        assert after < 0.5 * before
        assert found[35, 60] > 90 > soft[35, 60] + 60  # half of a strand
        brighter = np.clip(image * 1.1, 0, 255).astype(np.uint8)  # another exposure is no person
        assert np.abs(sharpened_alpha(brighter, soft, plate, seen).astype(float) - found).mean() < 3

    def test_the_networks_word_stays_where_colours_or_the_plate_say_nothing(self) -> None:
        image, _, soft, plate = self.mixed(contrast=False)
        found = sharpened_alpha(image, soft, plate, np.ones(soft.shape, bool))
        assert np.abs(found.astype(int) - soft).max() <= 2
        image, _, soft, plate = self.mixed()
        assert (sharpened_alpha(image, soft, plate, np.zeros(soft.shape, bool)) == soft).all()
        nobody = np.zeros_like(soft)
        assert (sharpened_alpha(image, nobody, plate, np.ones(soft.shape, bool)) == 0).all()

    def test_a_new_background_in_training_is_an_exact_composite(self) -> None:
        chance = torch.Generator().manual_seed(0)
        person, plate = torch.rand(2, 8, 8, 3, generator=chance), torch.rand(8, 8, 3, generator=chance)
        matte, colours = torch.rand(2, 8, 8, generator=chance), torch.tensor([[1.0, 0, 0.5], [0, 1, 0]])
        gain = torch.tensor([1.0, 0.9]).view(2, 1, 1, 1)
        a = matte[..., None]
        batch = Batch((a * person + (1 - a) * plate) * gain, matte, plate, torch.eye(3), (8, 8), gain)
        after = batch.before(colours, torch.tensor([True, False]))
        wanted = a[0] * person[0] + (1 - a[0]) * colours[0]
        torch.testing.assert_close(after.image[0], wanted, atol=1e-6, rtol=0)
        torch.testing.assert_close(after.image[1], batch.image[1], atol=1e-6, rtol=0)
        torch.testing.assert_close(after.behind(2)[0], colours[0].expand(8, 8, 3))
        torch.testing.assert_close(after.behind(2)[1], plate)


class TestWhatNobodySaw:
    def test_hair_is_as_thick_as_the_outline_lets_it_be(self) -> None:
        """A cap of 12 mm of hair on the bust, seen from five sides."""
        rig, camera = load_bust(), Camera((520.0, 520.0), (128.0, 140.0), (256, 256))
        posed, mattes = [], []
        for yaw in (-0.4, -0.2, 0.0, 0.2, 0.4):
            head = rigid(FRONTAL[:3, :3] @ rotation_from_axis_angle(torch.tensor([0.0, yaw, 0.0])), FRONTAL[:3, 3])
            vertices = pose_vertices(rig, rig.template, RigCode.at_rest(rig.num_expressions, head))
            normals = torch.as_tensor(vertex_normals(vertices.double().numpy(), rig.faces.numpy())).float()
            grown = vertices + 0.012 * normals * rig.regions["scalp"][:, None]
            pixels = rasterize_mesh(camera.project(grown).numpy(), grown[:, 2].numpy(), rig.faces.numpy(), (256, 256))
            posed.append(vertices)
            mattes.append(np.where(pixels.triangle >= 0, np.uint8(255), np.uint8(0)))
        found = hair_thickness(rig, posed, mattes, camera)
        assert not found[~rig.regions["scalp"]].any()
        top = rig.regions["scalp"] & (rig.template[:, 1] > 0.08)  # limited by the outline in some frame
        assert found[top].median() == pytest.approx(0.012, abs=0.003)
        assert found[rig.regions["scalp"]].max() < 0.02

    def test_a_rig_without_a_scalp_has_no_hair(self) -> None:
        rig = load_bust()
        bald = replace(rig, regions={name: mask for name, mask in rig.regions.items() if name != "scalp"})
        assert not hair_thickness(bald, [rig.template], [np.zeros((8, 8), np.uint8)], CAMERA).any()

    def test_depth_is_held_and_the_rest_is_free(self, avatar: Avatar) -> None:
        import copy

        model = copy.deepcopy(avatar.model)
        head = FRONTAL[None].expand(1, 4, 4)
        vertices = pose_vertices(avatar.rig, avatar.neutral, RigCode.at_rest(avatar.rig.num_expressions, head))[0]
        held = Held(model, vertices)
        before = model.base.detach().clone()
        place, units = SLICES["position_m"], model.base_units[SLICES["position_m"]]
        across = torch.linalg.cross(held.view, torch.tensor([0.3, 0.5, 0.8]).expand_as(held.view))
        with torch.no_grad():
            model.base[:, place] += (0.004 * held.view + 0.002 * across) / units
        held.hold(1.0)
        moved = (model.base - before)[:, place] * units
        torch.testing.assert_close(moved, 0.002 * across, atol=1e-5, rtol=1e-3)
        with torch.no_grad():
            scale = SLICES["log_scale"]
            model.base[:, SLICES["rotation"]] = torch.tensor([1.0, 0, 0, 0]) / model.base_units[SLICES["rotation"]]
            model.base[:, scale] = (torch.tensor([-6.0, -6.0, -6.0])) / model.base_units[scale]
            steep = held.view[:, 2].abs() > 0.999
            model.base[steep, scale.stop - 1] = -4.5 / model.base_units[scale.stop - 1]
        held.hold(0.0)
        after = model.base[:, scale] * model.base_units[scale]
        assert steep.any() and (after[steep, 2] < -5.3).all()  # no deeper than one and a half times as wide
        torch.testing.assert_close(after[steep, :2], torch.full((int(steep.sum()), 2), -6.0), atol=0.1, rtol=0)
        torch.testing.assert_close(after[~steep], torch.full_like(after[~steep], -6.0), atol=1e-4, rtol=0)

    def test_the_far_side_is_closed_and_the_frames_stay(self, tiny_run: TinyRun, avatar: Avatar, own: Motion) -> None:
        store = FrameStore.open(tiny_run.folder / "frames")
        source = FrameSource(store, avatar.plate, avatar.camera, "cpu")
        seen = sightings(avatar.rig, avatar.neutral, own, np.arange(len(own.modes)), source)
        rig, model = avatar.rig, avatar.model
        scalp = rig.regions["scalp"][rig.faces].all(1)
        back = rig.template[rig.faces].mean(1)[:, 2] < -0.12
        assert (seen.hidden & back & scalp).any() and not (seen.hidden & ~scalp).any()
        assert rig.template[rig.faces[seen.hidden]].mean(1)[:, 2].mean() < -0.1
        larger = closed(model, rig, avatar.neutral, seen, source.camera, avatar.config, seed=3)
        added = slice(model.num_head, larger.num_head)
        count = larger.num_head - model.num_head
        assert count > 20 and len(larger.base) == len(model.base) + count
        assert not larger.bases[0].view(len(larger.bases[0]), -1, 14)[:, added].any()
        kept = torch.cat([larger.base[: model.num_head], larger.base[larger.num_head :]])
        torch.testing.assert_close(kept, model.base)
        again = closed(model, rig, avatar.neutral, seen, source.camera, avatar.config, seed=3)
        assert torch.equal(again.base, larger.base)
        rows = own.rows(torch.arange(0, len(own.modes), 6))
        filmed, after = avatar.render(rows), replace(avatar, model=larger).render(rows)
        assert (filmed - after).abs().mean() < 0.002
        nothing = replace(seen, hidden=torch.zeros_like(seen.hidden))
        assert closed(model, rig, avatar.neutral, nothing, source.camera, avatar.config, seed=3) is model
        narrow = [replace(one, matte=np.zeros_like(one.matte)) for one in seen.frames]
        nobody = replace(seen, frames=tuple(narrow))
        assert closed(model, rig, avatar.neutral, nobody, source.camera, avatar.config, seed=3) is model

    def test_soft_limits(self) -> None:
        low, high = torch.tensor([-1.0, 0.0]), torch.tensor([1.0, 0.0])
        inside = torch.tensor([[-1.0, 0.0], [0.3, 0.0], [1.0, 0.0]])
        assert torch.equal(softly_within(inside, low, high), inside)
        beyond = softly_within(torch.tensor([[1.05, 5.0], [1.5, 0.0], [90.0, -7.0]]), low, high)
        assert 1.0 < beyond[0, 0] < beyond[1, 0] <= beyond[2, 0] <= 1 + 2 * MARGIN + 1e-5
        assert beyond[:, 1].abs().max() < 1e-4

    def test_what_goes_beyond_is_told(self, tiny_run: TinyRun, avatar: Avatar, own: Motion) -> None:
        names = avatar.rig.expression_names
        trained = own.rows(torch.arange(10))
        assert extrapolation(avatar, trained, names).severe == 0
        turn = rigid(rotation_from_axis_angle(torch.tensor([0.0, 1.0, 0.0])), torch.zeros(3))
        code = replace(trained.code, camera_from_head=trained.code.camera_from_head @ turn)
        told = extrapolation(avatar, replace(trained, code=code), names)
        assert told.within == 0 and told.severe == 1 and told.frames == 10
        yaw = next(one for one in told.quantities if one.name == "head yaw")
        assert yaw.unit == "degrees" and yaw.share == 1
        assert max(abs(yaw.asked[0] - yaw.filmed[0]), abs(yaw.asked[1] - yaw.filmed[1])) == pytest.approx(57.3, abs=12)
        opened = trained.code.expression.clone()
        opened[:, names.index("jawOpen")] += 0.7
        told = extrapolation(avatar, replace(trained, code=replace(trained.code, expression=opened)), names)
        assert told.quantities[0].name == "jawOpen"


class TestRender:
    def test_what_nobody_crosses_is_the_plates_own_bytes(
        self, tiny_run: TinyRun, avatar: Avatar, tmp_path: Path
    ) -> None:
        out = tmp_path / "own.mkv"
        assert cli.main(["render", str(tiny_run.folder), "-o", str(out), "--device", "cpu", "--frames", "0:6"]) == 0
        assert probe(out).size_wh == avatar.frame_wh == probe(tiny_run.clip).size_wh
        ever = np.max([matte for matte in read_grey(tiny_run.folder / "mattes.mkv")], 0)
        from scipy.ndimage import maximum_filter

        free = maximum_filter(ever, 41) == 0
        assert free.mean() > 0.05
        for frame in read_frames(out):
            assert (frame.image[free] == avatar.plate[free]).all()

    def test_a_larger_picture_over_a_colour(self, tiny_run: TinyRun, tmp_path: Path, capsys) -> None:
        out = tmp_path / "green.mkv"
        arguments = ["--background", "#00ff00", "--max-side", "200", "--frames", "3:5", "--device", "cpu", "--json"]
        assert cli.main(["render", str(tiny_run.folder), "-o", str(out), *arguments]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["size_wh"] == [200, 200] and said["frames"] == 2 and "quantities" in said["extrapolation"]
        image = next(iter(read_frames(out))).image
        assert (image[:4, :4] == [0, 255, 0]).all() and (image[110, 100] != [0, 255, 0]).any()

    def test_transparent_frames_and_their_composite_agree(
        self, tiny_run: TinyRun, avatar: Avatar, tmp_path: Path
    ) -> None:
        folder = str(tiny_run.folder)
        common = ["--frames", "2:3", "--device", "cpu", "--mute"]
        clear = ["render", folder, "-o", str(tmp_path / "clear"), "--background", "transparent", *common]
        black = ["render", folder, "-o", str(tmp_path / "black"), "--background", "black", *common]
        assert cli.main(clear) == cli.main(black) == 0
        rgba = np.array(Image.open(tmp_path / "clear" / "00000.png")).astype(float)
        rgb = np.array(Image.open(tmp_path / "black" / "00000.png")).astype(float)
        assert rgba.shape[2] == 4 and rgba[..., 3].max() == 255 and rgba[..., 3].min() == 0
        assert np.abs(rgba[..., :3] * rgba[..., 3:] / 255 - rgb[..., :3]).mean() < 0.6

    def test_the_plate_shows_where_it_is_a_guess(self, tiny_run: TinyRun) -> None:
        plate = np.array(Image.open(tiny_run.folder / "plate.png"))
        assert plate.shape[2] == 4 and set(np.unique(plate[..., 3])) == {0, 255}
        middle = plate.shape[0] // 2
        assert plate[middle + 10, middle, 3] == 0 and plate[2, 2, 3] == 255

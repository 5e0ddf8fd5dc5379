"""Other systems' trackings in, runs out, and back: verified, refused by name, exact."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from scipy.spatial import ConvexHull

from conftest import FPS, SECONDS, TinyRun, tiny_config
from flame_model import write_flame
from flame_subject import fit_of, with_images
from formats_made import assert_same_fit
from lifemask.avatar.avatar import Avatar
from lifemask.cli import main as cli
from lifemask.errors import ConfigError, FileMissingError, FormatError, OutputExistsError
from lifemask.formats import arkit, flame_head_tracker, flashavatar, masks, metrical_tracker, nerf_json, vhap
from lifemask.formats.flame_sequence import Extra, FlameSequence
from lifemask.formats.masks import LABELS
from lifemask.formats.torch_zip import read_torch_zip, write_torch_zip
from lifemask.formats.tracker_files import TrackerCrop, write_crop
from lifemask.media.video import probe, read_frames, read_grey
from lifemask.perception.onnx_models import PARSER_SIDE_PX, parser_crop
from lifemask.perception.regions import polygon_mask
from lifemask.perception.rig_source import load_flame
from lifemask.pipeline.create import go_on
from lifemask.pipeline.exports import EXPORTS, arkit_motion, export_run
from lifemask.pipeline.imported import Imported
from lifemask.pipeline.imports import READERS, ImportOptions, import_run
from lifemask.pipeline.imports_file import load_sequence, save_sequence
from lifemask.pipeline.imports_flame import claim_of, root_joint_m
from lifemask.pipeline.imports_motion import import_motion
from lifemask.pipeline.replay import replay
from lifemask.pipeline.stages.mattes import PARSING
from lifemask.progress import NULL_PROGRESS
from lifemask.rig.landmark_sets import OUTER_LIPS
from lifemask.rig.skinning import pose_vertices
from lifemask.synthetic import load_truth, render_clip
from lifemask.tracking.build import neutral_of
from lifemask.tracking.record import Tracking
from lifemask.tracking.verify import ImportRefusedError, Verdict
from lifemask.tracking.verify_labels import NOSE
from onnx_graphs import write_fixed_parser, write_rvm

SIZE = 256


@dataclass(frozen=True)
class Material:
    """The subject's clip with its exact FLAME fit, whose images are PNG files, and the FLAME model's folder."""

    clip: Path
    fit: FlameSequence
    flame: Path


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    folder = tmp_path_factory.mktemp("flame-subject")
    render_clip(folder / "clip.mp4", seconds=SECONDS, fps=FPS, size=SIZE)
    write_flame(folder / "flame")
    return Material(
        folder / "clip.mp4",
        with_images(fit_of(folder / "clip.mp4"), folder / "clip.mp4", folder / "images"),
        folder / "flame",
    )


@pytest.fixture(scope="module")
def frames_folder(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of metrical-tracker, with an entry that nobody knows."""
    folder = tmp_path_factory.mktemp("tracker") / "output"
    metrical_tracker.write(material.fit, folder)
    for row, file in enumerate(sorted((folder / "checkpoint").glob("*.frame"))):
        content = read_torch_zip(file)
        content["mood"] = np.float32([row / 7])
        write_torch_zip(file, content)
    return folder


@pytest.fixture(scope="module")
def imported_run(material: Material, frames_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of ``frames_folder`` that nobody may write into."""
    folder = tmp_path_factory.mktemp("imported") / "run"
    import_run(frames_folder, folder, ImportOptions(rig=material.flame))
    return folder


@pytest.fixture(scope="module")
def trained_run(imported_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, evaluated."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    shutil.copytree(imported_run, folder)
    go_on(folder, device="cpu", until="evaluation", config=tiny_config())
    return folder


def test_the_fit_of_the_subject_is_one(material: Material) -> None:
    model, rig = load_flame(material.flame)
    apart = claim_of(material.fit, model, rig).project() - load_truth(material.clip).landmarks_px
    # The landmarks' embedding (1 mm), the offset that no basis knows (1.2 mm), a jaw of another kind: 640 px a metre.
    assert np.median(np.linalg.norm(apart, axis=-1)) < 1.0


WRITERS: dict[str, Callable[[FlameSequence, Path], Path]] = {
    metrical_tracker.NAME: lambda fit, folder: metrical_tracker.write(fit, folder) or folder,
    vhap.NAME: lambda fit, folder: vhap.write(fit, folder) or folder,
    flame_head_tracker.NAME: lambda fit, folder: flame_head_tracker.write(fit, folder) or folder,
    flashavatar.NAME: lambda fit, folder: flashavatar.write(fit, folder, "ann") or folder / "dataset" / "ann",
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_becomes_a_run(name: str, material: Material, tmp_path: Path) -> None:
    source = WRITERS[name](material.fit, tmp_path / "source")
    verdicts: list[Verdict] = []
    done = import_run(source, tmp_path / "run", ImportOptions(format=name, rig=material.flame), tell=verdicts.append)
    assert done.frames == len(material.fit) and done.format == name
    assert done.verdict.passed and verdicts == [done.verdict]
    assert all(check.passed for check in done.verdict.checks)  # the clip moves enough for every one
    imported = Imported.open(tmp_path / "run" / "import")
    assert_same_fit(imported.sequence(), read_again(source, name))
    assert imported.about["format"] == name and not list(tmp_path.glob(".run*"))
    images = list(read_frames(tmp_path / "run" / "import" / "video.mkv"))
    first = np.asarray(Image.open(material.fit.image_path[0]))  # type: ignore[arg-type]
    if name != flashavatar.NAME:  # which keeps JPEG
        np.testing.assert_array_equal(images[0].image, first)


def read_again(source: Path, name: str) -> FlameSequence:
    return READERS[name](source, NULL_PROGRESS)


def test_an_imported_run_is_trained_rendered_and_scored(trained_run: Path, material: Material, tmp_path: Path) -> None:
    record = json.loads((trained_run / "run.json").read_text())
    assert record["config"]["rig"] == str(material.flame) and record["input"]["path"] == "import/video.mkv"
    assert record["metrics"]["evaluation"]["as_tracked"]["whole"]["psnr_db"] > 20  # 60 pictures; a grey frame has 12
    tracking, truth = Tracking.load(trained_run / "tracking.safetensors"), load_truth(material.clip)
    assert tracking.jaw is not None and tracking.jaw[:, 0].max() > 0.05
    lips = np.abs(tracking.lip_aperture_m - truth.lip_aperture_m[tracking.frame_index])
    assert lips.mean() < 0.003  # the jaw is a joint here, and lips of 60 identities agree to their basis
    rendered = replay(trained_run, tmp_path / "out.mp4", device="cpu", frames="0:4")
    assert rendered.video.frames == 4 and probe(tmp_path / "out.mp4").num_frames == 4


def test_a_run_goes_on_where_it_is_moved_to(trained_run: Path, tmp_path: Path) -> None:
    shutil.copytree(trained_run, tmp_path / "elsewhere")
    before = (tmp_path / "elsewhere" / "avatar.safetensors").stat().st_mtime_ns
    go_on(tmp_path / "elsewhere", device="cpu", until="evaluation")
    assert (tmp_path / "elsewhere" / "avatar.safetensors").stat().st_mtime_ns == before


def test_train_takes_the_folder_of_a_run(trained_run: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copytree(trained_run, tmp_path / "run")
    config = ["--resolution", "64", "--device", "cpu", "--training.images", "8", "--training.avatar.gaussians", "1000"]
    assert cli.main(["train", str(tmp_path / "run"), *config, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["metrics"]["training"]["images"] == 8
    assert cli.main(["train", str(trained_run.parent / "no-such.mp4")]) == ConfigError.exit_code
    assert "Add -o FOLDER" in capsys.readouterr().err
    assert cli.main(["train", str(trained_run), "-o", str(tmp_path / "other")]) == ConfigError.exit_code
    assert "Leave -o out" in capsys.readouterr().err


def test_create_takes_the_folder_of_a_run(
    imported_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(imported_run, tmp_path / "run")
    config = ["--resolution", "64", "--device", "cpu", "--training.images", "8", "--training.avatar.gaussians", "1000"]
    assert cli.main(["create", str(tmp_path / "run"), *config, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Path(told["report"]).exists() and told["metrics"]["tracking"]["tracked"] == 52


def test_an_avatar_needs_the_flame_file_it_was_made_on(
    trained_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    avatar = Avatar.load(trained_run)
    assert avatar.rig.has_jaw and avatar.rig_file is not None
    assert not list(trained_run.rglob("*.pkl"))  # FLAME is never copied
    monkeypatch.setenv("LIFEMASK_FLAME", str(tmp_path / "gone"))
    with pytest.raises(FileMissingError, match="no FLAME model"):
        Avatar.load(trained_run)


def test_the_tracking_is_the_import(trained_run: Path, material: Material) -> None:
    model, rig = load_flame(material.flame)
    tracking = Tracking.load(trained_run / "tracking.safetensors")
    claim = claim_of(material.fit, model, rig)
    vertices = pose_vertices(rig, neutral_of(tracking, rig), tracking.code(slice(None)))
    pixels = tracking.camera.project(rig.landmarks(vertices)).numpy()
    # float32 poses at a metre: 1e-7 m times 600 px focal length, and the jaw's axis-angle
    np.testing.assert_allclose(pixels, claim.project()[tracking.frame_index], atol=5e-3)


@pytest.mark.parametrize("name", [metrical_tracker.NAME, vhap.NAME, flame_head_tracker.NAME, nerf_json.NAME])
def test_an_export_gives_the_import_back(name: str, imported_run: Path, frames_folder: Path, tmp_path: Path) -> None:
    assert export_run(imported_run, name, tmp_path / "out") == len(Imported.open(imported_run / "import").video_frame)
    if name in (metrical_tracker.NAME, nerf_json.NAME):
        files = sorted((frames_folder / "checkpoint").glob("*.frame"))
        again = [read_torch_zip(tmp_path / "out" / "checkpoint" / file.name) for file in files]
        for file, content in zip(files, again, strict=True):
            assert_same_content(read_torch_zip(file), content)
    else:
        assert_same_fit(read_again(tmp_path / "out", name), Imported.open(imported_run / "import").sequence())


def assert_same_content(one: object, other: object) -> None:
    if isinstance(one, dict) and isinstance(other, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_same_content(one[key], other[key])
    else:
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))


def test_images_that_are_gone_come_from_the_run(imported_run: Path, material: Material, tmp_path: Path) -> None:
    shutil.copytree(imported_run, tmp_path / "run")
    kept = tmp_path / "run" / "import" / "imported.safetensors"
    sequence = load_sequence(kept)
    save_sequence(replace(sequence, image_path=tuple(tmp_path / "gone.png" for _ in sequence.frame_id)), kept)
    export_run(tmp_path / "run", vhap.NAME, tmp_path / "out")
    written = np.asarray(Image.open(tmp_path / "out" / "images" / "00003_00.png"))
    np.testing.assert_array_equal(written, np.asarray(Image.open(material.fit.image_path[3])))  # type: ignore[arg-type]


def test_flashavatar_gets_masks_from_the_rig(trained_run: Path, material: Material, tmp_path: Path) -> None:
    export_run(trained_run, flashavatar.NAME, tmp_path / "out")
    data = tmp_path / "out" / "dataset" / trained_run.name
    again = flashavatar.read(data)
    assert len(again) == len(material.fit) and None not in again.alpha_path
    points = load_truth(material.clip).landmarks_px[7]
    mouth = masks.read_matte(data / "parsing" / "00008_mouth.png") > 0.5  # frame 7 is image 8
    centre = np.argwhere(mouth).mean(0)[::-1] + 0.5
    assert np.linalg.norm(centre - points[list(OUTER_LIPS)].mean(0)) < 3  # pixels of 256
    head = masks.read_matte(data / "parsing" / "00008_neckhead.png") > 0.5
    assert head[mouth].all() and not head[-5:].any()  # the shirt is no head


def test_regions_and_mattes_as_pictures(trained_run: Path, tmp_path: Path) -> None:
    assert export_run(trained_run, "parsing", tmp_path / "parsing") == 52
    labels = masks.read_labels(tmp_path / "parsing" / "00000.png")
    assert {LABELS[k] for k in np.unique(labels)} >= {"background", "skin", "nose", "mouth", "neck", "cloth", "hair"}
    assert export_run(trained_run, "mattes", tmp_path / "mattes") == 52
    matte = masks.read_matte(tmp_path / "mattes" / "00000.png")
    assert ((matte > 0.5) == (labels > 0)).mean() > 0.99


def test_the_bust_speaks_arkit(tiny_run: TinyRun, tmp_path: Path) -> None:
    for name, read in ((arkit.NAME_CSV, arkit.read_csv), (arkit.NAME_JSON, arkit.read_json_motion)):
        out = tmp_path / f"motion.{name[-4:].strip('-')}"
        tracking = Tracking.load(tiny_run.folder / "refined.safetensors")
        assert export_run(tiny_run.folder, name, out) == len(tracking)
        motion = read(out)
        blink = motion.names.index("eyeBlinkLeft")
        ours = tracking.expression[:, tracking.expression_names.index("eyeBlinkLeft")]
        np.testing.assert_allclose(motion.weights[:, blink], ours, atol=1e-6)  # float32 in text
        # Live Link Face's head looks into the camera at rest; ours is diag(1, -1, -1) there
        turned = np.diag([1.0, -1.0, -1.0]) @ motion.head_rotation()
        np.testing.assert_allclose(turned, tracking.camera_from_head[:, :3, :3], atol=1e-5)
        with pytest.raises(OutputExistsError, match="Add --force"):
            export_run(tiny_run.folder, name, out)
        export_run(tiny_run.folder, name, out, force=True)
        assert import_motion(out, tmp_path / f"{name}.safetensors", name) == len(tracking)


def test_the_bust_has_no_flame_parameters(tiny_run: TinyRun, trained_run: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="built-in bust: it has no FLAME parameters"):
        export_run(tiny_run.folder, metrical_tracker.NAME, tmp_path / "out")
    with pytest.raises(ConfigError, match="its expressions are not ARKit's"):
        export_run(trained_run, arkit.NAME_CSV, tmp_path / "out.csv")
    with pytest.raises(ConfigError, match="no format 'fbx' to write"):
        export_run(trained_run, "fbx", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(imported_run: Path, frames_folder: Path, material: Material, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").write_text("text")
    for act in (
        lambda: export_run(imported_run, vhap.NAME, out),
        lambda: import_run(frames_folder, out, ImportOptions(rig=material.flame)),
    ):
        with pytest.raises(OutputExistsError, match="exists"):
            act()
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "thesis.tex"]
    export_run(imported_run, vhap.NAME, out, force=True)
    assert not (out / "thesis.tex").exists() and (out / "transforms.json").exists()


def wrong_pose(fit: FlameSequence) -> FlameSequence:
    """Camera-to-world matrices in OpenGL's axes where world-to-camera ones belong."""
    pose = np.linalg.inv(fit.camera_from_world)
    pose[:, :3, 1:3] *= -1
    return replace(fit, camera_from_world=pose)


REFUSED: dict[str, tuple[Callable[[FlameSequence], FlameSequence], str, list[str]]] = {
    "camera to world": (wrong_pose, "camera-to-world-opengl", ["--convention", "camera-to-world-opengl"]),
    "transposed jaw": (
        lambda fit: replace(fit, jaw=fit.jaw.transpose(0, 2, 1)),
        "joint-columns-6d",
        ["--convention", "joint-columns-6d"],
    ),
    "a frame late": (
        lambda fit: replace(fit, image_path=(fit.image_path[0], *fit.image_path[:-1])),
        "frame-offset",
        ["--frame-offset", "1"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_mistake_is_refused_and_its_option_takes_it_back(
    name: str, material: Material, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage, cause, options = REFUSED[name]
    metrical_tracker.write(damage(material.fit), tmp_path / "fit")
    arguments = ["import", str(tmp_path / "fit"), "-o", str(tmp_path / "run"), "--rig", str(material.flame)]
    assert cli.main(arguments) == ImportRefusedError.exit_code == 24
    said = capsys.readouterr()
    assert "FAILS" in said.out and f"[{cause}]" in said.err and " ".join(options) in said.err
    assert not (tmp_path / "run").exists() and not list(tmp_path.glob(".run*"))
    assert cli.main([*arguments, "--json"]) == 24
    told = json.loads(capsys.readouterr().out)
    assert told["error"]["kind"] == "ImportRefusedError" and told["verdict"]["causes"][0]["name"] == cause
    assert cli.main([*arguments, *options, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"]["passed"] and told["frames"] >= len(material.fit) - 1


def in_degrees(folder: Path) -> None:
    for file in (folder / "flame_param").glob("*.npz"):
        with np.load(file) as content:
            turned = {name: content[name] for name in content.files}
        for name in ("rotation", "neck_pose", "jaw_pose", "eyes_pose"):
            turned[name] = np.degrees(turned[name])
        np.savez(file, **turned)


def in_millimetres(folder: Path) -> None:
    for file in (folder / "flame_param").glob("*.npz"):
        with np.load(file) as content:
            moved = {name: content[name] for name in content.files}
        np.savez(file, **(moved | {"translation": 1e3 * moved["translation"]}))


@pytest.mark.parametrize(("damage", "cause"), [(in_degrees, "joint-degrees"), (in_millimetres, "root-millimetres")])
def test_units_of_a_moving_root_are_named(
    damage: Callable[[Path], None], cause: str, material: Material, tmp_path: Path
) -> None:
    pose = np.tile(np.eye(4), (len(material.fit), 1, 1))
    pose[:, :3, :3], pose[:, 2, 3] = np.diag([1.0, -1.0, -1.0]), 1.0
    # All of the motion in the root, under a camera that stands still, as VHAP has it.
    moved = np.linalg.inv(pose) @ material.fit.camera_from_world
    model, _ = load_flame(material.flame)
    joint = root_joint_m(material.fit, model)
    shift = moved[:, :3, 3] - (joint - moved[:, :3, :3] @ joint)
    fit = replace(material.fit, root=moved[:, :3, :3], root_translation_m=shift, camera_from_world=pose)
    vhap.write(fit, tmp_path / "fit")
    options = ImportOptions(rig=material.flame)
    import_run(tmp_path / "fit", tmp_path / "run", options)
    export_run(tmp_path / "run", metrical_tracker.NAME, tmp_path / "frames")  # which has no root: it goes to the camera
    again = metrical_tracker.read(tmp_path / "frames")
    # float32 vectors and translations in VHAP's files, at a metre
    np.testing.assert_allclose(again.camera_from_world, material.fit.camera_from_world, atol=2e-6)
    damage(tmp_path / "fit")
    with pytest.raises(ImportRefusedError, match=cause):
        import_run(tmp_path / "fit", tmp_path / "wrong", options)
    done = import_run(tmp_path / "fit", tmp_path / "mended", replace(options, conventions=(cause,)))
    assert done.verdict.passed


def test_images_before_the_crop(material: Material, tmp_path: Path) -> None:
    crop = TrackerCrop(40, 220, 20, 200, (128, 128))
    inverse = np.linalg.inv(crop.original_from_tracker)
    fit = replace(material.fit, intrinsics=inverse @ material.fit.intrinsics, size_wh=(128, 128), image_path=())
    metrical_tracker.write(fit, tmp_path / "fit")
    write_crop(tmp_path / "bbox.pt", crop)
    options = ImportOptions(rig=material.flame, images=material.clip)
    with pytest.raises(ImportRefusedError, match="image size: 128 x 128"):
        import_run(tmp_path / "fit", tmp_path / "run", options)
    assert import_run(tmp_path / "fit", tmp_path / "run", replace(options, crop=tmp_path / "bbox.pt")).verdict.passed


def test_images_may_be_a_video_or_a_folder(material: Material, tmp_path: Path) -> None:
    metrical_tracker.write(replace(material.fit, image_path=()), tmp_path / "fit")
    with pytest.raises(FileMissingError, match="comes without its images"):
        import_run(tmp_path / "fit", tmp_path / "run", ImportOptions(rig=material.flame))
    done = import_run(tmp_path / "fit", tmp_path / "run", ImportOptions(images=material.clip, rig=material.flame))
    assert done.frames == len(material.fit)
    assert json.loads((tmp_path / "run" / "run.json").read_text())["input"]["path"] == str(material.clip)
    folder = material.fit.image_path[0].parent  # type: ignore[union-attr]
    done = import_run(
        tmp_path / "fit", tmp_path / "two", ImportOptions(images=folder, rig=material.flame, frame_offset=0)
    )
    assert done.frames == len(material.fit)
    with pytest.raises(FormatError, match="Only 0 of the 52 frames"):
        import_run(
            tmp_path / "fit", tmp_path / "no", ImportOptions(images=folder, rig=material.flame, frame_offset=900)
        )


def test_without_flame_an_import_says_how_to_get_it(
    frames_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIFEMASK_FLAME", raising=False)
    with pytest.raises(FileMissingError, match="No FLAME model was given") as missing:
        import_run(frames_folder, tmp_path / "run")
    assert "flame.is.tue.mpg.de" in missing.value.fix and "--rig" in missing.value.fix


def test_imported_masks_are_checked_and_used(material: Material, tmp_path: Path) -> None:
    points = load_truth(material.clip).landmarks_px
    alpha = [tmp_path / "alpha" / f"{row:05d}.png" for row in range(len(points))]
    mouth = [tmp_path / "mouth" / f"{row:05d}.png" for row in range(len(points))]
    for row, (matte, mask) in enumerate(zip(alpha, mouth, strict=True)):
        masks.write_matte(matte, np.full((SIZE, SIZE), row / 255))
        masks.write_matte(mask, polygon_mask(points[row, list(OUTER_LIPS)], (SIZE, SIZE)).astype(np.float32))
    fit = replace(material.fit, alpha_path=tuple(alpha), mouth_mask_path=tuple(mouth))
    flashavatar.write(fit, tmp_path / "fa", "ann")
    data, options = tmp_path / "fa" / "dataset" / "ann", ImportOptions(rig=material.flame)
    done = import_run(data, tmp_path / "run", options)
    assert done.format == flashavatar.NAME and done.verdict.checks[-1].name == "mouth label"
    go_on(tmp_path / "run", device="cpu", until="mattes", config=tiny_config())
    stored = np.array([picture.mean() for picture in read_grey(tmp_path / "run" / "mattes.mkv")])
    np.testing.assert_allclose(stored, np.arange(len(points)), atol=1)  # alpha went through FlashAvatar's JPEG
    for row in range(len(points)):
        nose = points[row, list(NOSE)]
        mask = polygon_mask(nose[ConvexHull(nose).vertices], (SIZE, SIZE))
        masks.write_matte(data / "parsing" / f"{row + 1:05d}_mouth.png", mask.astype(np.float32))
    with pytest.raises(ImportRefusedError, match=r"lies on the nose.*10 is the nose"):
        import_run(data, tmp_path / "nose", options)


def parser_labels(clip: Path) -> np.ndarray:
    """What a parser sees in its crop of the subject: skin, nose and mouth where they are on average."""
    truth = load_truth(clip)
    crops = [parser_crop(points) for points in truth.landmarks_px]
    seen = np.stack([
        (points - (left, top)) * PARSER_SIDE_PX / side
        for points, (left, top, side) in zip(truth.landmarks_px, crops, strict=True)
    ]).mean(0)  # fmt: skip
    labels = np.zeros((PARSER_SIDE_PX, PARSER_SIDE_PX), int)
    for label, members in (("skin", range(468)), ("nose", NOSE), ("mouth", OUTER_LIPS)):
        outline = seen[list(members)]
        outline = outline[ConvexHull(outline).vertices]
        labels[polygon_mask(outline, (PARSER_SIDE_PX, PARSER_SIDE_PX))] = LABELS.index(label)
    return labels


def test_a_parser_is_believed_when_it_knows_a_mouth_from_a_nose(
    imported_run: Path, material: Material, tmp_path: Path
) -> None:
    labels = parser_labels(material.clip)
    shutil.copytree(imported_run, tmp_path / "run")
    good = write_fixed_parser(tmp_path / "good.onnx", labels)
    rvm = write_rvm(tmp_path / "rvm.onnx")
    config = tiny_config(parser="bisenet", parser_model=good, matte="rvm", matte_model=rvm)
    result = go_on(tmp_path / "run", device="cpu", until="evaluation", config=config)
    assert (tmp_path / "run" / PARSING).exists()
    assert result.metrics["evaluation"]["refined"]["regions"]["mouth"]["psnr_db"] is not None
    assert result.metrics["evaluation"]["refined"]["regions"]["eyes"]["psnr_db"] is None  # this parser sees none
    swapped = np.where(labels == 10, 11, np.where(labels == 11, 10, labels))
    bad = write_fixed_parser(tmp_path / "bad.onnx", swapped)
    with pytest.raises(ImportRefusedError, match="labelled as mouth lies on the nose"):
        go_on(tmp_path / "run", device="cpu", until="mattes", config=tiny_config(parser="bisenet", parser_model=bad))


def test_options_of_networks_come_in_pairs(tmp_path: Path) -> None:
    for options in ({"matte": "rvm"}, {"parser_model": tmp_path / "p.onnx"}):
        with pytest.raises(ConfigError, match="comes without"):
            tiny_config(**options)


def test_a_motion_becomes_a_file(tmp_path: Path, tiny_run: TinyRun, capsys: pytest.CaptureFixture[str]) -> None:
    motion = arkit_motion(Tracking.load(tiny_run.folder / "refined.safetensors"))
    arkit.write_csv(tmp_path / "take.csv", motion)
    assert cli.main(["import", str(tmp_path / "take.csv"), "-o", str(tmp_path / "take")]) == ConfigError.exit_code
    assert "take.safetensors" in capsys.readouterr().err
    assert cli.main(["import", str(tmp_path / "take.csv"), "-o", str(tmp_path / "m.safetensors"), "--fps", "25"]) == 0
    with safe_open(tmp_path / "m.safetensors", "np") as handle:
        names = (handle.metadata() or {})["expression_names"].split(",")
        assert handle.get_tensor("expression").shape == (len(motion.timestamp_s), len(names))
        np.testing.assert_allclose(handle.get_tensor("timestamp_s"), motion.timestamp_s, atol=2e-5)  # 1/1000 of a frame


def test_a_sequence_survives_its_file(tmp_path: Path, material: Material) -> None:
    extra = Extra(
        {"note": "text", "pair": (1, 2.5), "nested": {"array": np.arange(6, dtype=np.int16).reshape(2, 3)}},
        tuple({"light": np.float64([row]), "name": np.array(["a", "b"]), "one": np.float32(row)} for row in range(52)),
    )
    sequence = replace(material.fit, extra=extra, vertex_offset_m=np.ones((4, 3)))
    save_sequence(sequence, tmp_path / "s.safetensors")
    again = load_sequence(tmp_path / "s.safetensors")
    assert_same_fit(sequence, again)
    assert again.extra.clip["pair"] == (1, 2.5) and again.extra.clip["nested"]["array"].dtype == np.int16
    assert again.extra.frame[5]["one"] == np.float32(5) and again.extra.frame[5]["name"].tolist() == ["a", "b"]
    assert again.image_path == sequence.image_path and again.frame_id == sequence.frame_id
    (tmp_path / "s.safetensors").write_bytes(b"no")
    with pytest.raises(FormatError, match="cannot be read as safetensors"):
        load_sequence(tmp_path / "s.safetensors")


def test_every_export_has_a_name_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["export", "--help"])
    said = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert all(name in said for name in EXPORTS)


def test_tracking_keeps_the_jaw(tmp_path: Path, trained_run: Path) -> None:
    tracking = Tracking.load(trained_run / "refined.safetensors")
    tracking.save(tmp_path / "t.safetensors")
    again = Tracking.load(tmp_path / "t.safetensors")
    assert again.jaw is not None and tracking.jaw is not None
    np.testing.assert_array_equal(again.jaw, tracking.jaw)

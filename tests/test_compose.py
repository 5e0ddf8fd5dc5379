"""What stands behind the person: every kind of background, at its time, and the sums that put a picture over it."""

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from lifemask.compose import open_background, over, straight
from lifemask.compose import video_background as module
from lifemask.errors import ConfigError, FileMissingError, FormatError, NotAVideoError, TruncatedVideoError
from lifemask.media.video import VideoWriter

SIZE = (64, 48)
PLATE = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
RED, GREEN, BLUE = (230, 10, 20), (10, 220, 30), (15, 25, 240)


def opened(text, size_wh=SIZE, fps=25.0):
    return open_background(str(text) if text is not None else None, size_wh, PLATE, fps)


def bands(path: Path, *, upright: bool, **options) -> Path:
    """A picture of three bands of 30 x 30, red, green, blue: from top to bottom, or from left to right."""
    picture = np.repeat(np.array([RED, GREEN, BLUE], np.uint8), 30, 0)[:, None].repeat(30, 1)
    Image.fromarray(picture if upright else picture.swapaxes(0, 1).copy()).save(path, **options)
    return path


def numbered_video(path: Path, fps: float, count: int, size_wh=SIZE) -> Path:
    """A lossless video whose frame i is the grey 10 i."""
    with VideoWriter(path, fps, size_wh, codec="ffv1-rgb") as writer:
        for index in range(count):
            writer.write(np.full((size_wh[1], size_wh[0], 3), 10 * index, np.uint8))
    return path


class TestStill:
    def test_none_is_the_avatars_own_plate(self):
        background = opened(None)
        assert background.is_still and np.array_equal(background.at(3.0), PLATE)

    def test_transparent(self):
        background = opened("transparent")
        assert background.is_still and background.at(0.0) is None

    @pytest.mark.parametrize(
        ("text", "rgb"),
        [
            ("green", (0, 128, 0)),
            ("SkyBlue", (135, 206, 235)),
            ("#0f0", (0, 255, 0)),
            ("#00b140", (0, 177, 64)),
            (" rgb(1, 2, 3) ", (1, 2, 3)),
        ],
    )
    def test_colours(self, text, rgb):
        image = opened(text).at(0.0)
        assert image.shape == (48, 64, 3) and image.dtype == np.uint8 and (image == rgb).all()

    def test_a_colours_name_is_the_colour_whatever_lies_in_the_folder(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        bands(Path("green"), upright=True, format="png")
        assert (opened("green").at(0.0) == (0, 128, 0)).all()
        assert (opened("./green").at(0.0)[24] == GREEN).all()


class TestPicture:
    @pytest.mark.parametrize("upright", [True, False])
    @pytest.mark.parametrize("size_wh", [(64, 32), (32, 64), (17, 9), (300, 300)])
    def test_covers_the_frame_and_is_cut_in_the_middle(self, tmp_path, upright, size_wh):
        """Three bands of 30 x 30: the middle one fills a square, or a frame that lies along it."""
        image = opened(bands(tmp_path / "a.png", upright=upright), size_wh).at(0.0)
        width, height = size_wh
        assert image.shape == (height, width, 3)
        assert np.abs(image[height // 2, width // 2].astype(int) - GREEN).max() <= 1
        along, across = (height, width) if upright else (width, height)
        inside = along // 10
        first = image[inside, width // 2] if upright else image[height // 2, inside]
        # Longer than one band needs: the neighbours appear. 20: the edge is soft.
        assert np.abs(first.astype(int) - (RED if along > across else GREEN)).max() <= 20

    def test_is_antialiased(self, tmp_path):
        checks = (np.indices((192, 256)).sum(0) % 2 * 255).astype(np.uint8)
        Image.fromarray(checks).save(tmp_path / "checks.png")
        image = opened(tmp_path / "checks.png").at(0.0)
        assert np.abs(image[4:-4, 4:-4].astype(float) - 127.5).max() < 4

    def test_exif_rotation(self, tmp_path):
        exif = Image.Exif()
        exif[0x0112] = 6  # the top of the stored picture is the right of the shown one
        image = opened(bands(tmp_path / "phone.jpg", upright=True, exif=exif, quality=95), (90, 30)).at(0.0)
        assert np.abs(image[15, 80].astype(int) - RED).max() < 20
        assert np.abs(image[15, 10].astype(int) - BLUE).max() < 20

    def test_transparent_parts_are_black(self, tmp_path):
        picture = np.full((48, 64, 4), 200, np.uint8)
        picture[:, :32, 3] = 0
        Image.fromarray(picture).save(tmp_path / "logo.png")
        image = opened(tmp_path / "logo.png").at(0.0)
        assert (image[:, :32] == 0).all() and np.abs(image[:, 32:].astype(int) - 200 * 200 / 255).max() <= 1

    @pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "LA", "I;16"])
    def test_modes(self, tmp_path, mode):
        grey = np.full((48, 64), 255 if mode == "1" else 128, np.uint8)
        picture = Image.fromarray(grey.astype(np.uint16) * 257 if mode == "I;16" else grey)
        (picture if mode == "I;16" else picture.convert(mode)).save(tmp_path / "a.tif")
        assert np.abs(opened(tmp_path / "a.tif").at(0.0).astype(int) - int(grey[0, 0])).max() <= 3

    def test_colour_profile(self, tmp_path):
        """A profile whose red and green primaries are exchanged: what is stored as red is seen as green."""
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        swapped = profile.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")
        for name, icc, seen in [("swapped", swapped, GREEN), ("same", profile, RED), ("damaged", b"nonsense", RED)]:
            stored = Image.new("RGB", SIZE, (RED if name != "swapped" else (GREEN[1], GREEN[0], GREEN[2])))
            stored.save(tmp_path / f"{name}.png", icc_profile=icc)
            assert np.abs(opened(tmp_path / f"{name}.png").at(0.0)[5, 5].astype(int) - seen).max() <= 2


class TestVideo:
    @pytest.mark.parametrize(("own_fps", "fps"), [(10, 25), (25, 25), (30, 24), (60, 25)])
    def test_the_frame_of_the_outputs_time_and_again_from_the_beginning(self, tmp_path, own_fps, fps):
        count = 8
        background = opened(numbered_video(tmp_path / "a.mkv", own_fps, count), fps=fps)
        assert not background.is_still
        for index in range(3 * count * fps // own_fps):
            # In time's middle of the frame, where no tolerance matters.
            time_s = (index + 0.5) / fps
            position = time_s * own_fps % count
            if min(position % 1, 1 - position % 1) > 0.3:
                assert background.at(time_s)[5, 5, 0] == 10 * int(position)

    @pytest.mark.parametrize("fps", [23.976, 24, 29.97, 30, 60])
    def test_equal_rates_show_every_frame_once(self, tmp_path, fps):
        """Although Matroska rounds the times to milliseconds."""
        background = opened(numbered_video(tmp_path / "a.mkv", fps, 20), fps=fps)
        assert [background.at(index / fps)[0, 0, 0] // 10 for index in range(40)] == 2 * list(range(20))

    def test_times_that_begin_late_and_go_back(self, tmp_path):
        background = opened(numbered_video(tmp_path / "a.mkv", 10, 10))
        assert [background.at(t)[0, 0, 0] for t in (100.55, 0.35, 0.05, 0.95)] == [50, 30, 0, 90]

    def test_is_scaled_and_streamed(self, tmp_path, monkeypatch):
        taken = []

        def counted(path):
            for frame in real(path):
                taken.append(frame.index)
                yield frame

        real = module.read_frames
        monkeypatch.setattr(module, "read_frames", counted)
        background = opened(numbered_video(tmp_path / "a.mkv", 25, 20, (20, 90)), (40, 30))
        assert background.at(0.0).shape == (30, 40, 3)
        assert background.at(0.0) is background.at(0.01), "the same frame is scaled once"
        assert len(taken) <= 2

    def test_animated_gif_moves_and_a_still_one_does_not(self, tmp_path):
        frames = [Image.new("RGB", SIZE, colour) for colour in (RED, GREEN, BLUE)]
        frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:], duration=100, loop=0)
        frames[0].save(tmp_path / "still.gif")
        moving = opened(tmp_path / "moving.gif")
        for time_s, colour in [(0.05, RED), (0.15, GREEN), (0.25, BLUE), (0.35, RED)]:
            assert np.abs(moving.at(time_s)[5, 5].astype(int) - colour).max() < 10
        assert opened(tmp_path / "still.gif").is_still


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "kind", "says"),
        [
            ("gren", ConfigError, "green"),
            ("transparant", ConfigError, "transparent"),
            ("qqqqqq", ConfigError, "neither a colour nor a file"),
            ("", ConfigError, "neither"),
            ("#12345", ConfigError, "#rrggbb"),
            ("#00ff0080", ConfigError, "opaque"),
            ("https://example.org/a.png", ConfigError, "address"),
            ("beech.jpg", FileMissingError, "beach.jpg"),
            ("nowhere/a.mp4", FileMissingError, "does not exist"),
            (r"C:\me\a.png", FileMissingError, "separated by /"),
            ("bad\0name.png", FileMissingError, "does not exist"),
            ("n" * 5000, ConfigError, "neither"),
            (".", FormatError, "not a file"),
        ],
    )
    def test_texts(self, tmp_path, monkeypatch, text, kind, says):
        monkeypatch.chdir(tmp_path)
        bands(Path("beach.jpg"), upright=True)
        with pytest.raises(kind, match=says):
            opened(text)

    def test_files(self, tmp_path):
        whole = bands(tmp_path / "whole.png", upright=True).read_bytes()
        (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
        (tmp_path / "notes.txt").write_text("no picture\n" * 50)
        (tmp_path / "empty.jpg").write_bytes(b"")
        with wave.open(str(tmp_path / "voice.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(16000))
        numbered_video(tmp_path / "one.mkv", 25, 1)
        Image.fromarray(np.ones((48, 64), np.float32)).save(tmp_path / "depth.tif")
        film = numbered_video(tmp_path / "film.mkv", 25, 25, (128, 128)).read_bytes()
        (tmp_path / "half.mkv").write_bytes(film[: len(film) // 2])
        for name, kind, says in [
            ("cut.png", FormatError, "cannot be read"),
            ("notes.txt", NotAVideoError, "cannot be a background"),
            ("empty.jpg", NotAVideoError, "0 bytes"),
            ("voice.wav", NotAVideoError, "sound but no picture"),
            ("one.mkv", NotAVideoError, "single picture: it cannot be a background"),
            ("depth.tif", FormatError, "32 bits"),
            ("half.mkv", TruncatedVideoError, "half.mkv"),
        ]:
            with pytest.raises(kind, match=says) as error:
                opened(tmp_path / name)
            assert name in str(error.value)

    def test_a_plate_of_another_size(self):
        with pytest.raises(ConfigError, match="plate"):
            open_background(None, (64, 40), PLATE, 25)


def random_layer(seed: int, size_wh: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Premultiplied colour and an alpha that is 0 and 1 in many places."""
    generator = np.random.default_rng(seed)
    alpha = np.clip(generator.normal(0.5, 0.6, size_wh[::-1]), 0, 1).astype(np.float32)
    return generator.random((*alpha.shape, 3), np.float32) * alpha[..., None], alpha


class TestOver:
    def test_is_the_sum_that_it_says(self):
        colour, alpha = random_layer(1, SIZE)
        background = PLATE
        exact = 255.0 * colour + (1 - alpha[..., None].astype(np.float64)) * background
        result = over(colour, alpha, background)
        assert result.dtype == np.uint8
        assert np.abs(result - exact).max() <= 0.5001  # half a level, and float32's error
        assert (alpha == 0).sum() > 100 and np.array_equal(result[alpha == 0], background[alpha == 0])
        assert (alpha == 1).sum() > 100
        assert np.array_equal(result[alpha == 1], np.rint(colour[alpha == 1] * np.float32(255)))

    def test_a_transparent_pixel_keeps_the_background_whatever_its_colour(self):
        colour = np.ones((48, 64, 3), np.float32)
        assert np.array_equal(over(colour, np.zeros((48, 64), np.float32), PLATE), PLATE)

    def test_values_outside_the_range_are_cut(self):
        colour = np.array([[[-0.2, 0.5, 1.3]]], np.float32)
        assert over(colour, np.array([[1.2]], np.float32), np.full((1, 1, 3), 9, np.uint8)).tolist() == [
            [[0, 128, 255]]
        ]

    @pytest.mark.parametrize(
        ("colour", "alpha", "background"),
        [
            (np.zeros((48, 64, 3), np.float32), np.zeros((48, 63), np.float32), PLATE),
            (np.zeros((48, 63, 3), np.float32), np.zeros((48, 63), np.float32), PLATE),
            (np.zeros((48, 64, 3), np.float32), np.zeros((48, 64), np.float32), PLATE.astype(np.float32)),
            (np.zeros((48, 64, 3)), np.zeros((48, 64)), PLATE),
            (np.zeros((0, 64, 3), np.float32), np.zeros((0, 64), np.float32), PLATE[:0]),
        ],
    )
    def test_what_does_not_fit_is_refused(self, colour, alpha, background):
        with pytest.raises(ConfigError, match="expected"):
            over(colour, alpha, background)


class TestStraight:
    def test_gives_back_colour_and_opacity(self):
        colour, alpha = random_layer(2, SIZE)
        result = straight(colour, alpha)
        assert np.abs(result[..., 3] - 255 * alpha).max() <= 0.5001
        seen = alpha > 0.5 / 255
        assert np.abs(result[seen][:, :3] - 255 * colour[seen] / alpha[seen][:, None]).max() <= 0.51

    @settings(max_examples=30, deadline=None)
    @given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**31))
    def test_transparent_pixels_never_leave_the_range_of_the_colours_around(self, width, height, seed):
        colour, alpha = random_layer(seed, (width, height))
        colour = (0.4 + 0.3 * colour / np.maximum(alpha, 1e-6)[..., None]) * alpha[..., None]
        result = straight(colour.astype(np.float32), alpha)
        if (alpha >= 0.5 / 255).any():
            assert result[..., :3].min() >= 0.4 * 255 - 1 and result[..., :3].max() <= 0.7 * 255 + 1
        else:
            assert (result == 0).all()

    def test_one_colour_stays_one_colour(self):
        """So a player that scales colour and opacity apart draws no line around the person."""
        _, alpha = random_layer(3, (65, 47))
        alpha[:20] = 0
        result = straight(alpha[..., None] * np.array([0.8, 0.6, 0.4], np.float32), alpha)
        assert np.abs(result[..., :3].astype(int) - (204, 153, 102)).max() <= 1

    def test_the_nearer_colour_counts_more(self):
        colour, alpha = np.zeros((40, 100, 3), np.float32), np.zeros((40, 100), np.float32)
        alpha[:, :20] = alpha[:, 80:] = 1
        colour[:, :20, 0] = colour[:, 80:, 2] = 1
        result = straight(colour, alpha)[20].astype(int)
        assert result[20, 0] > 200 and result[79, 2] > 200
        assert (np.diff(result[19:81, 0]) <= 0).all(), "from red to blue without a step back"

    def test_nothing_at_all_is_black(self):
        assert (straight(np.ones((5, 7, 3), np.float32), np.zeros((5, 7), np.float32)) == 0).all()

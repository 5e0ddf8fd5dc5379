"""A voice in, all motion out; a clip's voice as a stage of its run; and the whole way to a video that speaks."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import TinyRun
from driving_made import BUST, tracking_of
from lifemask.avatar.avatar import Avatar
from lifemask.cli import main as cli
from lifemask.errors import ConfigError, DeviceError, FileMissingError, FormatError, LifemaskError, OutputExistsError
from lifemask.media.sound import Sound, SoundReader
from lifemask.media.video import probe
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.pipeline.render import RenderOptions
from lifemask.pipeline.speak import speak
from lifemask.pipeline.stages.voice import Heard, clip_of, voice_from
from lifemask.pipeline.voice_file import VOICE, VoiceFile
from lifemask.progress import NULL_PROGRESS
from lifemask.rig.head import HeadRig
from lifemask.speech.config import MouthTraining
from lifemask.speech.lag import Lag
from lifemask.speech.layers import SOUND_HZ
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.speech.loudness import gain_to_usual
from lifemask.speech.voice import VoiceMotion, VoiceRows
from lifemask.synthetic.motion import talking
from sound_made import babble, recording

QUICK = MouthTraining(members=2, steps=4)
SAMPLE = 1 / SOUND_HZ


def sound(seconds: float, seed: int = 0) -> np.ndarray:
    return (0.08 * babble(seconds, seed)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * SOUND_HZ), np.float32)


@pytest.fixture(scope="module")
def life() -> LifeStatistics:
    return LifeStatistics.of(tracking_of(talking(6.0, seed=1)))


class Loud:
    """A mouth that is open as far as the sound of its 40 ms is loud, and looks ahead."""

    names, from_rest = ("jawOpen", "mouthFunnel"), False

    def __init__(self, seconds_after: float = 0.06) -> None:
        self.seconds_after, self.samples = seconds_after, np.zeros(0, np.float32)

    def begin(self) -> "Loud":
        return Loud(self.seconds_after)

    def push(self, samples: np.ndarray, mel: np.ndarray, speaking: np.ndarray) -> np.ndarray:
        self.samples = np.concatenate([self.samples, samples])
        return self._told(max(0, (len(self.samples) - round(self.seconds_after * SOUND_HZ)) // 640 + 1))

    def flush(self) -> np.ndarray:
        rows = -(-len(self.samples) // 640)
        self.samples = np.concatenate([self.samples, silence(0.1 + self.seconds_after)])
        return self._told(rows)

    def _told(self, rows: int) -> np.ndarray:
        loud = np.sqrt((self.samples[: 640 * rows].reshape(rows, 640) ** 2).mean(1))
        self.samples = self.samples[640 * rows :]
        return np.stack([loud, 0.5 * loud], 1).astype(np.float32)


REST = np.array([0.01, 0.2], np.float32)


def told(voice: VoiceMotion, pieces: list[np.ndarray]) -> list[VoiceRows]:
    return [*(voice.push(piece) for piece in pieces), voice.flush()]


def mouth_of(rows: list[VoiceRows]) -> np.ndarray:
    return np.concatenate([part.mouth for part in rows])


class TestVoiceMotion:
    @pytest.mark.parametrize("fps", [25.0, 30.0, 24000 / 1001])
    @settings(max_examples=5, deadline=None)
    @given(cuts=st.lists(st.integers(0, 40_000), max_size=6))
    def test_motion_does_not_depend_on_the_pieces(self, life: LifeStatistics, fps: float, cuts: list[int]) -> None:
        samples = np.concatenate([sound(1.3), silence(0.7), sound(0.5, 2)])
        one = told(VoiceMotion(Loud(), REST, life, fps=fps, seed=3), [samples])
        many = told(VoiceMotion(Loud(), REST, life, fps=fps, seed=3), np.split(samples, sorted(cuts)))
        assert sum(map(len, one)) == int(np.ceil(2.5 * fps - 1e-6)) == len(mouth_of(many))
        np.testing.assert_allclose(mouth_of(many), mouth_of(one), atol=1e-5)
        heads = [np.concatenate([part.life.camera_from_head for part in rows]) for rows in (one, many)]
        np.testing.assert_allclose(*heads, atol=1e-6)

    def test_silence_is_silent(self, life: LifeStatistics) -> None:
        """Soon after its beginning, and noise and hum are none of the mouth's business."""
        random, time_s = np.random.default_rng(0), np.arange(2 * SOUND_HZ) / SOUND_HZ
        noise = 0.03 * random.standard_normal(len(time_s)) + 0.05 * np.sin(2 * np.pi * 50 * time_s)
        samples = np.concatenate([sound(1.0), silence(1.2), noise.astype(np.float32)])
        mouth = mouth_of(told(VoiceMotion(Loud(0.5), REST, life), [samples]))
        np.testing.assert_allclose(mouth[28:], np.repeat(REST[None], len(mouth) - 28, 0), atol=1e-6)
        assert mouth[8:24, 0].max() > 5 * REST[0]

    def test_other_rates_lie_between_the_rows(self, life: LifeStatistics) -> None:
        samples = sound(1.0)
        slow, fast = (mouth_of(told(VoiceMotion(Loud(), REST, life, fps=fps), [samples])) for fps in (25.0, 50.0))
        np.testing.assert_allclose(fast[::2], slow, atol=1e-6)
        np.testing.assert_allclose(fast[1:-1:2], (slow[1:] + slow[:-1]) / 2, atol=1e-6)

    def test_frames_come_as_soon_as_is_said(self, life: LifeStatistics) -> None:
        voice = VoiceMotion(Loud(), REST, life)
        count = 0
        for number, piece in enumerate(np.split(sound(1.2), 30)):
            count += len(voice.push(piece))
            heard_s = (number + 1) * 0.04
            assert count >= int((heard_s - voice.seconds_after) * 25 + 1e-6) + 1 or heard_s < voice.seconds_after
        assert voice.seconds_after < 0.12

    def test_a_mouth_of_anybody_begins_at_this_persons_rest(self, life: LifeStatistics) -> None:
        own, anybody = Loud(), Loud()
        anybody.from_rest = True
        plain, added = (mouth_of(told(VoiceMotion(mouth, REST, life), [sound(1.0)]))[8:18] for mouth in (own, anybody))
        assert plain[:, 0].max() > 0.05
        np.testing.assert_allclose(added, plain + REST, atol=1e-6)

    def test_level_is_followed(self, life: LifeStatistics) -> None:
        """A voice recorded twenty dB lower opens the mouth nearly as far: a tenth of what is expected still counts."""
        loud, soft = (
            mouth_of(told(VoiceMotion(Loud(), REST, life), [gain * sound(6.0)]))[100:, 0].mean() for gain in (1.0, 0.1)
        )
        assert 0.65 < soft / loud < 1
        assert gain_to_usual(0.7) == pytest.approx(1)

    def test_an_utterance_after_another(self, life: LifeStatistics) -> None:
        voice = VoiceMotion(Loud(), REST, life)
        first, second = told(voice, [sound(1.0)]), told(voice, [sound(1.0)])
        assert len(mouth_of(first)) == len(mouth_of(second)) == 25
        moved = [rows[0].life.camera_from_head for rows in (first, second)]
        assert np.abs(moved[0][: len(moved[1])] - moved[1][: len(moved[0])]).max() > 1e-6  # life goes on

    def test_a_long_voice_needs_no_more_memory(self, life: LifeStatistics) -> None:
        voice, held = VoiceMotion(Loud(), REST, life), []
        piece = np.concatenate([sound(0.6), silence(0.4)])
        for _ in range(12):
            voice.push(piece)
            held.append(sum(value.nbytes for value in vars(voice).values() if isinstance(value, np.ndarray)))
        assert max(held[6:]) <= max(held[:6])


def test_rest_must_fit(life: LifeStatistics) -> None:
    with pytest.raises(ConfigError, match="1 weights is none of 2"):
        VoiceMotion(Loud(), REST[:1], life)


class TestVoiceOfAClip:
    def heard(self, seconds: float, lag_s: float = 0.0) -> Heard:
        samples = np.arange(round((seconds + 2) * SOUND_HZ), dtype=np.float32)
        rows = np.zeros((round((seconds + 2) * 100), 80), np.float32)
        return Heard(samples, -1.0, rows, np.ones(len(rows), np.float32), 0.7, Lag(lag_s, 0.0, 1.0))

    def test_sound_is_taken_from_where_it_belongs(self) -> None:
        tracking = tracking_of(talking(4.0, seed=1))
        for lag_s in (0.0, 0.08, -0.2):
            clip = clip_of(tracking, tracking.tracked, self.heard(4.0, lag_s))
            assert clip.sound[0] == pytest.approx((1.0 + lag_s) * SOUND_HZ, abs=1)

    def test_rows_are_even_whatever_the_rate_of_the_clip(self) -> None:
        motion = talking(4.0, fps=30.0, seed=1)
        tracking = tracking_of(motion)
        clip = clip_of(tracking, tracking.tracked, self.heard(4.0))
        assert clip.known.all() and len(clip.known) == 100
        column = BUST.expression_names.index("jawOpen")
        wanted = np.interp(np.arange(100) / 25, motion.timestamp_s, motion.expression[:, column])
        np.testing.assert_allclose(clip.expression[:, column], wanted, atol=1e-6)

    def test_rows_without_a_frame_are_not_known(self) -> None:
        tracking = tracking_of(talking(4.0, seed=1))
        seen = np.ones(100, bool)
        seen[90:] = False
        kept = np.r_[0:30, 60:100]
        gap = replace(
            tracking, **{name: getattr(tracking, name)[kept] for name in ("timestamp_s", "expression", "tracked")}
        )
        np.testing.assert_array_equal(np.flatnonzero(~clip_of(gap, seen[kept], self.heard(4.0)).known), [
            *range(30, 60), *range(90, 100)
        ])  # fmt: skip


@pytest.fixture(scope="module")
def voiced(tiny_run: TinyRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny run with a mouth of its own: its motion again and again, to a babble."""
    folder = tmp_path_factory.mktemp("voiced") / "run"
    shutil.copytree(tiny_run.folder, folder)
    avatar = Avatar.load(folder)
    motion = talking(12.0, seed=2)
    tracking = replace(tracking_of(motion), lip_aperture_m=motion.expression[:, 17].astype(np.float32))
    clip = folder / "voice.wav"
    recording(clip, "pcm_s16le", "mono", SOUND_HZ, iter([(0.0, sound(12.0))]))
    made = voice_from(clip, tracking, tracking.tracked, avatar.rig, QUICK, seed=0, progress=NULL_PROGRESS)
    made.save(folder / VOICE)
    return folder


class TestVoiceFile:
    def test_there_and_back(self, voiced: Path, tmp_path: Path) -> None:
        file = VoiceFile.load(voiced / VOICE)
        assert set(file.mouths) == {"ahead", "live"} and file.facts["speech_s"] > 8
        file.save(tmp_path / "again.safetensors")
        assert (tmp_path / "again.safetensors").read_bytes() == (voiced / VOICE).read_bytes()
        rest = file.rest_of(("jawOpen", "mouthClose"))
        assert rest.shape == (2,) and rest[0] < 0.2

    def test_other_files_are_refused(self, tmp_path: Path, tiny_run: TinyRun) -> None:
        (tmp_path / VOICE).write_bytes(b"no")
        with pytest.raises(FormatError, match="cannot be read as safetensors"):
            VoiceFile.load(tmp_path / VOICE)
        shutil.copy(tiny_run.folder / "tracking.safetensors", tmp_path / VOICE)
        with pytest.raises(FormatError, match="has the schema 'lifemask-tracking-1'"):
            VoiceFile.load(tmp_path / VOICE)

    def test_every_run_has_one(self, tiny_run: TinyRun) -> None:
        facts = json.loads((tiny_run.folder / "run.json").read_text())["stages"]["voice"]
        assert facts["state"] == "done"
        assert VoiceFile.load(tiny_run.folder / VOICE).names == BUST.expression_names


class TestAvatarVoice:
    def test_motion_of_every_weight(self, voiced: Path) -> None:
        avatar = Avatar.load(voiced)
        own = AvatarVoice.load(voiced, avatar)
        voice = own.begin(live=True)
        rows = voice.push(sound(2.0))
        motion = own.motion(voice, rows)
        names = BUST.expression_names
        for part, values in ((voice.life.names, rows.life.expression), (voice.mouth.names, rows.mouth)):
            for column, name in enumerate(part):
                if name in names:
                    found = motion.code.expression[:, names.index(name)].numpy()
                    np.testing.assert_allclose(found, values[:, column], atol=1e-6)
        assert motion.modes.shape[1] == avatar.model.num_modes["torso"]
        assert avatar.render(motion.rows(slice(0, 2))).isfinite().all()

    def test_whose_mouth(self, voiced: Path, tiny_run: TinyRun) -> None:
        avatar = Avatar.load(voiced)
        own = AvatarVoice.load(voiced, avatar)
        assert own.mouth() is own.file.mouths["ahead"] and own.mouth(live=True) is own.file.mouths["live"]
        assert own.mouth("generic") is not own.file.mouths["ahead"]
        anybody = AvatarVoice(avatar, replace(own.file, mouths={}))
        assert anybody.mouth().names
        with pytest.raises(ConfigError, match="no mouth of its own"):
            anybody.mouth("personal")

    def test_a_folder_without_a_voice(self, tiny_run: TinyRun, tmp_path: Path) -> None:
        avatar = Avatar.load(tiny_run.folder)
        with pytest.raises(FileMissingError, match=r"holds no voice\.safetensors"):
            AvatarVoice.load(tmp_path, avatar)

    def test_another_rig(self, voiced: Path, tmp_path: Path) -> None:
        replace(VoiceFile.load(voiced / VOICE), rig_hash="another").save(tmp_path / VOICE)
        with pytest.raises(ConfigError, match="different rigs"):
            AvatarVoice.load(tmp_path, Avatar.load(voiced))

    def test_flame_does_not_speak_yet(self, voiced: Path, flame_like: HeadRig) -> None:
        avatar = replace(Avatar.load(voiced), rig=flame_like)
        with pytest.raises(ConfigError, match="FLAME head, which cannot speak"):
            AvatarVoice.load(voiced, avatar)


@pytest.fixture
def flame_like() -> HeadRig:
    from flame_model import make_flame
    from lifemask.rig.flame import flame_rig

    return flame_rig(make_flame())


class TestSpeak:
    def wav(self, folder: Path, samples: np.ndarray, rate_hz: int = SOUND_HZ, layout: str = "mono") -> Path:
        return recording(folder / "said.wav", "pcm_s16le", layout, rate_hz, iter([(0.0, samples)]))

    @pytest.mark.parametrize(("rate_hz", "layout"), [(44_100, "stereo"), (8_000, "mono"), (48_000, "7.1")])
    def test_any_sound_to_a_video_with_it(self, voiced: Path, tmp_path: Path, rate_hz: int, layout: str) -> None:
        said = self.wav(tmp_path, 0.08 * babble(1.1, rate_hz=rate_hz), rate_hz, layout)
        done = speak(voiced, said, tmp_path / "out.mp4", device="cpu")
        info = probe(tmp_path / "out.mp4")
        assert done.video.frames == info.num_frames == 28 and info.has_audio  # 1.1 s begin 28 frames
        assert done.mouth == "personal" and 0.3 < done.speaking <= 1
        assert info.size_wh == Avatar.load(voiced).frame_wh
        assert bool(done.warnings) == (rate_hz == 8_000)

    def test_sound_and_picture_are_of_one_length(self, voiced: Path, tmp_path: Path) -> None:
        said = self.wav(tmp_path, sound(1.23))
        done = speak(voiced, said, tmp_path / "out.mkv", fps=30.0, device="cpu")
        reader = SoundReader(Sound(tmp_path / "out.mkv"))
        heard_s = sum(block.shape[1] for block in reader.blocks()) / 48_000
        assert done.video.frames == 37 and heard_s == pytest.approx(37 / 30, abs=0.03)  # a packet of sound

    def test_the_same_seed_gives_the_same_pictures(self, voiced: Path, tmp_path: Path) -> None:
        said = self.wav(tmp_path, sound(0.6))
        for name, seed in (("a", 1), ("b", 1), ("c", 2)):
            options = VoiceOptions(seed=seed, mouth="generic")
            speak(voiced, said, tmp_path / name, voice=options, options=RenderOptions(max_side=64), device="cpu")
        files = [sorted((tmp_path / name).iterdir()) for name in "abc"]
        content = [[file.read_bytes() for file in folder] for folder in files]
        assert len(content[0]) == 15 and content[0] == content[1] != content[2]

    def test_silence_is_said(self, voiced: Path, tmp_path: Path) -> None:
        done = speak(voiced, self.wav(tmp_path, silence(0.5)), tmp_path / "out.mp4", device="cpu")
        assert done.video.frames == 13 and done.speaking == 0
        assert done.warnings == ("The sound is silent: the mouth will not move.",)

    def test_bad_input(self, voiced: Path, tmp_path: Path) -> None:
        said, out = self.wav(tmp_path, sound(0.4)), tmp_path / "out.mp4"
        (tmp_path / "empty.wav").write_bytes(b"")
        (tmp_path / "there.mp4").write_bytes(b"mine")
        for error, change in (
            (FileMissingError, {"sound": tmp_path / "none.wav"}),
            (FormatError, {"sound": tmp_path / "empty.wav"}),
            (OutputExistsError, {"out": tmp_path / "there.mp4"}),
            (ConfigError, {"fps": 3.0}),
            (ConfigError, {"out": tmp_path / "out.txt"}),
            (ConfigError, {"voice": VoiceOptions(energy=9.0)}),
            (FileMissingError, {"options": RenderOptions(background="none.png")}),
            (FileMissingError, {"avatar_folder": tmp_path}),
        ):
            given = {"avatar_folder": voiced, "sound": said, "out": out, "device": "cpu"} | change
            with pytest.raises(error):
                speak(**given)
        assert not out.exists() and (tmp_path / "there.mp4").read_bytes() == b"mine"
        assert not list(tmp_path.glob("*.partial*")) and not list(tmp_path.glob(".out*"))


class TestCommandLine:
    def call(self, *arguments: object) -> int:
        return cli.main([str(argument) for argument in arguments])

    def test_speaks(self, voiced: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        said = TestSpeak().wav(tmp_path, sound(0.4))
        code = self.call("speak", voiced, said, "-o", tmp_path / "out.mp4", "--json", "--still", "1", "--device", "cpu")
        answer = json.loads(capsys.readouterr().out)
        assert code == 0 and answer["frames"] == 10 and answer["voice"]["still"] == 1
        assert Path(answer["video"]).is_file()

    def test_a_sound_or_a_text(self, voiced: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.call("speak", voiced, "-o", tmp_path / "out.mp4") == ConfigError.exit_code
        assert "nothing to say was given" in capsys.readouterr().err

    def test_a_text_without_a_synthesiser(
        self, voiced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        code = self.call("speak", voiced, "--text", "Hello", "-o", tmp_path / "out.mp4")
        assert code == DeviceError.exit_code and "espeak-ng" in capsys.readouterr().err
        assert not list(tmp_path.glob("*out*"))


def test_errors_teach(voiced: Path, tmp_path: Path) -> None:
    with pytest.raises(LifemaskError) as failure:
        AvatarVoice.load(tmp_path, Avatar.load(voiced))
    assert "lifemask create" in failure.value.fix

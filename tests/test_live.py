"""``AvatarStream`` on a clock that stands while anything works, and jumps to the next moment when nothing does."""

import asyncio
import itertools
import runpy
import tracemalloc
import wave
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from conftest import TinyRun
from lifemask.avatar.avatar import Avatar
from lifemask.errors import ConfigError
from lifemask.live.records import StreamCode, StreamFrame
from lifemask.live.stream import AvatarStream
from lifemask.media.resampling import BEHIND_S, Resampler
from lifemask.media.speech_sound import SpeechSound
from lifemask.media.video import probe, read_frames
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.pipeline.voice_file import VOICE, VoiceFile
from lifemask.speech.config import MouthTraining
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.speech.personal_training import Clip, learn
from lifemask.synthetic.motion import talking
from lifemask.tracking.record import Tracking
from sound_made import babble

T = TypeVar("T")
HZ = 48_000
STEP = HZ // 25
SIZE = (64, 48)


class StillLoop(asyncio.SelectorEventLoop):
    """``cost_s``: how long a kind of work takes on the loop's clock, by the name of its function."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s, self._busy, self.cost_s = 1000.0, 0, {}
        select = self._selector.select

        def jump(timeout: float | None) -> list:
            if self._busy and timeout != 0:
                return select(None)
            if timeout is None:
                raise RuntimeError("everybody waits for somebody else")
            self._now_s += timeout
            return select(0)

        self._selector.select = jump

    def time(self) -> float:
        return self._now_s

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> Any:
        work = super().run_in_executor(executor, func, *args)
        self._busy += 1
        work.add_done_callback(lambda _: setattr(self, "_busy", self._busy - 1))
        return self.create_task(self._slowly(work, self.cost_s.get(func.__name__, 0.0)))

    async def shutdown_default_executor(self) -> None:
        self._busy += 1
        await super().shutdown_default_executor()

    async def _slowly(self, work: Any, cost_s: float) -> Any:
        done = await work
        await asyncio.sleep(cost_s)
        return done


def run(main: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return runner.run(main)


def now_s() -> float:
    return asyncio.get_running_loop().time()


@pytest.fixture(scope="module")
def voice(tiny_run: TinyRun) -> AvatarVoice:
    """The tiny avatar with a mouth that was hardly taught: what it says is nonsense, but of all that is heard."""
    avatar, tracking = Avatar.load(tiny_run.folder), Tracking.load(tiny_run.folder / "refined.safetensors")
    motion, sound = talking(8.0, 25.0, seed=1), (0.1 * babble(8.0)).astype(np.float32)
    clip = Clip(sound, motion.expression, None, np.ones(len(motion), bool))
    taught = learn(clip, avatar.rig, avatar.neutral, ("live",), MouthTraining(members=2, steps=2))
    modes = np.zeros(avatar.model.num_modes["face"])
    rest = motion.expression[0]
    file = VoiceFile(
        rig_hash(avatar.rig), avatar.rig.expression_names, rest, modes, LifeStatistics.of(tracking, None, None),
        {"live": taught["live"].mouth},
    )  # fmt: skip
    return AvatarVoice(avatar, file)


def spoken(seconds: float, seed: int = 0, hz: int = HZ) -> np.ndarray:
    return (0.1 * babble(seconds, seed, hz)).astype(np.float32)


def mouth(voice: AvatarVoice, codes: list[StreamCode]) -> np.ndarray:
    """How far the mouth is from its rest, ``[n]``: the largest of its weights' distances."""
    names = voice.file.mouths["live"].names
    columns = [voice.file.names.index(name) for name in names]
    rest = voice.file.rest[columns]
    return np.array([np.abs(code.expression[columns] - rest).max() for code in codes])


def heard(codes: list[StreamCode]) -> np.ndarray:
    return np.concatenate([code.audio for code in codes])


def onset(audio: np.ndarray) -> int:
    return int(np.flatnonzero(audio)[0])


async def first(stream: AvatarStream, count: int, *, pictures: bool = False) -> list[Any]:
    made = []
    async with aclosing(stream.frames() if pictures else stream.codes()) as frames:
        async for frame in frames:
            made.append(frame)
            if len(made) == count:
                return made
    return made


def test_frames_come_by_the_clock_with_their_sound(voice: AvatarVoice) -> None:
    sound = spoken(0.83)

    async def main() -> tuple[list[StreamFrame], list[float], Any]:
        frames, times = [], []
        async with AvatarStream(voice, size_wh=SIZE) as stream:
            async for frame in stream.frames():
                frames.append(frame)
                times.append(now_s())
                if frame.index == 9:
                    await stream.push_audio(sound, HZ)
                    await stream.flush()
                if frame.index == 69:
                    break
            return frames, times, stream.statistics

    frames, times, statistics = run(main())
    assert [frame.index for frame in frames] == list(range(70))
    np.testing.assert_allclose(np.diff(times), 0.04, atol=1e-6)
    assert all(frame.time_s == frame.index / 25 and len(frame.audio) == STEP for frame in frames)
    assert all(frame.picture.shape == (48, 64, 3) and frame.picture_index == frame.index for frame in frames)
    audio = heard(frames)
    begin = onset(audio)
    np.testing.assert_array_equal(audio[begin:][: len(sound)], sound)
    assert not audio[begin + len(sound) :].any()
    # Sound of 0.83 s lies in 21 or 22 frames; each says which time of it begins in it.
    told = [frame.sound_time_s for frame in frames if frame.sound_time_s is not None]
    assert len(told) in (21, 22) and told[0] == 0 and told[-1] < 0.83
    np.testing.assert_allclose(np.diff(told[1:]), 0.04, atol=1e-9)
    assert (statistics.frames, statistics.dropped, statistics.late, statistics.underflows) == (70, 0, 0, 0)
    # Idle before and, after a second without speech, again: nobody speaks, the mouth rests, and life goes on.
    moved, quiet = mouth(voice, frames), [*frames[:8], *frames[-5:]]
    assert moved[14:32].max() > 0.05 and moved[:8].max() < 1e-6 and moved[-5:].max() < 1e-6
    assert max(frame.speaking for frame in quiet) < 0.2 < max(frame.speaking for frame in frames[14:32])
    assert len({frame.camera_from_head.tobytes() for frame in quiet}) == len(quiet)


@pytest.mark.parametrize("fps", [25, 30])
def test_latency_is_bounded(voice: AvatarVoice, fps: int) -> None:
    piece = HZ // 100
    sound = spoken(0.4)

    async def main(pause_s: float) -> tuple[np.ndarray, float, float, AvatarStream]:
        async with AvatarStream(voice, fps=fps) as stream:
            frames = stream.codes()
            begun = anext(frames)
            began_s = now_s()
            made = asyncio.create_task(collect(begun, frames, int(1.2 * fps)))
            await asyncio.sleep(pause_s)
            pushed_s = now_s()
            for at in range(0, len(sound), piece):
                await stream.push_audio(sound[at : at + piece], HZ)
                await asyncio.sleep(0.01)
            await stream.flush()
            return heard(await made), pushed_s - began_s, stream.statistics.latency_s[2], stream

    async def collect(begun: Any, frames: Any, count: int) -> list[StreamCode]:
        return [await begun, *[await anext(frames) for _ in range(count)]]

    for pause_s in (0.2, 0.211, 0.2225, 0.233):
        audio, pushed_s, latency_s, stream = run(main(pause_s))
        lead_s = stream.latency_s - stream._line.ahead / HZ
        waited_s = onset(audio) / HZ + lead_s - pushed_s
        # What was pushed first is heard no later than it may be, and no sooner than the mouth can know it.
        assert stream.latency_s - 1.01 / fps <= waited_s <= stream.latency_s
        assert latency_s == pytest.approx(waited_s, abs=1e-6)
        assert stream.latency_s <= (0.12 if fps == 25 else 0.16) and stream.statistics.underflows == 0
        np.testing.assert_array_equal(audio[onset(audio) :][: len(sound)], sound)


def test_interrupt_drops_and_the_mouth_rests(voice: AvatarVoice) -> None:
    async def main() -> tuple[list[StreamFrame], float, list[float], float]:
        frames, times, dropped, at = [], [], 0.0, 0.0
        async with AvatarStream(voice, size_wh=SIZE) as stream:
            pushing = asyncio.create_task(stream.push_audio(spoken(12.0), HZ))
            async for frame in stream.frames():
                frames.append(frame)
                times.append(now_s())
                if frame.index == 20:
                    # Between two frames: the next is painted already.
                    await asyncio.sleep(0.03)
                    dropped, at = await stream.interrupt(), now_s()
                    await pushing
                if frame.index == 30:
                    await stream.push_audio(spoken(0.6, 1), HZ)
                if frame.index == 50:
                    return frames, dropped, times, at
        raise AssertionError

    frames, dropped, times, at = run(main())
    assert dropped == pytest.approx(12.0 - 21 * 0.04, abs=1e-3)
    audio, moved = heard(frames), mouth(voice, frames)
    # Nothing of it is heard any more, but for a fade of 5 ms.
    assert not audio[21 * STEP + HZ // 200 : 31 * STEP].any()
    assert all(frame.sound_time_s is None for frame in frames[22:31])
    resting = next(index for index in range(21, 51) if moved[index] < 1e-6)
    assert times[resting] - at <= 0.1 and moved[20] > 0.05
    assert 0.2 * moved[20] < moved[21] < 0.9 * moved[20], "not eased"
    # Frames that had been painted were painted again, and life went on.
    assert all(frame.picture_index == frame.index for frame in frames)
    assert len({frame.camera_from_head.tobytes() for frame in frames}) == 51
    assert moved[21:31].max() < moved[20] and moved[35:48].max() > 0.05
    # Twelve seconds were pushed before it.
    assert next(frame.sound_time_s for frame in frames[22:] if frame.sound_time_s is not None) >= 9.9


def test_who_pushes_too_much_waits(voice: AvatarVoice) -> None:
    async def main() -> tuple[list[float], list[StreamCode]]:
        async with AvatarStream(voice, most_queued_s=1.0) as stream:
            pushing = asyncio.create_task(stream.push_audio(spoken(3.0), HZ))
            queued, codes = [], []
            async for code in stream.codes():
                codes.append(code)
                queued.append(stream.statistics.queued_s)
                if code.index == 20:
                    assert not pushing.done()
                if code.index == 80:
                    assert pushing.done()
                    return queued, codes
        raise AssertionError

    queued, codes = run(main())
    assert 0.5 < max(queued) <= 1.0 and queued[-1] == 0
    np.testing.assert_array_equal(heard(codes)[onset(heard(codes)) :][: 3 * HZ], spoken(3.0))


def test_pieces_of_any_size_and_kind_are_the_same(voice: AvatarVoice) -> None:
    sound = (20_000 * spoken(1.5, hz=24_000)).astype(np.int16)

    async def main(cuts: list[int], stereo: bool) -> list[StreamCode]:
        async with AvatarStream(voice) as stream:
            for part in np.split(sound, cuts):
                pcm = np.stack([part, part], 1) if stereo else part
                await stream.push_audio(pcm, 24_000)
            await stream.flush()
            return await first(stream, 45)

    whole = run(main([], False))
    for cuts, stereo in ((list(range(7, 36_000, 481)), False), ([1, 2, 30_001], True)):
        assert_same(whole, run(main(cuts, stereo)))


def test_streams_do_not_know_each_other(voice: AvatarVoice) -> None:
    async def one(seed: int) -> list[StreamFrame]:
        async with AvatarStream(voice, size_wh=SIZE, options=VoiceOptions(seed=seed)) as stream:
            await stream.push_audio(spoken(0.5, seed), HZ)
            return await first(stream, 20, pictures=True)

    async def both() -> list[list[StreamFrame]]:
        return await asyncio.gather(one(1), one(2))

    together = run(both())
    for seed, frames in zip((1, 2), together, strict=True):
        alone = run(one(seed))
        assert_same(frames, alone)
        assert all((a.picture == b.picture).all() for a, b in zip(frames, alone, strict=True))
    assert not np.array_equal(together[0][10].expression, together[1][10].expression)


def test_codes_are_those_of_the_frames(voice: AvatarVoice) -> None:
    async def main(pictures: bool) -> list[StreamCode]:
        async with AvatarStream(voice, size_wh=SIZE) as stream:
            await stream.push_audio(spoken(0.5), HZ)
            return await first(stream, 20, pictures=pictures)

    codes, frames = run(main(False)), run(main(True))
    assert_same(codes, frames)
    assert codes[5].weights["jawOpen"] == pytest.approx(codes[5].expression[codes[5].names.index("jawOpen")])


def test_the_motion_is_that_of_the_whole_sound(voice: AvatarVoice) -> None:
    sound = spoken(1.13, hz=16_000)

    async def main() -> list[StreamCode]:
        async with AvatarStream(voice, audio_hz=16_000) as stream:
            await stream.push_audio(sound, 16_000)
            await stream.flush()
            return await first(stream, 40)

    follower = voice.begin(live=True)
    rows = follower.push(np.pad(sound, (0, 16_000)))
    motion = voice.motion(follower, rows)
    for code in run(main()):
        # float32, in blocks of other sizes.
        np.testing.assert_allclose(code.expression, motion.code.expression[code.index], atol=2e-5)
        np.testing.assert_allclose(code.camera_from_head, motion.code.camera_from_head[code.index], atol=1e-6)


def assert_same(one: list[Any], other: list[Any]) -> None:
    for a, b in zip(one, other, strict=True):
        assert (a.index, a.sound_time_s, a.speaking) == (b.index, b.sound_time_s, b.speaking)
        for name in ("audio", "expression", "eyes", "camera_from_head", "camera_from_torso", "torso_modes"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=f"{name} of frame {a.index}")


@pytest.mark.parametrize(("late_s", "gaps"), [(0.015, 0), (0.3, 1)])
def test_a_network_that_stutters(voice: AvatarVoice, late_s: float, gaps: int) -> None:
    """Sound at the pace of speech, in pieces of a frame; one comes late, and all after it."""
    sound = spoken(1.2)

    async def push(stream: AvatarStream) -> None:
        for number, at in enumerate(range(0, len(sound), STEP)):
            await asyncio.sleep(late_s if number == 15 else 0)
            await stream.push_audio(sound[at : at + STEP], HZ)
            await asyncio.sleep(0.04)
        await stream.flush()

    async def main() -> tuple[list[StreamFrame], Any]:
        async with AvatarStream(voice, size_wh=SIZE) as stream:
            pushing = asyncio.create_task(push(stream))
            frames = await first(stream, 55, pictures=True)
            await pushing
            return frames, stream.statistics

    frames, statistics = run(main())
    audio = heard(frames)[onset(heard(frames)) :]
    assert statistics.underflows == gaps and statistics.dropped == 0
    # All of it is heard; with nothing but silence between.
    np.testing.assert_array_equal(audio[: 14 * STEP], sound[: 14 * STEP])
    np.testing.assert_array_equal(audio[audio != 0], sound[sound != 0])
    if not gaps:
        np.testing.assert_array_equal(audio[: len(sound)], sound)


def test_slow_painting_costs_pictures_and_nothing_else(voice: AvatarVoice) -> None:
    sound = spoken(1.0)

    async def main(cost_s: float) -> tuple[list[StreamFrame], Any]:
        asyncio.get_running_loop().cost_s = {"paint": cost_s}
        async with AvatarStream(voice, size_wh=SIZE) as stream:
            await stream.push_audio(sound, HZ)
            return await first(stream, 40, pictures=True), stream.statistics

    for cost_s, shown in ((0.035, 1.0), (0.06, 0.6), (0.3, 0.1)):
        frames, statistics = run(main(cost_s))
        assert [frame.index for frame in frames] == list(range(40))
        np.testing.assert_array_equal(heard(frames)[: len(sound)], sound)
        # Never later than a frame lasts, however slow it is.
        assert statistics.lateness_s[2] <= 0.04 + 1e-6
        own = sum(frame.picture_index == frame.index for frame in frames)
        assert statistics.dropped == 40 - own
        pictures = len({frame.picture_index for frame in frames})
        assert pictures / 40 == pytest.approx(shown, abs=0.12)
        assert all(a.picture_index <= b.picture_index for a, b in itertools.pairwise(frames))


@pytest.mark.parametrize(("cost_s", "own"), [(0.0, 40), (0.06, 27), (0.12, 14)])
def test_more_latency_buys_pictures_that_are_in_time(voice: AvatarVoice, cost_s: float, own: int) -> None:
    """Taken 0.2 s before they are due, several frames are on their way; what is painted is painted in time."""

    async def main() -> tuple[list[StreamFrame], list[int]]:
        asyncio.get_running_loop().cost_s = {"paint": cost_s}
        async with AvatarStream(voice, size_wh=SIZE, latency_s=0.3) as stream:
            await stream.push_audio(spoken(3.0), HZ)
            frames = []
            async for frame in stream.frames():
                frames.append(frame)
                if frame.index == 39:
                    await stream.interrupt()
                if frame.index == 44:
                    return frames, [frame.index - frame.picture_index for frame in frames]
        raise AssertionError

    frames, behind = run(main())
    assert sum(late == 0 for late in behind[:40]) == pytest.approx(own, abs=3) and max(behind) <= 4
    # Once it is known how long painting takes, a new picture is never that of an earlier frame.
    for before, frame in itertools.pairwise(frames[8:40]):
        assert frame.picture_index in (before.picture_index, frame.index)
    # All that was on its way when it was interrupted is quiet.
    assert mouth(voice, frames)[41:].max() < 1e-6 and not heard(frames)[40 * STEP + HZ // 200 :].any()
    if cost_s == 0:
        assert not any(behind)


def test_slow_hearing_costs_motion_and_nothing_else(voice: AvatarVoice) -> None:
    sound = spoken(1.0)

    async def main() -> tuple[list[StreamCode], Any]:
        asyncio.get_running_loop().cost_s = {"hear": 0.1}
        async with AvatarStream(voice) as stream:
            await stream.push_audio(sound, HZ)
            return await first(stream, 40), stream.statistics

    codes, statistics = run(main())
    np.testing.assert_array_equal(heard(codes)[: len(sound)], sound)
    assert statistics.lateness_s[2] <= 0.04 + 1e-6
    # What is heard at once is told at once: the motion is at most as old as two times of hearing.
    behind = [code.index - code.motion_index for code in codes]
    assert 1 <= max(behind) <= 5 and statistics.dropped == np.count_nonzero(behind)


def test_who_looks_too_late_finds_all_sound(voice: AvatarVoice) -> None:
    sound = spoken(1.0)

    async def main() -> tuple[list[StreamFrame], list[float]]:
        async with AvatarStream(voice, size_wh=SIZE) as stream:
            await stream.push_audio(sound, HZ)
            frames, times = [], []
            async for frame in stream.frames():
                frames.append(frame)
                times.append(now_s())
                if frame.index == 10:
                    await asyncio.sleep(0.5)
                if frame.index == 40:
                    return frames, times
        raise AssertionError

    frames, times = run(main())
    np.testing.assert_array_equal(heard(frames)[: len(sound)], sound)
    assert times[40] - times[0] == pytest.approx(1.6, abs=1e-6), "it has caught up"


def test_silence_takes_no_memory(voice: AvatarVoice) -> None:
    async def main() -> tuple[list[int], AvatarStream]:
        sizes = []
        async with AvatarStream(voice) as stream:
            async for code in stream.codes():
                if code.index == 30:
                    tracemalloc.start()
                if code.index in (40, 140):
                    sizes.append(tracemalloc.get_traced_memory()[0])
                if code.index == 140:
                    return sizes, stream
        raise AssertionError

    try:
        (early, later), stream = run(main())
    finally:
        tracemalloc.stop()
    # Four seconds of sound are 768 kB. What grows is the meter: a few numbers of a frame, up to 5000 of each.
    assert later - early < 60_000
    assert len(stream._line._runs) == 0 and len(stream._line._line) <= 0.15 * HZ


def test_transparent(voice: AvatarVoice) -> None:
    async def main() -> StreamFrame:
        async with AvatarStream(voice, size_wh=SIZE, background="transparent") as stream:
            assert stream.size_wh == SIZE
            return (await first(stream, 1, pictures=True))[0]

    picture = run(main()).picture
    assert picture.shape == (48, 64, 4) and picture[0, 0, 3] == 0 and picture[30, 32, 3] > 200


@pytest.mark.parametrize(
    ("pcm", "rate_hz", "text"),
    [
        (np.zeros(10, np.int32), 16_000, "int32"),
        (np.zeros((2, 100)), 16_000, r"\(2, 100\).*pcm.T"),
        (np.zeros((2, 3, 4)), 16_000, "shape"),
        (np.array([0.0, np.nan]), 16_000, "no numbers"),
        (np.array([0.0, 12_000.0]), 16_000, "cast to floats"),
        (np.zeros(10), 0, "0 samples a second"),
        (np.zeros(10), 44_100.5, "44100.5 samples"),
    ],
)
def test_what_is_no_sound(voice: AvatarVoice, pcm: np.ndarray, rate_hz: int, text: str) -> None:
    async def main() -> None:
        async with AvatarStream(voice) as stream:
            with pytest.raises(ConfigError, match=f"(?s){text}"):
                await stream.push_audio(pcm, rate_hz)
            assert stream.statistics.queued_s == 0

    run(main())


def test_what_cannot_be(voice: AvatarVoice) -> None:
    for settings, text in (
        ({"fps": 5}, "5 frames a second"),
        ({"audio_hz": 100}, "100 samples a second"),
        ({"latency_s": -1}, "latency_s=-1"),
        ({"most_queued_s": 0.1}, "most_queued_s=0.1"),
        ({"size_wh": (4, 4)}, r"frames of \(4, 4\)"),
        ({"background": "grene"}, "Did you mean green"),
    ):
        with pytest.raises(ConfigError, match=text):
            AvatarStream(voice, **settings)


def test_the_end(voice: AvatarVoice) -> None:
    async def main() -> None:
        stream = AvatarStream(voice)
        with pytest.raises(ConfigError, match="not open"):
            await stream.push_audio(np.zeros(10))
        async with stream:
            codes = stream.codes()
            with pytest.raises(ConfigError, match="iterated already"):
                stream.frames()
            await anext(codes)
            looking = asyncio.create_task(anext(codes, None))
            pushing = asyncio.create_task(stream.push_audio(spoken(30.0), HZ))
            await asyncio.sleep(0)
        assert await looking is None
        with pytest.raises(ConfigError, match="not open"):
            await pushing
        for late in (stream.push_audio(np.zeros(10)), stream.flush(), stream.interrupt()):
            with pytest.raises(ConfigError, match="not open"):
                await late
        with pytest.raises(ConfigError, match="entered once"):
            await stream.__aenter__()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(main())


def test_cancelled_while_it_waits(voice: AvatarVoice) -> None:
    async def look() -> None:
        async with AvatarStream(voice, size_wh=SIZE) as stream:
            await first(stream, 1000, pictures=True)

    async def main() -> None:
        looking = asyncio.create_task(look())
        await asyncio.sleep(0.5)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(main())


def test_what_fails_ends_the_frames(voice: AvatarVoice) -> None:
    async def main() -> None:
        async with AvatarStream(voice, size_wh=SIZE) as stream:
            frames = stream.frames()
            await anext(frames)
            # An avatar that lost its Gaussians.
            stream._painter._avatar = replace(voice.avatar, model=None)
            pushing = asyncio.create_task(stream.push_audio(spoken(30.0), HZ))
            with pytest.raises(TypeError, match="not callable"):
                while True:
                    await anext(frames)
            with pytest.raises(TypeError, match="not callable"):
                await pushing
            with pytest.raises(ConfigError, match=r"has failed\n.*not callable"):
                await stream.flush()

    run(main())


def test_the_example(voice: AvatarVoice, tmp_path: Path) -> None:
    """In real time, as it is: nothing is asked of the machine's speed."""
    voice.avatar.save(tmp_path)
    voice.file.save(tmp_path / VOICE)
    with wave.open(str(tmp_path / "voice.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((20_000 * spoken(1.0, hz=16_000)).astype("<i2").tobytes())
    example = runpy.run_path(str(Path(__file__).parent.parent / "examples" / "06_stream.py"))
    out = tmp_path / "out.mp4"
    statistics = example["main"]([str(tmp_path), str(tmp_path / "voice.wav"), str(out), "--seconds", "0.6"])
    info = probe(out)
    assert info.has_audio and info.size_wh == voice.avatar.frame_wh
    assert len(list(read_frames(out))) == statistics.frames >= 40
    # As loud as it was, from when it was pushed on.
    sound = np.concatenate(list(SpeechSound(out).blocks()))
    assert not sound[: 16_000 // 2].any() or np.abs(sound[: 16_000 // 2]).max() < 1e-3
    assert np.square(sound).sum() == pytest.approx(np.square(0.61 * spoken(0.6, hz=16_000)).sum(), rel=0.2)


@pytest.mark.parametrize("from_hz", [8_000, 22_050, 44_100, 48_000])
def test_resampling_keeps_everything_in_place(from_hz: int) -> None:
    time_s = np.arange(from_hz) / from_hz
    sound = np.sin(2 * np.pi * 300 * time_s).astype(np.float32)
    resampler, made = Resampler(from_hz, 16_000), []
    for part in np.split(sound, np.cumsum([7, 480, 1, 1000] * 5)):
        made.append(resampler.push(part))
    behind = 16_000 - sum(map(len, made))
    made = np.concatenate([*made, resampler.flush()])
    assert 0 <= behind / 16_000 <= BEHIND_S and len(made) == 16_000
    np.testing.assert_allclose(
        made[200:-200], np.sin(2 * np.pi * 300 * np.arange(16_000) / 16_000)[200:-200], atol=1e-4
    )
    np.testing.assert_allclose(made, np.concatenate([resampler.push(sound), resampler.flush()]), atol=1e-6)

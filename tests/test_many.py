"""Many voices at once: the motion of each is that of a voice alone."""

import asyncio
import os
import pickle
import signal
import subprocess

import numpy as np
import pytest

from conftest import TinyRun
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.code_rows import CodeLayout
from lifemask.errors import ConfigError, DeviceError
from lifemask.live.many import MOST_STEPS, MOST_WAITING_S, ManyVoices, PooledVoice
from lifemask.live.many_ears import FIRST
from lifemask.live.many_motion import CodeRows, ManyMotions, Spoken
from lifemask.live.many_process import MotionProcess
from lifemask.live.many_stream import CodeStream
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.pipeline.voice_file import VoiceFile
from lifemask.speech.config import MouthTraining
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.speech.personal_training import Clip, learn
from lifemask.synthetic.motion import talking
from lifemask.tracking.record import Tracking
from sound_made import babble

HZ = 16_000
ROUNDING = 2e-4
"""Single precision through some twenty layers, summed in another order: of numbers of order one."""


@pytest.fixture(scope="module")
def voice(tiny_run: TinyRun) -> AvatarVoice:
    """The tiny avatar with a mouth of its own that was hardly taught."""
    avatar, tracking = Avatar.load(tiny_run.folder), Tracking.load(tiny_run.folder / "refined.safetensors")
    motion, sound = talking(8.0, 25.0, seed=1), (0.1 * babble(8.0)).astype(np.float32)
    clip = Clip(sound, motion.expression, None, np.ones(len(motion), bool))
    taught = learn(clip, avatar.rig, avatar.neutral, ("live",), MouthTraining(members=2, steps=2))
    modes = np.zeros(avatar.model.num_modes["face"])
    file = VoiceFile(
        rig_hash(avatar.rig), avatar.rig.expression_names, motion.expression[0], modes,
        LifeStatistics.of(tracking, None, None), {"live": taught["live"].mouth},
    )  # fmt: skip
    return AvatarVoice(avatar, file)


def spoken(seconds: float, seed: int = 0, louder: float = 0.1) -> np.ndarray:
    return (louder * babble(seconds, seed)).astype(np.float32)


def alone(voice: AvatarVoice, options: VoiceOptions, fps: float, sound: np.ndarray) -> CodeRows:
    """What a ``VoiceMotion`` of its own makes of the sound."""
    motion = voice.begin(options, fps=fps, live=True)
    rows = motion.push(sound)
    return CodeRows(CodeLayout.of(voice.avatar).rows(voice.motion(motion, rows)), rows.speaking)


async def take(pooled: PooledVoice, count: int) -> CodeRows:
    parts = []
    async for rows in pooled:
        parts.append(rows)
        if sum(map(len, parts)) >= count:
            break
    return CodeRows(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "speaking")))


def assert_same(made: CodeRows, wanted: CodeRows) -> None:
    assert len(made) == len(wanted)
    np.testing.assert_allclose(made.speaking, wanted.speaking, atol=ROUNDING)
    np.testing.assert_allclose(made.rows, wanted.rows, atol=ROUNDING)


@pytest.mark.parametrize("apart", [False, True])
def test_one_of_many_is_as_alone(voice: AvatarVoice, apart: bool) -> None:
    """Voices that begin at different times, are cut differently, come and go, and move differently."""
    plans = [
        (VoiceOptions(seed=1), 25.0, spoken(2.2, 1), 320),
        (VoiceOptions(seed=2, energy=0.5), 25.0, spoken(1.5, 2, 0.02), 1111),
        (VoiceOptions(seed=3, mouth="generic"), 25.0, spoken(1.2, 3), 640),
        (VoiceOptions(seed=4, still=1.0), 30.0, spoken(1.0, 4, 0.3), 77),
        (VoiceOptions(seed=5, mouth="generic"), 24.0, spoken(1.0, 5), 9000),
    ]
    wanted = [alone(voice, options, fps, sound) for options, fps, sound, _ in plans]

    async def one(pool: ManyVoices, number: int) -> None:
        options, fps, sound, step = plans[number % len(plans)]
        await asyncio.sleep(0.02 * number)
        pooled = pool.open(voice, options, fps=fps)
        reading = asyncio.create_task(take(pooled, len(wanted[number % len(plans)])))
        for at in range(0, len(sound), step):
            await pooled.push(sound[at : at + step])
        assert_same(await reading, wanted[number % len(plans)])
        if number % 3:
            pooled.close()

    async def main() -> None:
        async with ManyVoices(apart=apart) as pool:
            # More than there are places for in the beginning, then in places that others had.
            await asyncio.gather(*(one(pool, number) for number in range(20)))
            assert len(pool) == 7
            await asyncio.gather(*(one(pool, number) for number in range(5)))

    asyncio.run(main())


def process_of_voices() -> int:
    """The child of this process that follows voices."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    (found,) = (
        int(line.split()[0])
        for line in listed.splitlines()
        if "lifemask.live.many_process" in line and int(line.split()[1]) == os.getpid()
    )
    return found


def test_what_streams_share_is_sent_once(voice: AvatarVoice) -> None:
    motions, first = MotionProcess(), np.zeros(FIRST, np.float32)
    sizes, send = [], motions._send

    def counted(kind: str, what: object) -> None:
        sizes.append(len(pickle.dumps(what)))
        send(kind, what)

    motions._send = counted
    try:
        for mouth in ("generic", "personal"):
            for seed in range(2):
                motions.begin(Spoken.of(voice, VoiceOptions(mouth=mouth, seed=seed), 25.0), first)
    finally:
        motions.close()
    assert all(2 * another < one for one, another in zip(sizes[::2], sizes[1::2], strict=True))


def test_a_process_that_is_killed_ends_its_voices(voice: AvatarVoice) -> None:
    async def main() -> None:
        async with ManyVoices(apart=True) as pool:
            pooled = pool.open(voice)
            pooled.put(spoken(1.0))
            await take(pooled, 5)
            os.kill(process_of_voices(), signal.SIGKILL)
            with pytest.raises(DeviceError, match="has ended"):
                while True:
                    pooled.put(spoken(0.2))
                    await take(pooled, 5)

    asyncio.run(main())


def test_a_late_microphone_catches_up(voice: AvatarVoice) -> None:
    """Sound that could not be heard in time is followed faster, until nothing waits."""

    async def main() -> float:
        async with ManyVoices() as pool, CodeStream(pool, voice, microphone=True) as stream:
            await stream.push_audio(spoken(1.0, 3))
            loop, sound = asyncio.get_running_loop(), spoken(3.0, 4)
            began_s = loop.time()
            for at in range(0, len(sound), 320):
                await asyncio.sleep(max(0.0, began_s + at / HZ - loop.time()))
                await stream.push_audio(sound[at : at + 320])
            return stream.queued_s

    assert asyncio.run(main()) < 0.3


def test_who_pushes_much_does_not_delay_others(voice: AvatarVoice) -> None:
    flood, sound = np.tile(spoken(2.0), 30), spoken(1.0, 1)

    async def main() -> None:
        async with ManyVoices() as pool:
            flooding, other = pool.open(voice), pool.open(voice)
            made = []
            flooding.listen(lambda rows: made.append(len(rows)), lambda failure: None)
            pushing = asyncio.create_task(flooding.push(flood))
            while len(made) < 10:
                await asyncio.sleep(0.01)
            before = sum(made)
            other.put(sound)
            await take(other, 23)
            # The batch that was in work, and those of the other's 23 rows.
            assert sum(made) - before <= (1 + -(-23 // MOST_STEPS) + 1) * MOST_STEPS
            assert not pushing.done() and flooding.waiting_s > MOST_WAITING_S
            flooding.close()
            await pushing

    asyncio.run(main())


def test_a_stream_speaks_and_is_interrupted(voice: AvatarVoice) -> None:
    sound = spoken(5.0, 7)

    async def main() -> None:
        async with ManyVoices() as pool, CodeStream(pool, voice) as stream:
            pooled, rows = pool.open(voice), []
            async for row in stream.rows():
                rows.append(row)
                if row.index == 5:
                    await stream.push_audio((32_767 * sound).astype(np.int16))
                if row.index == 40:
                    assert await stream.interrupt() > 3.0
                if row.index == 50:
                    break
        assert [row.index for row in rows] == list(range(51))
        assert [row.time_s for row in rows] == pytest.approx([row.index / 25 for row in rows])
        heard = [row.index for row in rows if row.sound_time_s is not None]
        assert heard == list(range(heard[0], 41)) and heard[0] <= 15
        assert rows[heard[-1]].sound_time_s == pytest.approx((heard[-1] - heard[0]) / 25, abs=0.04)
        opened = [np.abs(row.row[pooled.mouth] - pooled.rest[pooled.mouth]).max() for row in rows]
        # At rest 100 ms after the call at the latest.
        assert max(opened[heard[0] : 41]) > 0.02 and max(opened[43:]) == 0
        assert max(row.speaking for row in rows[heard[0] : 41]) > 0.5 and max(row.speaking for row in rows[43:]) == 0

    asyncio.run(main())


def test_sound_that_comes_as_it_is_spoken_joins_on(voice: AvatarVoice) -> None:
    """Also at another rate, and if the network stutters: no frame is without it, and none is shown twice."""
    sound = (0.1 * babble(1.6, 3, 48_000)).astype(np.float32)

    async def main() -> None:
        async with ManyVoices() as pool, CodeStream(pool, voice, jitter_s=1.0) as stream:

            async def push() -> None:
                for number, piece in enumerate(np.split(sound, 80)):
                    await asyncio.sleep(0.06 if number == 30 else 0.02)
                    await stream.push_audio(piece, 48_000)
                await stream.flush()

            pushing, times_s = asyncio.create_task(push()), []
            async for row in stream.rows():
                times_s.append(row.sound_time_s)
                if pushing.done() and row.sound_time_s is None:
                    break
            await pushing
            said = [time_s for time_s in times_s if time_s is not None]
            assert times_s[len(times_s) - 1 - len(said) : -1] == said
            np.testing.assert_allclose(np.diff(said[1:]), 0.04, atol=1e-9)
            assert said[0] == 0 and said[-1] >= 1.6 - 0.045

    asyncio.run(main())


def test_who_pushes_too_much_waits(voice: AvatarVoice) -> None:
    async def main() -> None:
        async with ManyVoices() as pool, CodeStream(pool, voice, most_queued_s=1.0) as stream:
            pushing = asyncio.create_task(stream.push_audio(np.zeros(5 * HZ, np.float32)))
            await asyncio.sleep(0.2)
            assert not pushing.done() and 0.4 < stream.queued_s <= 1.0
            assert await stream.interrupt() > 4.0
            await pushing
            assert stream.queued_s == 0

    asyncio.run(main())


def test_what_fails_ends_the_rows(voice: AvatarVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a broken part")

    async def main() -> None:
        async with ManyVoices() as pool:
            pooled = pool.open(voice)
            async with CodeStream(pool, voice) as stream:
                monkeypatch.setattr(ManyMotions, "step", broken)
                with pytest.raises(ZeroDivisionError, match="a broken part"):
                    async for _ in pooled:
                        pass
                with pytest.raises(ZeroDivisionError, match="a broken part"):
                    async for _ in stream.rows():
                        pass
            with pytest.raises(ConfigError, match="the voices have failed"):
                pool.open(voice)

    asyncio.run(main())


def test_the_end(voice: AvatarVoice) -> None:
    async def main() -> None:
        async with ManyVoices() as pool:
            with pytest.raises(ConfigError, match="energy 9"):
                pool.open(voice, VoiceOptions(energy=9.0))
            with pytest.raises(ConfigError, match="frames a second"):
                pool.open(voice, fps=5.0)
            pooled, stream = pool.open(voice), CodeStream(pool, voice)
            async with stream:
                reading = asyncio.create_task(take(pooled, 1))
                with pytest.raises(ConfigError, match="no numbers"):
                    await pooled.push(np.full(10, np.nan))
            with pytest.raises(ConfigError, match="the stream is not open"):
                await stream.push_audio(np.zeros(10, np.float32))
            assert [row async for row in stream.rows()][50:] == []
        with pytest.raises(ValueError, match="need at least one array"):
            await reading
        with pytest.raises(ConfigError, match="closed"):
            pooled.put(np.zeros(10, np.float32))
        with pytest.raises(ConfigError, match="the voices are closed"):
            pool.open(voice)

    asyncio.run(main())

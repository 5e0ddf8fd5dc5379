"""Speech in a page against speech in Python: the packed voice, and the engine that runs it in a real browser."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from browser import browser  # noqa: F401
from conftest import TinyRun
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.code_rows import CodeLayout
from lifemask.pipeline.avatar_voice import AvatarVoice
from lifemask.pipeline.voice_file import VoiceFile
from lifemask.speech.config import MouthTraining
from lifemask.speech.life import Life, LifeStatistics
from lifemask.speech.mouth_space import MODE
from lifemask.speech.personal_training import Clip, learn
from lifemask.synthetic.motion import talking
from lifemask.tracking.record import Tracking
from lifemask.viewer.voice_pack import pack_voice, voice_pack
from lifemask.viewer.voice_pack_life import columns_of, loop, usual_voice
from sound_made import babble
from speech_page import decoded, encoded, speech_page

MOST_BYTES = 1_800_000
HZ = 16_000


@pytest.fixture(scope="module")
def voices(tiny_run: TinyRun) -> dict[str, AvatarVoice]:
    """The tiny avatar with a mouth that was hardly taught, of the usual size, and with the generic one."""
    avatar, tracking = Avatar.load(tiny_run.folder), Tracking.load(tiny_run.folder / "refined.safetensors")
    motion, modes = talking(8.0, 25.0, seed=1), avatar.model.num_modes["face"]
    wander = np.random.default_rng(0).standard_normal((len(motion), modes)).cumsum(0).astype(np.float32) / 10
    clip = Clip((0.1 * babble(8.0)).astype(np.float32), motion.expression, wander, np.ones(len(motion), bool))
    taught = learn(clip, avatar.rig, avatar.neutral, ("live",), replace(MouthTraining(), steps=2))
    generic = VoiceFile(
        "", avatar.rig.expression_names, motion.expression[0], np.zeros(modes),
        LifeStatistics.of(tracking.with_motion(expression=_blinking(tracking))), {},
    )  # fmt: skip
    personal = replace(generic, mouths={"live": taught["live"].mouth})
    return {"personal": AvatarVoice(avatar, personal), "generic": AvatarVoice(avatar, generic)}


def _blinking(tracking: Tracking) -> np.ndarray:
    """The tracked expressions with two blinks, which a clip of two seconds may lack."""
    expression = tracking.expression.copy()
    for first in (10, 30):
        for name in ("eyeBlinkLeft", "eyeBlinkRight"):
            expression[first : first + 6, tracking.expression_names.index(name)] = [0.4, 0.9, 0.9, 0.7, 0.4, 0.2]
    return expression


@pytest.fixture(scope="module")
def packs(voices: dict[str, AvatarVoice]) -> dict[str, bytes]:
    return {kind: pack_voice(voice) for kind, voice in voices.items()}


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    """Speech, a pause that is long enough for one, louder speech."""
    parts = 0.05 * babble(3.0, 3), np.zeros(2 * HZ), 0.2 * babble(1.51, 4)
    return np.concatenate(parts).astype(np.float32)


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:  # noqa: F811
    with speech_page(browser, tmp_path_factory.mktemp("page")) as found:
        yield found


def said(
    page: Any, pack: bytes, sound: np.ndarray, piece: int = 1000, **options: Any
) -> tuple[np.ndarray, np.ndarray, Any]:
    """Rows ``[n, width]`` and speaking ``[n]`` of what the engine says, and what else it told."""
    found = page.evaluate(
        """async ([packed, sound, piece, options]) => {
            const one = await engine(packed, options);
            const out = await said(one, floats(sound), piece);
            one.dispose();
            return { ...out, width: one.width, latencyS: one.latencyS };
        }""",
        [encoded(pack), encoded(sound), piece, options],
    )
    return decoded(found["rows"]).reshape(-1, found["width"]), decoded(found["speaking"]), found


def mouth_of(rows: np.ndarray, voice: AvatarVoice) -> np.ndarray:
    """The mouth's weights ``[n, E]`` in rows of motion."""
    layout, names = CodeLayout.of(voice.avatar), voice.mouth(live=True).names
    modes = layout.width - layout.face_modes
    places = [
        modes + int(name[len(MODE) :]) if name.startswith(MODE) else layout.expression_names.index(name)
        for name in names
    ]
    return rows[:, places]


@pytest.mark.parametrize("kind", ["personal", "generic"])
def test_says_what_python_says(page: Any, voices: Any, packs: Any, sound: np.ndarray, kind: str) -> None:
    voice = voices[kind]
    motion = voice.begin(live=True)
    parts = [motion.push(sound), motion.flush()]
    wanted = np.concatenate([part.mouth for part in parts])
    rows, speaking, told = said(page, packs[kind], sound)
    found = mouth_of(rows, voice)
    assert found.shape == wanted.shape == (-(-len(sound) // 640), len(motion.mouth.names))
    assert told["latencyS"] == motion.seconds_after
    assert told["firsts"] == [[sum(n for _, n in told["firsts"][:i]), n] for i, (_, n) in enumerate(told["firsts"])]
    moves = wanted.std(0) > 1e-4
    assert moves.sum() >= 15
    alike = [np.corrcoef(wanted[:, e], found[:, e])[0, 1] for e in np.flatnonzero(moves)]
    assert min(alike) > 0.99
    # Weights are rounded to a half or to 127 levels; of a range of 1, or of several deviations of a mode, is seen 0.02.
    assert np.abs(found - wanted).max() < 0.02 * max(1.0, np.ptp(wanted, 0).max())
    # The detector's memory has 8 bits.
    assert np.abs(speaking - np.concatenate([part.speaking for part in parts])).max() < 0.15
    # In a pause the mouth is at its rest, exactly.
    np.testing.assert_array_equal(
        found[105:120], np.broadcast_to(voice.file.rest_of(motion.mouth.names), found[105:120].shape)
    )


def test_pieces_and_vectors_change_nothing(page: Any, packs: Any, sound: np.ndarray) -> None:
    sound = sound[: 2 * HZ]
    whole = said(page, packs["personal"], sound, piece=len(sound))[0]
    for piece, vectors in ((1003, True), (20_000, False)):
        rows = said(page, packs["personal"], sound, piece, vectors=vectors)[0]
        np.testing.assert_allclose(rows, whole, atol=1e-3)  # sums of float32 in another order


def test_a_sound_may_follow_another(page: Any, packs: Any, sound: np.ndarray) -> None:
    """After a flush rows begin at number 0; after a reset nothing of the sound before is told."""
    found = page.evaluate(
        """async ([packed, sound]) => {
            const one = await engine(packed), samples = floats(sound);
            const first = await said(one, samples, 640), second = await said(one, samples, 640);
            one.push(samples);
            one.reset();
            const third = await said(one, samples.subarray(0, 8000), 640);
            one.dispose();
            return [first, second, third];
        }""",
        [encoded(packs["generic"]), encoded(sound)],
    )
    counts = [sum(count for _, count in one["firsts"]) for one in found]
    assert counts == [-(-len(sound) // 640), -(-len(sound) // 640), 13]
    assert [one["firsts"][0][0] for one in found] == [0, 0, 0]


def test_idle_is_the_persons_own_life(page: Any, voices: Any, packs: Any) -> None:
    """The rows of Python's own life, blinks and all, as far as twelve bits of each range tell; then the same again."""
    voice = voices["personal"]
    statistics, layout = voice.file.life, CodeLayout.of(voice.avatar)
    silent = loop(statistics, np.zeros(2300), np.zeros(2300))
    length = len(silent.rows)
    rows = page.evaluate(
        """async ([packed, count]) => {
            const one = await engine(packed), rows = text(one.idle(count));
            one.dispose();
            return rows;
        }""",
        [encoded(packs["personal"]), 2 * length],
    )
    rows = decoded(rows).reshape(-1, layout.width).copy()
    np.testing.assert_array_equal(rows[:length], rows[length:])
    life = Life(statistics)
    wanted, fade = life.rows(np.zeros(length)), 50
    code = layout.motion(rows[fade:length]).code
    places = [layout.expression_names.index(name) for name in life.names]
    for found, own in (
        (code.expression[:, places], wanted.expression),
        (code.eyes, wanted.eyes),
        (code.camera_from_head, wanted.camera_from_head),
        (code.camera_from_torso, wanted.camera_from_torso),
    ):
        np.testing.assert_allclose(found.numpy(), own[fade:], atol=2 * max(1.0, np.ptp(own)) / 4095)
    shut = wanted.expression[:, :2].max(1)
    assert (
        shut.max() > 0.7
        and np.abs(mouth_of(rows, voice) - voice.file.rest_of(voice.mouth(live=True).names)).max() < 1e-6
    )


def test_blinks_are_whole_while_loops_change(page: Any, voices: Any, packs: Any) -> None:
    """Speech that comes and goes mixes both loops: lids are shut or open, and each blink reaches its depth."""
    sound = np.concatenate([0.1 * babble(1.5, seed) * (seed % 2) for seed in range(24)]).astype(np.float32)
    layout, shut = CodeLayout.of(voices["generic"].avatar), voices["generic"].file.life.blinks.shut
    rows = said(page, packs["generic"], sound, 16_000)[0]
    lids = rows[:, layout.expression_names.index("eyeBlinkLeft")] / shut[0]
    inside = np.flatnonzero(np.diff(np.concatenate([[0], lids > 0.4, [0]]).astype(int)))
    blinks = [lids[first:last].max() for first, last in inside.reshape(-1, 2)]
    assert len(blinks) >= 5 and min(blinks) > 0.85


class TestLoop:
    def test_ends_as_it_begins(self, voices: Any) -> None:
        statistics = voices["personal"].file.life
        speaking, emphasis = usual_voice(30.0)
        made = loop(statistics, speaking, emphasis, warm=50)
        steps = np.abs(np.diff(made.rows, axis=0))
        assert (np.abs(made.rows[0] - made.rows[-1]) <= 1.5 * np.quantile(steps, 0.99, axis=0) + 1e-9).all()
        assert made.shut[0] == made.shut[-1] == 0 and made.shut.max() == 1.0

    def test_speaks_and_pauses_as_people_do(self) -> None:
        speaking, emphasis = usual_voice(300.0)
        assert 0.7 < speaking.mean() < 0.9
        assert abs(emphasis.mean()) < 0.2 and 0.8 < emphasis.std() < 1.2

    def test_columns_hold_all_of_a_life(self, voices: Any) -> None:
        statistics = voices["personal"].file.life
        life = Life(statistics, seed=3).rows(np.zeros(30))
        columns = columns_of(life, statistics)
        assert columns.shape == (30, life.expression.shape[1] + 16 + life.torso_modes.shape[1])
        np.testing.assert_array_equal(columns[:, : life.expression.shape[1]], life.expression)


class TestPack:
    def test_is_small_and_says_what_is_inside(self, packs: Any) -> None:
        assert len(packs["personal"]) <= MOST_BYTES
        raw = gzip.decompress(packs["personal"])
        header = json.loads(raw[4 : 4 + int.from_bytes(raw[:4], "little")])
        assert header["mouth"]["nets"] == MouthTraining().members
        licences = {network["name"]: network["licence"] for network in header["networks"]}
        assert "Apache-2.0" in licences["speech_embedding"] and "MIT" in licences["silero_vad"]

    def test_is_the_same_for_the_same_voice(self, voices: Any, packs: Any) -> None:
        assert pack_voice(voices["generic"]) == packs["generic"]

    def test_of_a_folder(self, tiny_run: TinyRun, tmp_path: Path) -> None:
        assert (voice_pack(tiny_run.folder) or b"")[:2] == b"\x1f\x8b"
        assert voice_pack(tmp_path) is None

    def test_a_damaged_one_is_refused(self, page: Any, packs: Any) -> None:
        for content, says in ((packs["generic"][:5000], "damaged"), (gzip.compress(b"\2\0\0\0{}"), "another version")):
            why = page.evaluate(
                "(packed) => engine(packed).then(() => 'opened', (problem) => problem.message)", encoded(content)
            )
            assert says in why

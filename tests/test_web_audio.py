"""Sound in a page, in a real browser: another rate, a file, a microphone."""

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from browser import browser  # noqa: F401
from speech_page import decoded, encoded, speech_page

HZ = 16_000


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:  # noqa: F811
    with speech_page(browser, tmp_path_factory.mktemp("page")) as found:
        yield found


class TestResampler:
    def made(self, page: Any, sound: np.ndarray, rate: int, piece: int) -> np.ndarray:
        return decoded(
            page.evaluate(
                """([sound, rate, piece]) => {
                    const made = new lifemaskSpeech.Resampler(rate, 16000), samples = floats(sound), parts = [];
                    for (let at = 0; at < samples.length; at += piece)
                        parts.push(made.push(samples.subarray(at, at + piece)));
                    return text(joined(parts));
                }""",
                [encoded(sound), rate, piece],
            )
        )

    @pytest.mark.parametrize("rate", [48_000, 44_100, 16_000, 8_000])
    def test_keeps_what_fits_and_its_time(self, page: Any, rate: int) -> None:
        hz = np.array([200.0, 1000.0, 3000.0])
        tones = lambda rate: np.sin(2 * np.pi * hz * np.arange(rate // 2)[:, None] / rate).sum(1)  # noqa: E731
        found = self.made(page, tones(rate), rate, 128)
        wanted = tones(HZ)[: len(found)]
        assert len(wanted) - 100 < len(found) and np.abs(found - wanted)[200:-200].max() < 0.01

    def test_nothing_is_mirrored(self, page: Any) -> None:
        high = np.sin(2 * np.pi * 9500 * np.arange(24_000) / 48_000)
        assert np.abs(self.made(page, high, 48_000, 128)[200:]).max() < 1e-3

    def test_pieces_change_nothing(self, page: Any) -> None:
        noise = np.random.default_rng(0).standard_normal(5000)
        whole = self.made(page, noise, 44_100, 5000)
        np.testing.assert_array_equal(self.made(page, noise, 44_100, 77), whole)


class TestSound:
    def decode(self, page: Any, content: bytes, name: str) -> Any:
        return page.evaluate(
            """async ([content, name]) => {
                const file = new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name);
                try {
                    const { samples, buffer } = await lifemaskSpeech.decodeFile(file);
                    return { samples: text(samples), duration: buffer.duration };
                } catch (problem) {
                    return problem.message;
                }
            }""",
            [encoded(content), name],
        )

    def test_a_file_is_decoded(self, page: Any, tmp_path: Path) -> None:
        time = np.arange(44_100) / 44_100
        with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
            file.setparams((1, 2, 44_100, 0, "NONE", ""))
            file.writeframes((10_000 * np.sin(2 * np.pi * 440 * time)).astype("<i2").tobytes())
        found = self.decode(page, (tmp_path / "tone.wav").read_bytes(), "tone.wav")
        samples = decoded(found["samples"])
        assert len(samples) == HZ and found["duration"] == pytest.approx(1, abs=1e-3)
        wanted = 10_000 / 32_768 * np.sin(2 * np.pi * 440 * np.arange(HZ) / HZ)
        assert np.corrcoef(samples, wanted)[0, 1] > 0.999

    @pytest.mark.parametrize(("content", "says"), [(b"no sound", '"a.txt" has no sound'), (b"", '"a.txt" is empty')])
    def test_what_is_no_sound_is_named(self, page: Any, content: bytes, says: str) -> None:
        assert self.decode(page, content, "a.txt").startswith(says)

    @pytest.mark.parametrize("worklet", [True, False])
    def test_a_microphone_is_heard(self, page: Any, worklet: bool) -> None:
        """The browser's own made-up microphone beeps; also where a page may have no worklet."""
        heard = page.evaluate(
            """async (worklet) => {
                const own = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, "audioWorklet");
                const none = { value: undefined, configurable: true };
                if (!worklet) Object.defineProperty(BaseAudioContext.prototype, "audioWorklet", none);
                const parts = [];
                const microphone = await lifemaskSpeech.openMicrophone((samples) => parts.push(samples));
                await new Promise((enough) => setTimeout(enough, 1500));
                microphone.close();
                Object.defineProperty(BaseAudioContext.prototype, "audioWorklet", own);
                return { samples: text(joined(parts)), latencyS: microphone.latencyS };
            }""",
            worklet,
        )
        samples = decoded(heard["samples"])
        assert 0.4 * HZ < len(samples) < 2.5 * HZ and np.abs(samples).max() > 0.01
        assert 0 < heard["latencyS"] < (0.01 if worklet else 0.05)

    @pytest.mark.parametrize(
        ("name", "says"), [("NotAllowedError", "was not allowed"), ("NotFoundError", "no microphone")]
    )
    def test_why_there_is_no_microphone(self, page: Any, name: str, says: str) -> None:
        why = page.evaluate(
            """async (name) => {
                const devices = navigator.mediaDevices, own = devices.getUserMedia;
                devices.getUserMedia = () => Promise.reject(new DOMException("", name));
                try {
                    await lifemaskSpeech.openMicrophone(() => {});
                    return "opened";
                } catch (problem) {
                    return problem.message;
                } finally {
                    devices.getUserMedia = own;
                }
            }""",
            name,
        )
        assert says in why

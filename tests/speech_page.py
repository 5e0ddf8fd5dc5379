"""A page from a file that can speak: the built scripts without an avatar, and what tests ask of it."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from browser import opened
from lifemask.viewer.client_files import client_file


@contextmanager
def speech_page(browser: Any, folder: Path) -> Iterator[Any]:
    """Playwright's ``Page`` of a file in ``folder``, which asks for nothing outside."""
    script = client_file("page.js").replace("</script", "<\\/script")
    path = folder / "speech.html"
    path.write_text(f'<meta charset="utf-8"><div id="lifemask-stage"></div><script type="module">{script}</script>')
    with opened(browser, path) as found:
        found.page.evaluate(HELPERS)
        yield found.page
        assert not found.outside()


HELPERS = """() => {
    const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
    window.floats = (text) => new Float32Array(bytes(text));
    window.text = (floats) => {
        const all = new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
        let out = "";
        for (let at = 0; at < all.length; at += 32768) out += String.fromCharCode(...all.subarray(at, at + 32768));
        return btoa(out);
    };
    window.engine = (packed, options) => lifemaskSpeech.SpeechEngine.create(bytes(packed), options);
    window.joined = (parts) => {
        const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
        let at = 0;
        for (const part of parts) { all.set(part, at); at += part.length; }
        return all;
    };
    window.said = async (engine, samples, piece) => {
        const rows = [], speaking = [], firsts = [];
        engine.onRows = (row, count, first, sure) => {
            rows.push(row); speaking.push(sure); firsts.push([first, count]);
        };
        for (let at = 0; at < samples.length; at += piece) engine.push(samples.subarray(at, at + piece));
        await engine.flush();
        return { rows: text(joined(rows)), speaking: text(joined(speaking)), firsts, stepMs: engine.stepMs };
    };
}"""


def encoded(content: bytes | np.ndarray) -> str:
    raw = content if isinstance(content, bytes) else content.astype("<f4").tobytes()
    return base64.b64encode(raw).decode()


def decoded(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")

"""Pictures for a wire: encoded one at a time, each ready to be sent at once."""

import io
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.codec.codec import UnknownCodecError
from PIL import Image

from lifemask.errors import ConfigError
from lifemask.media.codecs import CODINGS, libav_frame, stored_size_wh, tag_colours

_KEY_EVERY_S = 2.0
# No frame waits for a later one; one thread, for others need the cores.
_OPTIONS = {"preset": "veryfast", "tune": "zerolatency", "profile": "main", "x264-params": "repeat-headers=1:threads=1"}


def jpeg(picture: np.ndarray, quality: int = 80) -> bytes:
    """A picture, uint8 RGB [H,W,3], as a JPEG file; `quality` 1 to 95."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()


class LiveH264:
    """Encodes pictures of one size to H.264: Annex B, 4:2:0, BT.709, every key frame with its parameter sets.

    `crf`: quality, 0 (best) to 51. Odd sizes are padded by a row or column. Raises ConfigError when this PyAV has no
    encoder.
    """

    def __init__(self, size_wh: tuple[int, int], fps: float, crf: int = 23) -> None:
        self._coding = CODINGS["h264"]
        rate = Fraction(fps).limit_denominator(10_000)
        try:
            context: Any = av.CodecContext.create(self._coding.encoder, "w")
        except UnknownCodecError as error:
            raise ConfigError(
                f"The encoder {self._coding.encoder} is not there.",
                "This PyAV was built without it; the wheels on PyPI have it.",
                "pip install --force-reinstall --only-binary av av",
            ) from error
        context.width, context.height = stored_size_wh(self._coding, size_wh)
        context.pix_fmt, context.framerate, context.time_base = self._coding.pixels, rate, 1 / rate
        context.gop_size = max(1, round(_KEY_EVERY_S * fps))
        context.options = _OPTIONS | {"crf": str(crf)}
        tag_colours(self._coding, context)
        self._context, self._last = context, -1

    def encode(self, picture: np.ndarray, index: int) -> tuple[bytes, bool]:
        """The next picture, uint8 RGB [H,W,3], at time `index` / fps, larger than the last one's: one access unit, and
        whether it is a key frame."""
        frame = libav_frame(self._coding, picture)
        self._last = max(index, self._last + 1)
        frame.pts, frame.time_base = self._last, self._context.time_base
        packets = self._context.encode(frame)
        return b"".join(bytes(packet) for packet in packets), any(packet.is_keyframe for packet in packets)


def video_frame(picture: np.ndarray, tick: int, ticks_per_s: int) -> Any:
    """A libav frame of a picture, uint8 RGB [H,W,3], for time `tick` / `ticks_per_s`; other encoders than ours."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    frame.pts, frame.time_base = tick, Fraction(1, ticks_per_s)
    return frame


def audio_frame(samples: np.ndarray, rate_hz: int, first: int) -> Any:
    """A libav frame of float samples [n] in [-1,1], one channel, the first of which is the stream's `first`."""
    packed = (np.clip(samples, -1, 1) * 32_767).astype(np.int16)[None]
    frame = av.AudioFrame.from_ndarray(packed, format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate_hz, first, Fraction(1, rate_hz)
    return frame


def samples_of(frame: Any) -> np.ndarray:
    """The samples of a libav frame of 16 bits, packed: int16 [n,C]."""
    return frame.to_ndarray().reshape(-1, frame.layout.nb_channels)

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

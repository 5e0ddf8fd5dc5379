"""Opening a video file safely: only local files, only moving pictures, and the errors that say what is wrong.

This is the one place that deals with the containers' oddities; reading and probing stand on it.
"""

import contextlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from av.sidedata.sidedata import Type as SideDataType
from av.stream import Disposition

from lifemask.errors import FileMissingError, LifemaskError, NotAVideoError, TruncatedVideoError

# Only these are opened: libav would also take text for "ANSI art video", and follow a playlist over the net.
_RECORDINGS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mxf,nut,ivf,gif,h264,hevc,yuv4mpegpipe"
# These are opened to say what the file is instead.
_PICTURES = "png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe"
_SOUNDS = "wav,mp3,flac,aac"
_ONLY_LOCAL_RECORDINGS = {
    "protocol_whitelist": "file",
    "format_whitelist": ",".join((_RECORDINGS, _PICTURES, _SOUNDS)),
}
# Frames that may be missing before a file counts as cut: encoders miscount by a frame or two at the ends.
_MISSING_FRAMES_ALLOWED = 3
_MISSING_FRACTION_ALLOWED = 0.01


@contextlib.contextmanager
def opened_video(path: str | os.PathLike[str]) -> Iterator[tuple[Any, Any]]:
    """Open a local video file; gives (container, video stream), closed at the end.

    Raises FileMissingError, NotAVideoError (unreadable, sound only, a picture, text) or TruncatedVideoError
    (a recording whose end, with its table of contents, is missing).
    """
    file = Path(path)
    if not file.exists():
        raise FileMissingError(f"{file} does not exist.", fix="Check the spelling of the path.")
    if not file.is_file():
        raise NotAVideoError(f"{file} is not a file.", fix="Give the path of one video file.")
    if not os.access(file, os.R_OK):
        raise FileMissingError(f"{file} cannot be read: permission denied.", fix=f"Try: chmod u+r '{file}'")
    try:
        # "file:" keeps names such as "concat:" from meaning something else.
        container = av.open(f"file:{file.absolute()}", options=_ONLY_LOCAL_RECORDINGS)
    except (FFmpegError, OSError, ValueError) as error:
        raise _unopenable(file, error) from error
    try:
        yield container, _video_stream(file, container)
    finally:
        container.close()


def expect_whole(path: str | os.PathLike[str], container: Any, stream: Any, packets: int, end_s: float) -> None:
    """Raise TruncatedVideoError when fewer frames came than the container announces.

    `packets`: video packets seen; `end_s`: the end of the last one on the stream's clock.
    """
    allowed = _MISSING_FRAMES_ALLOWED + _MISSING_FRACTION_ALLOWED * stream.frames
    if stream.frames and packets < stream.frames - allowed:
        raise truncated(path, f"{packets} of the {stream.frames} frames that the file announces are there")
    announced_s = _announced_duration_s(container, stream)
    if announced_s is not None and packets:
        frame_s = 1.0 / float(stream.average_rate or 25)
        if end_s < announced_s * (1 - _MISSING_FRACTION_ALLOWED) - _MISSING_FRAMES_ALLOWED * frame_s:
            raise truncated(path, f"it ends after {end_s:.1f} s of the {announced_s:.1f} s that it announces")


def _announced_duration_s(container: Any, stream: Any) -> float | None:
    """Length of the video track by a Matroska or WebM header, which counts no frames; else None."""
    if "matroska" not in container.format.name:
        return None
    with contextlib.suppress(KeyError, ValueError):
        hours, minutes, seconds = stream.metadata["DURATION"].split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    # The file's own duration includes the sound, which may end later.
    if container.duration and not container.streams.audio:
        return container.duration / av.time_base
    return None


def truncated(path: str | os.PathLike[str], measured: str) -> TruncatedVideoError:
    """The error for a file that is cut or damaged, with what was measured."""
    return TruncatedVideoError(
        f"{path} is damaged or incomplete: {measured}.",
        "The usual cause is a copy or a recording that was interrupted.",
        "Copy the file again from the camera, or record again.",
    )


def display_matrix(frame: Any) -> np.ndarray:
    """How the stored picture is turned for display: [2,2] of {-1,0,1}, (x', y') = (x, y) @ matrix.

    Nearest right angle of the container's display matrix (ISO 14496-12, 6.2.2); identity when there is none.
    """
    try:
        side_data = frame.side_data[SideDataType.DISPLAYMATRIX]
    except KeyError:
        return np.eye(2, dtype=int)
    a, b, _, c, d = np.frombuffer(bytes(side_data), dtype="<i4")[:5].astype(np.float64)
    matrix = np.array([[a, b], [c, d]])
    if abs(a) + abs(d) >= abs(b) + abs(c):
        matrix[0, 1] = matrix[1, 0] = 0.0
    else:
        matrix[0, 0] = matrix[1, 1] = 0.0
    turned = np.sign(matrix).astype(int)
    return turned if abs(round(float(np.linalg.det(turned)))) == 1 else np.eye(2, dtype=int)


def turn_for_display(image: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Apply `display_matrix` to an image [H,W,...]; the result is a view where possible."""
    if matrix[0, 0] == 0:
        image = image.swapaxes(0, 1)
        flip_x, flip_y = matrix[1, 0] < 0, matrix[0, 1] < 0
    else:
        flip_x, flip_y = matrix[0, 0] < 0, matrix[1, 1] < 0
    return image[:: -1 if flip_y else 1, :: -1 if flip_x else 1]


def _video_stream(file: Path, container: Any) -> Any:
    name = container.format.name
    if name.endswith("_pipe"):
        raise NotAVideoError(
            f"{file} is a still picture ({name.removesuffix('_pipe')}).",
            "An avatar needs many views of the moving face.",
            "Record about 30 seconds: lifemask check --guide",
        )
    covers = Disposition.attached_pic
    streams = [stream for stream in container.streams.video if not stream.disposition & covers]
    if not streams:
        kind = "holds sound but no picture" if container.streams.audio else "holds no video stream"
        raise NotAVideoError(f"{file} {kind}.", fix="Give the video file of the recording.")
    stream = max(streams, key=lambda each: each.width * each.height)
    if not stream.width or not stream.height:
        raise NotAVideoError(f"{file}: its video stream has no picture size.", "The file is damaged or not a video.")
    return stream


def _unopenable(file: Path, error: Exception) -> LifemaskError:
    if _is_cut_recording(file):
        return truncated(file, "its table of contents, written last, is missing")
    size = file.stat().st_size
    what = f"{file} is empty (0 bytes)." if size == 0 else f"{file} cannot be opened as a video."
    reason = getattr(error, "strerror", None) or str(error)
    return NotAVideoError(what, f"The decoder says: {reason}.", "Give a recording: mp4, mov, webm or mkv.")


def _is_cut_recording(file: Path) -> bool:
    """True for an MP4/MOV whose boxes run past the end of the file or that lacks its index (moov)."""
    size = file.stat().st_size
    seen = set()
    with open(file, "rb") as stream:
        offset = 0
        while offset + 8 <= size:
            stream.seek(offset)
            length, kind = struct.unpack(">I4s", stream.read(8))
            if length == 1:
                length = int.from_bytes(stream.read(8), "big")
            if not seen and kind not in (b"ftyp", b"wide", b"mdat", b"moov"):
                return False
            seen.add(kind)
            if length == 0:
                break
            if length < 8:
                return False
            offset += length
    return bool(seen) and (b"moov" not in seen or offset > size)

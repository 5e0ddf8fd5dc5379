"""``POST /v1/avatars/{name}/speak``: a sound in, a video of the avatar saying it out."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from lifemask.errors import LifemaskError
from lifemask.media.speech_sound import SPEECH_HZ, SpeechSound
from lifemask.serve.child import ChildFailure, lifemask
from lifemask.serve.problems import ApiError, renamed, responses
from lifemask.serve.state import ServerState, state_of
from lifemask.serve.uploads import receive

router = APIRouter(prefix="/v1/avatars", tags=["speaking"])
State = Annotated[ServerState, Depends(state_of)]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The sound (or a video with sound): the body itself, or the field 'file' of a form.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "application/octet-stream": _BINARY,
        },
    }
}


@router.post(
    "/{name}/speak",
    summary="Say what is heard in a sound",
    response_class=FileResponse,
    responses={**responses(404, 408, 409, 413, 415, 422), 200: {"content": {"video/mp4": {}}}},
    openapi_extra=_BODY,
)
async def speak(
    name: str,
    request: Request,
    state: State,
    fps: Annotated[float, Query(ge=10, le=60, description="Frames a second.")] = 25.0,
    max_side: Annotated[int | None, Query(ge=64, le=1920, description="Longer side of the frames.")] = None,
    mouth: Annotated[Literal["auto", "personal", "generic"], Query(description="Whose mouth.")] = "auto",
    energy: Annotated[float, Query(ge=0, le=3, description="How far head, brows and gaze move.")] = 1.0,
    still: Annotated[float, Query(ge=0, le=1, description="1 holds them at rest.")] = 0.0,
    seed: Annotated[int, Query(ge=0, lt=2**31, description="Of blinks, gaze and head motion.")] = 0,
    background: Annotated[
        str | None, Query(pattern="^#[0-9a-fA-F]{6}$", description="A colour; else what was behind the person.")
    ] = None,
) -> FileResponse:
    """The video is H.264 with the sound, marked as synthetic in its metadata. Who leaves stops the work."""
    folder, limits = state.shelf.folder(name), state.config.limits
    work = Path(tempfile.mkdtemp(prefix="lifemask-speak-"))
    try:
        with state.speaking.inside() as turn:
            upload = await receive(request, work, round(limits.sound_mb * 1e6), limits.upload_pause_seconds)
            assert upload.file is not None
            await asyncio.to_thread(_check_sound, upload.file, upload.filename, limits.sound_seconds)
            out = work / "speak.mp4"
            arguments = ["speak", str(folder), str(upload.file), "-o", str(out), "--fps", f"{fps:g}"]
            arguments += ["--mouth", mouth, "--energy", f"{energy:g}", "--still", f"{still:g}", "--seed", str(seed)]
            arguments += [] if max_side is None else ["--max-side", str(max_side)]
            arguments += [] if background is None else ["--background", background]
            async with _while_there(request), turn:
                await lifemask([*arguments, "--device", state.config.device])
    except ChildFailure as failure:
        await asyncio.to_thread(shutil.rmtree, work, True)
        raise renamed(failure.error, {str(folder): name, str(work): "the upload"}) from failure
    except BaseException:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, work, True))
        raise
    gone = BackgroundTask(shutil.rmtree, work, ignore_errors=True)
    return FileResponse(out, media_type="video/mp4", filename=f"{name}.mp4", background=gone)


@contextlib.asynccontextmanager
async def _while_there(request: Request) -> AsyncIterator[None]:
    """Stop the block when the client leaves."""
    task = asyncio.current_task()
    assert task is not None
    left = False

    async def watch() -> None:
        nonlocal left
        while (await request.receive())["type"] != "http.disconnect":
            pass
        left = True
        task.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if not left:
            raise
        task.uncancel()
        raise ApiError(499, "left", "the client has left") from None
    finally:
        watching.cancel()


def _check_sound(path: Path, name: str, most_s: float) -> None:
    """Raises ApiError 415 for what is no sound, 422 for one that is too long."""
    try:
        sound, heard = SpeechSound(path), 0
        for block in sound.blocks():
            heard += len(block)
            if heard > most_s * SPEECH_HZ:
                sound.close()
                raise ApiError(422, "too_long", "the sound is too long", f"At most {most_s:g} s are taken.")
    except ApiError:
        raise
    except LifemaskError as error:
        told = renamed(error, {str(path): name or "the upload"})
        raise ApiError(415, "not_sound", told.what, told.why, told.fix) from error

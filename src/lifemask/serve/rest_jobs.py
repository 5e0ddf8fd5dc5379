"""``POST /v1/avatars`` and ``/v1/jobs``: avatars made of uploaded clips."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from lifemask.errors import LifemaskError
from lifemask.media.video import probe
from lifemask.pipeline.files import remove
from lifemask.serve.jobs import OVER, Job
from lifemask.serve.problems import ApiError, Problem, renamed, responses
from lifemask.serve.state import ServerState, state_of
from lifemask.serve.uploads import Upload, receive

router = APIRouter(prefix="/v1", tags=["making avatars"])
State = Annotated[ServerState, Depends(state_of)]
JobId = Annotated[str, Path(description="As the upload was answered.")]
_HEARTBEAT_S = 10.0
_SHORTEST_CONSENT = 10
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["name", "consent", "file"],
                    "properties": {
                        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,63}$"},
                        "consent": {
                            "type": "string",
                            "minLength": _SHORTEST_CONSENT,
                            "description": "What the person in the clip has agreed to, in their own words.",
                        },
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}


class JobBody(BaseModel):
    """An avatar in the making: ``stage`` and ``percent`` of it, the last ``line`` of progress; times since 1970."""

    id: str
    name: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    stage: str
    percent: int | None
    line: str
    created_s: float
    finished_s: float | None
    error: Problem | None


@router.post(
    "/avatars",
    status_code=202,
    summary="Make an avatar of a clip",
    responses=responses(403, 408, 409, 413, 415, 422),
    openapi_extra=_FORM,
)
async def make(request: Request, state: State) -> JobBody:
    """Upload a clip of one person; the job that makes their avatar begins when its turn comes. The clip itself is
    deleted when the job ends."""
    folder, limits = state.jobs.place(), state.config.limits
    try:
        upload = await receive(request, folder, round(limits.clip_mb * 1e6), limits.upload_pause_seconds)
        consent = upload.fields.get("consent", "").strip()
        if len(consent) < _SHORTEST_CONSENT:
            raise ApiError(
                422,
                "no_consent",
                "no statement of consent was given",
                "An avatar of a person is made only if they agree.",
                'Send a field "consent" that says, in the words of the person in the clip, what they agree to.',
            )
        await _check_clip(upload, limits.clip_seconds)
    except BaseException:
        await asyncio.shield(asyncio.to_thread(remove, folder))
        raise
    assert upload.file is not None
    return _body(state.jobs.start(folder, upload.file, upload.fields.get("name", ""), consent))


@router.get("/jobs/{job_id}", summary="How far a job is", responses=responses(404))
async def job(job_id: JobId, state: State) -> JobBody:
    """Its state now."""
    return _body(state.jobs.get(job_id))


@router.delete("/jobs/{job_id}", summary="Stop a job", responses=responses(404))
async def cancel(job_id: JobId, state: State) -> JobBody:
    """What it has made is deleted; a job that is over stays as it is."""
    return _body(await state.jobs.cancel(job_id))


@router.get(
    "/jobs/{job_id}/events",
    summary="How a job goes on",
    response_class=StreamingResponse,
    responses={**responses(404), 200: {"content": {"text/event-stream": {}}}},
)
async def events(job_id: JobId, state: State) -> StreamingResponse:
    """Server-sent events, each a job's state: the present one at once, then every change, until it is over."""
    state.jobs.get(job_id)

    async def stream() -> AsyncIterator[str]:
        last: Job | None = None
        async for job in state.jobs.changes(job_id, _HEARTBEAT_S):
            event = "end" if job.state in OVER else "state"
            yield ": still here\n\n" if job is last else f"event: {event}\ndata: {json.dumps(asdict(job))}\n\n"
            last = job

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _check_clip(upload: Upload, most_s: float) -> None:
    assert upload.file is not None
    try:
        info = await asyncio.to_thread(probe, upload.file)
    except LifemaskError as error:
        raise renamed(error, {str(upload.file): upload.filename or "the upload"}) from error
    if info.duration_s > most_s:
        raise ApiError(
            422,
            "too_long",
            f"the clip is {info.duration_s:.0f} s long",
            f"At most {most_s:g} s are taken.",
            "Cut thirty good seconds out of it.",
        )


def _body(job: Job) -> JobBody:
    fields: dict[str, Any] = asdict(job)
    return JobBody(**fields)

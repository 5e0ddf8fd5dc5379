"""``/v1/health`` and the live page."""

from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, PlainTextResponse, Response
from pydantic import BaseModel

import lifemask.viewer
from lifemask import __version__
from lifemask.serve.state import ServerState, state_of

router = APIRouter()
State = Annotated[ServerState, Depends(state_of)]
_PAGE = Path(lifemask.viewer.__file__).parent / "client" / "live.html"


class Health(BaseModel):
    """How the server is; ``streams`` run now, ``most_streams`` can."""

    status: Literal["ok", "draining"]
    version: str
    uptime_s: float
    avatars: int
    streams: int
    most_streams: int
    jobs: int


@router.get("/v1/health", summary="How the server is", tags=["server"])
async def health(state: State) -> Health:
    """Answered without a key, and while the server stops."""
    return Health(
        status="draining" if state.draining else "ok",
        version=__version__,
        uptime_s=round(state.uptime_s, 1),
        avatars=len(state.shelf.names()),
        streams=state.places.taken,
        most_streams=state.config.limits.streams,
        jobs=state.jobs.running,
    )


@router.get("/", include_in_schema=False)
async def page() -> Response:
    """The live page: an avatar that says what the microphone hears."""
    if _PAGE.is_file():
        return FileResponse(_PAGE, media_type="text/html", headers={"Cache-Control": "no-cache"})
    return PlainTextResponse("Lifemask is here. What can be asked of it: /docs\n")

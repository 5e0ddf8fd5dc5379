"""``POST /v1/avatars/{name}/offer``: a call with an avatar."""

from importlib.util import find_spec
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from lifemask.serve.guard import OWNER
from lifemask.serve.problems import ApiError, responses
from lifemask.serve.query import StreamQuery
from lifemask.serve.state import ServerState, state_of

router = APIRouter(prefix="/v1/avatars", tags=["speaking"])
State = Annotated[ServerState, Depends(state_of)]


class Offer(BaseModel):
    """What a browser's ``RTCPeerConnection.createOffer`` gives."""

    sdp: str = Field(max_length=100_000)
    type: Literal["offer"]


class Answer(BaseModel):
    """For ``setRemoteDescription``."""

    sdp: str
    type: Literal["answer"]


@router.post("/{name}/offer", summary="Call an avatar (WebRTC)", responses=responses(404, 409, 422, 501))
async def offer(name: str, body: Offer, request: Request, state: State) -> Answer:
    """The offer has tracks that receive video and audio, and a track or a data channel with the sound that is said.
    The query takes fps, size, latency_s, audio_hz (of sound in the data channel), mouth, seed, energy and still."""
    if find_spec("aiortc") is None:
        raise ApiError(
            501,
            "no_webrtc",
            "this server cannot make calls",
            "WebRTC needs a package that is not installed there.",
            "pip install 'lifemask[webrtc]'",
        )
    from lifemask.serve.webrtc import call

    query = StreamQuery.of(request.query_params, ("fps", "size", "latency_s", "audio_hz"))
    return Answer(sdp=await call(state, name, request.scope[OWNER], query, body.sdp), type="answer")

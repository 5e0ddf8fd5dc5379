"""``/v1/avatars``: which there are, what each is, and all that a renderer elsewhere needs of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel

from lifemask.avatar.code_rows import CodeLayout
from lifemask.errors import ConfigError, FormatError
from lifemask.serve.problems import responses
from lifemask.serve.state import ServerState, state_of

router = APIRouter(prefix="/v1/avatars", tags=["avatars"])
State = Annotated[ServerState, Depends(state_of)]
Name = Annotated[str, Path(description="Name of an avatar, as the list has it.")]


class Layout(BaseModel):
    """What stands in a row of motion."""

    expression_names: list[str]
    torso_modes: int
    face_modes: int
    width: int


class Listed(BaseModel):
    """An avatar in the list."""

    name: str
    has_voice: bool
    title: str | None


class Avatars(BaseModel):
    """All avatars of this server."""

    avatars: list[Listed]


class About(BaseModel):
    """An avatar; ``layout`` is None for one that rows of motion cannot drive."""

    name: str
    has_voice: bool
    size_wh: tuple[int, int]
    gaussians: int
    layout: Layout | None
    card: dict[str, Any]


@router.get("", summary="All avatars", responses=responses())
async def listed(state: State) -> Avatars:
    """Their names, in order."""
    found = []
    for name in state.shelf.names():
        try:
            title = state.shelf.card(name)["title"]
        except FormatError:
            title = None
        found.append(Listed(name=name, has_voice=state.shelf.has_voice(name), title=title))
    return Avatars(avatars=found)


@router.get("/{name}", summary="One avatar", responses=responses(404))
async def about(name: Name, state: State) -> About:
    """Its frame's size, the layout of its rows of motion, and its card."""
    avatar = await state.shelf.avatar(name)
    try:
        layout = CodeLayout.of(avatar)
    except ConfigError:
        layout = None
    return About(
        name=name,
        has_voice=state.shelf.has_voice(name),
        size_wh=avatar.frame_wh,
        gaussians=len(avatar.model.corners),
        layout=None if layout is None else Layout(**_fields(layout)),
        card=state.shelf.card(name),
    )


@router.get(
    "/{name}/packed",
    summary="The avatar for the web client",
    response_class=Response,
    responses={**responses(404, 422), 200: {"content": {"application/octet-stream": {}}}, 304: {}},
)
async def packed(name: Name, request: Request, state: State) -> Response:
    """Everything that a browser needs to draw it, as docs/formats/packed_avatar.md says."""
    tag = f'"{await state.shelf.tag(name)}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(await state.shelf.packed(name), media_type="application/octet-stream", headers=headers)


@router.get("/{name}/card", summary="The avatar's card", responses=responses(404))
async def card(name: Name, state: State) -> dict[str, Any]:
    """Who it is of, with what consent, made of what and how well."""
    return state.shelf.card(name)


def _fields(layout: CodeLayout) -> dict[str, Any]:
    return {
        "expression_names": list(layout.expression_names),
        "torso_modes": layout.torso_modes,
        "face_modes": layout.face_modes,
        "width": layout.width,
    }

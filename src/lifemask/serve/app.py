"""The application: every part of the server, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, WebSocket
from starlette.middleware.cors import CORSMiddleware

from lifemask import __version__
from lifemask.serve import rest_avatars, rest_health, rest_jobs, rest_speak, rest_webrtc
from lifemask.serve.config import ServeConfig
from lifemask.serve.frames import FramesSession
from lifemask.serve.guard import Guard
from lifemask.serve.keys import Keys
from lifemask.serve.parameters import ParametersSession
from lifemask.serve.problems import add_handlers
from lifemask.serve.session import Session
from lifemask.serve.state import ServerState

_ABOUT = """Avatars of real people, made of half a minute of video, that say what they hear.

Motion and pictures in real time come over WebSocket: `/v1/avatars/{name}/parameters` and `/v1/avatars/{name}/frames`;
docs/server.md describes them. Every error has one form: what, why, what to do, and a code."""


def create_app(settings: ServeConfig) -> FastAPI:
    """The server as an ASGI application, to be run by ``lifemask.serve.run``: its streams need the connections made
    there. Raises FileMissingError for a folder without an avatar."""
    state = ServerState(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await state.open()
        try:
            yield
        finally:
            await state.close()

    app = FastAPI(title="Lifemask", version=__version__, description=_ABOUT, lifespan=lifespan, redoc_url=None)
    app.state.lifemask = state
    for part in (rest_health, rest_avatars, rest_speak, rest_webrtc, rest_jobs):
        app.include_router(part.router)
    add_handlers(app)
    _add_stream(app, "parameters", ParametersSession)
    _add_stream(app, "frames", FramesSession)
    app.add_middleware(Guard, config=settings, keys=Keys(settings.api_keys), state=state)
    if settings.allow_origin:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allow_origin,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type"],
            max_age=600,
        )
    return app


def _add_stream(app: FastAPI, kind: str, session: type[Session]) -> None:
    @app.websocket(f"/v1/avatars/{{name}}/{kind}")
    async def stream(websocket: WebSocket, name: str) -> None:
        await session(websocket, websocket.app.state.lifemask, name).run()

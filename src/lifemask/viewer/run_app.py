"""The page that looks at a run, served to this machine alone."""

import io
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from PIL import Image
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from lifemask.errors import FileMissingError, LifemaskError
from lifemask.viewer.run_view import RunView, reason

HOST = "127.0.0.1"
_JPEG_QUALITY = 90


def run_app(view: RunView, scratch: Path) -> FastAPI:
    """The pages and pictures of a run; ``scratch``: a folder for the avatar's own page. Asked by another name than
    this machine's it answers nothing, so that no page from elsewhere can reach it."""
    app = FastAPI(title="Lifemask: a run", openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    pages = Path(str(resources.files("lifemask.viewer") / "run_page"))
    avatar_page = _AvatarPage(view, scratch)

    @app.exception_handler(LifemaskError)
    async def refused(_: Request, error: LifemaskError) -> JSONResponse:
        return JSONResponse({"error": reason(error)}, 404 if isinstance(error, FileMissingError) else 422)

    @app.get("/api/run")
    def run() -> dict:
        return view.summary()

    @app.get("/api/series")
    def series() -> dict:
        return view.series()

    @app.get("/api/training")
    def training() -> dict:
        return view.training()

    @app.get("/picture/{layer}/{row}")
    def picture(layer: str, row: int) -> Response:
        stream = io.BytesIO()
        Image.fromarray(view.picture(layer, row)).save(stream, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
        return Response(stream.getvalue(), media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    @app.get("/avatar")
    def avatar() -> FileResponse:
        return FileResponse(avatar_page.current(), media_type="text/html")

    @app.get("/")
    def index() -> HTMLResponse:
        return HTMLResponse((pages / "index.html").read_text())

    app.mount("/page", StaticFiles(directory=pages))
    return app


def serve_run(folder: Path, port: int) -> "RunServer":
    """Get ready to serve the run in ``folder``. Raises the errors of ``RunView``."""
    return RunServer(RunView(folder), port)


class RunServer:
    """Serves until it is interrupted. ``port`` 0 takes any."""

    def __init__(self, view: RunView, port: int) -> None:
        self._scratch = TemporaryDirectory(prefix="lifemask-view-")
        app = run_app(view, Path(self._scratch.name))
        self._server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=port, log_level="warning"))
        self._socket = self._server.config.bind_socket()
        self.address = f"http://{HOST}:{self._socket.getsockname()[1]}/"

    def run(self) -> None:
        """Until Ctrl-C."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._scratch.cleanup()

    def stop(self) -> None:
        """End ``run``, from another thread."""
        self._server.should_exit = True


class _AvatarPage:
    """The avatar's own page, made anew when the avatar has changed."""

    def __init__(self, view: RunView, scratch: Path) -> None:
        self._view, self._path = view, scratch / "avatar.html"
        self._version: str | None = None
        self._busy = Lock()

    def current(self) -> Path:
        from lifemask.viewer.page import export_page

        with self._busy:
            version = self._view.avatar_version()
            if version is None or version != self._version:
                export_page(self._view.folder, self._path, force=True)
                self._version = version
        return self._path

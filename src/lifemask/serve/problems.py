"""Errors as a client sees them: one form for all, over HTTP and in a stream."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from lifemask import errors
from lifemask.errors import LifemaskError

_STATUS: dict[str, int] = {
    "FileMissingError": 404,
    "NotAVideoError": 415,
    "TruncatedVideoError": 422,
    "UnusableClipError": 422,
    "NoFaceError": 422,
    "OutputExistsError": 409,
    "RunBusyError": 409,
    "DiskFullError": 507,
    "AssetError": 503,
    "FormatError": 415,
    "ConfigError": 422,
    "DeviceError": 503,
    "TrackingError": 422,
    "InterruptedRunError": 503,
}


class Problem(BaseModel):
    """What went wrong, why, what to do about it, and a name for programs."""

    what: str
    why: str
    fix: str
    code: str


class ProblemBody(BaseModel):
    """The body of every answer that is an error."""

    error: Problem


class ApiError(LifemaskError):
    """An error with its HTTP ``status`` and ``code``, a name for programs."""

    def __init__(
        self, status: int, code: str, what: str, why: str = "", fix: str = "", *, retry_s: float | None = None
    ) -> None:
        super().__init__(what, why, fix)
        self.status, self.code, self.retry_s = status, code, retry_s


def described(error: LifemaskError) -> dict[str, Any]:
    """``{"error": {"what", "why", "fix", "code"}}``."""
    code = error.code if isinstance(error, ApiError) else type(error).__name__
    return {"error": {"what": error.what, "why": error.why, "fix": error.fix, "code": code}}


def status_of(error: LifemaskError) -> int:
    """The HTTP status."""
    return error.status if isinstance(error, ApiError) else _STATUS.get(type(error).__name__, 500)


def answer(error: LifemaskError) -> JSONResponse:
    """The HTTP answer of an error."""
    retry_s = error.retry_s if isinstance(error, ApiError) else None
    headers = {} if retry_s is None else {"Retry-After": str(max(1, round(retry_s)))}
    if status_of(error) == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(described(error), status_of(error), headers)


def of_child(kind: str, what: str, why: str, fix: str) -> LifemaskError:
    """The error that a child process told in JSON."""
    known = getattr(errors, kind, None)
    if isinstance(known, type) and issubclass(known, LifemaskError):
        return known(what, why, fix)
    return ApiError(_STATUS.get(kind, 500), kind, what, why, fix)


def renamed(error: LifemaskError, names: Mapping[str, str]) -> LifemaskError:
    """The same error with names that the client knows instead of the server's paths."""
    for part in ("what", "why", "fix"):
        text = getattr(error, part)
        for path, name in names.items():
            text = text.replace(path, name)
        setattr(error, part, text)
    return error


def not_found(what: str, fix: str = "") -> ApiError:
    """There is no such thing."""
    return ApiError(404, "not_found", what, fix=fix)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For the interface's description: these answers are errors."""
    return {status: {"model": ProblemBody} for status in (*statuses, 401, 403, 422, 429, 503)}


def add_handlers(app: FastAPI) -> None:
    """Every error leaves ``app`` in that form."""

    async def ours(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, LifemaskError)
        return answer(error)

    async def of_framework(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        names = {404: "not_found", 405: "method_not_allowed"}
        what = {404: "there is nothing at this address", 405: "this address does not take that method"}
        code = names.get(error.status_code, "http_error")
        return answer(
            ApiError(error.status_code, code, what.get(error.status_code, str(error.detail)), fix="See /docs.")
        )

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        return answer(ApiError(422, "invalid", f"{where or 'the request'}: {first['msg']}", fix="See /docs."))

    async def unforeseen(_: Request, error: Exception) -> JSONResponse:
        why = "This is a fault of the server, not of the request."
        return answer(ApiError(500, "internal", f"{type(error).__name__}", why, "Look at the server's log."))

    app.add_exception_handler(LifemaskError, ours)
    app.add_exception_handler(HTTPException, of_framework)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unforeseen)

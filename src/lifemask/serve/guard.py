"""Who comes in: checked before anything else is done, for requests and for streams alike."""

from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from lifemask.errors import LifemaskError
from lifemask.serve.config import LOOPBACK, ServeConfig
from lifemask.serve.keys import Keys
from lifemask.serve.limits import Rates
from lifemask.serve.problems import ApiError, answer
from lifemask.serve.state import ServerState

OWNER = "lifemask.owner"
"""Where in the scope of a request its owner stands: the key's name, or the client's address."""
_OPEN = {"/", "/docs", "/openapi.json", "/v1/health"}
_READING = {"GET", "HEAD", "OPTIONS"}


class Guard:
    """Middleware that lets in: hosts that this server is, pages that may use it, keys that are known, not too often."""

    def __init__(self, app: ASGIApp, config: ServeConfig, keys: Keys, state: ServerState) -> None:
        self._app, self._config, self._keys, self._state = app, config, keys, state
        self._rates = Rates(config.limits.requests_per_minute)
        self._hosts = {*LOOPBACK, config.host, *(urlsplit(origin).hostname for origin in config.allow_origin)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            try:
                scope[OWNER] = self._admitted(scope)
            except LifemaskError as error:
                await answer(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _admitted(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        reading = scope["type"] == "http" and scope["method"] in _READING
        self._check_host(headers)
        if not reading:
            self._check_origin(headers)
        address = scope["client"][0] if scope.get("client") else "unknown"
        if not self._keys or (reading and scope["path"] in _OPEN):
            owner = f"address {address}"
        else:
            owner = self._keys.owner(_shown(scope, headers, in_query=reading or scope["type"] == "websocket"))
            if owner is None:
                self._rates.check(f"stranger {address}")
                raise ApiError(
                    401, "unauthorised", "no valid API key was shown", fix="Send the header Authorization: Bearer KEY"
                )
        self._rates.check(owner)
        if self._state.draining and scope["type"] == "http" and not reading:
            raise ApiError(503, "draining", "the server stops", fix="Try again later.", retry_s=10)
        return owner

    def _check_host(self, headers: Headers) -> None:
        """Without keys only this machine's own names are answered to: a foreign name that leads here is an attack."""
        host = headers.get("host", "")
        if not self._keys and _hostname(host) not in self._hosts:
            raise ApiError(
                403, "foreign_host", f"this server is not {host[:100]!r}", "It answers to this machine's own names."
            )

    def _check_origin(self, headers: Headers) -> None:
        origin = headers.get("origin")
        if origin is None or origin in self._config.allow_origin:
            return
        if urlsplit(origin).netloc != headers.get("host"):
            raise ApiError(
                403,
                "foreign_origin",
                f"pages of {origin[:100]!r} may not use this server",
                "A web page could otherwise use servers of whoever looks at it.",
                "Start it with --allow-origin, if that is wanted.",
            )


def _shown(scope: Scope, headers: Headers, *, in_query: bool) -> str | None:
    kind, _, key = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return key.strip()
    if not in_query:
        return None
    return parse_qs(scope["query_string"].decode("latin-1")).get("key", [None])[0]


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None

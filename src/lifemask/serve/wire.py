"""Connections below the application: what only they can do against clients that do not behave."""

import asyncio
import contextlib
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.http11 import Request

EXTENSION = "lifemask.wire"
_READ_AT_ONCE = 16_384
"""Bytes that one client can make the loop work on before others get their turn."""
_BUFFERED = 65_536
_FIRST_REQUEST_S = 20.0
_MOST_WASTED = 4_000_000
"""Bytes that are read and thrown away, so that a client that is still sending can read why it was refused."""
_GRACE_S = 2.0
_LONGEST_REASON = 120


class HttpWire(H11Protocol):
    """uvicorn's HTTP connection, cut off when nothing is asked, or when a body goes on and on after its answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wasted = 0
        self._patience = self.loop.call_later(_FIRST_REQUEST_S, self._nothing_asked)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None:
            self._patience.cancel()
            if self.cycle.response_complete and self.conn.their_state is h11.SEND_BODY:
                self._wasted += len(data)
                if self._wasted > _MOST_WASTED:
                    self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.cancel()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._patience.cancel()
        super().handle_websocket_upgrade(event)

    def _nothing_asked(self) -> None:
        self.transport.abort()


class Wire(WebSocketsSansIOProtocol):
    """uvicorn's connection, found by the application in its scope's extensions."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if hasattr(transport, "max_size"):
            transport.max_size = _READ_AT_ONCE  # type: ignore[attr-defined]
        self.transport.set_write_buffer_limits(high=_BUFFERED)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            scope = cast(dict[str, Any], self.scope)
            scope["extensions"][EXTENSION] = self

    def keepalive_timeout(self) -> None:
        # What is not read, because the client sends faster than speech, may hold its answer.
        if self.read_paused:
            self.pong_timer = self.pending_ping_payload = None
            self.schedule_ping()
            return
        super().keepalive_timeout()

    def end(self, code: int, reason: str, text: str | None = None) -> None:
        """Send a last ``text`` and close; a client that does not take it is cut off soon."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        with contextlib.suppress(InvalidState):
            if text is not None:
                self.conn.send_text(text.encode())
            self.conn.send_close(code, reason.encode()[:_LONGEST_REASON].decode(errors="ignore"))
            self.transport.write(b"".join(self.conn.data_to_send()))
        self.stop_keepalive()
        self.close_sent = self.disconnected = True
        self.writable.set()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.read_paused = False
        with contextlib.suppress(RuntimeError):
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(_GRACE_S, self.transport.abort)

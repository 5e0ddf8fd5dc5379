"""One client on one WebSocket: what both kinds of streams do alike, and how each of them ends."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from lifemask.errors import LifemaskError
from lifemask.serve.guard import OWNER
from lifemask.serve.limits import Bucket
from lifemask.serve.messages import Microphone, answer_to, as_text
from lifemask.serve.problems import ApiError, described
from lifemask.serve.query import StreamQuery
from lifemask.serve.state import ServerState
from lifemask.serve.wire import EXTENSION, Wire

PROTOCOL = 1
_BURST = 2000.0
_CODES = {415: 1003, 503: 1013}
_LATE_S = 0.2
"""Sending that took longer was held up by a client that does not read: what is older than that now is left out."""


class Farewell(Exception):
    """The stream ends, with the ``code`` of its closing; an ``error`` is told before."""

    def __init__(self, code: int, reason: str, error: LifemaskError | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.error = code, reason, error


class Session(ABC):
    """Serves one client from the opening to the end. A kind of stream says how it is opened, fed and sent."""

    def __init__(self, websocket: WebSocket, state: ServerState, name: str) -> None:
        self.websocket, self.state, self.name = websocket, state, name
        self.owner: str = websocket.scope[OWNER]
        self.stream: Any = None
        self.query: StreamQuery
        self._wire: Wire = websocket.scope["extensions"][EXTENSION]
        self._loop = asyncio.get_running_loop()
        self._end: asyncio.Future[None] = self._loop.create_future()
        self._messages = Bucket(state.config.limits.messages_per_second, _BURST, self._loop.time)
        self._heard_s = self._loop.time()
        self._sending_since_s: float | None = None
        self._skip_until_s = -1.0

    @abstractmethod
    async def open(self) -> AbstractAsyncContextManager[Any]:
        """The stream, still to be entered. Raises LifemaskError for what the client asked wrongly."""

    @abstractmethod
    def hello(self) -> dict[str, Any]:
        """What this kind of stream says at its beginning."""

    @abstractmethod
    def waiting_s(self) -> float:
        """Seconds of sound that wait in the stream."""

    @abstractmethod
    async def write(self) -> None:
        """Send everything, for ever."""

    async def run(self) -> None:
        """Serve the client; returns when it is over, however it ends."""
        await self.websocket.accept()
        try:
            await self._serve()
        except Farewell as end:
            self._say_farewell(end)
        except WebSocketDisconnect:
            pass
        except LifemaskError as error:
            code = _CODES.get(error.status, 1008) if isinstance(error, ApiError) else 1008
            self._say_farewell(Farewell(code, error.what, error))
        except Exception:
            self._say_farewell(Farewell(1011, "a fault of the server", _FAULT))
            raise

    def finish(self, code: int, reason: str, error: LifemaskError | None = None) -> None:
        """End it from outside."""
        if not self._end.done():
            self._end.set_exception(Farewell(code, reason, error))

    def check(self) -> None:
        """End it if its client does not read, or has nothing to say; to be called now and then."""
        limits, now_s = self.state.config.limits, self._loop.time()
        if self._sending_since_s is not None and now_s - self._sending_since_s > limits.stall_seconds:
            error = ApiError(503, "too_slow", "what was sent is not read", fix="Connect again, and read faster.")
            self.finish(1013, "what was sent is not read", error)
        elif now_s - self._heard_s > limits.idle_seconds:
            self.finish(1000, f"nothing came for {limits.idle_seconds:g} s")

    def tell(self, message: dict[str, Any]) -> None:
        """Send a text as soon as it can be, without waiting for it."""
        self.state.keep(self._loop.create_task(self._tell(message)))

    def is_due(self, time_s: float) -> bool:
        """Whether a frame is still to be sent: older ones are left out for a client whose reading was held up."""
        return time_s >= self._skip_until_s

    async def send(self, data: bytes, time_s: float) -> None:
        """Send a frame's message, if it ``is_due``; waits while the client does not read."""
        if not self.is_due(time_s):
            return
        began_s = self._sending_since_s = self._loop.time()
        try:
            await self.websocket.send({"type": "websocket.send", "bytes": data})
        finally:
            self._sending_since_s = None
        took_s = self._loop.time() - began_s
        if took_s > _LATE_S:
            self._skip_until_s = time_s + took_s

    async def _serve(self) -> None:
        if self.state.draining:
            raise Farewell(1001, "the server stops", ApiError(503, "draining", "the server stops"))
        with self.state.places.place(self.owner), self.state.session(self):
            async with await self.open() as self.stream:
                await self._tell(self._greeting())
                self._heard_s = self._loop.time()
                work = [self._loop.create_task(part) for part in (self._read(), self.write())]
                try:
                    done, _ = await asyncio.wait([*work, self._end], return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for task in work:
                        task.cancel()
                    ends = await asyncio.gather(*work, return_exceptions=True)
                if self._end.done():
                    self._end.result()
                for end in ends:
                    if isinstance(end, Exception):
                        raise end
                assert done

    def _greeting(self) -> dict[str, Any]:
        limits = self.state.config.limits
        common = {"most_queued_s": limits.most_queued_seconds, "idle_seconds": limits.idle_seconds}
        return {"type": "hello", "protocol": PROTOCOL, "avatar": self.name} | self.hello() | common

    async def _read(self) -> None:
        hearing = Microphone(self.stream, self.waiting_s) if self.query.microphone else self.stream
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            self._heard_s = self._loop.time()
            while wait_s := self._messages.take():
                await asyncio.sleep(wait_s)
            data = message.get("bytes")
            said = await answer_to(hearing, message["text"] if data is None else data, self.query.audio_hz)
            if said is not None:
                await self._tell(said)

    async def _tell(self, message: dict[str, Any]) -> None:
        await self.websocket.send({"type": "websocket.send", "text": as_text(message)})

    def _say_farewell(self, end: Farewell) -> None:
        text = None if end.error is None else as_text({"type": "error"} | described(end.error))
        self._wire.end(end.code, end.reason, text)


_FAULT = ApiError(500, "internal", "the server has failed", "This is a fault of the server.", "Look at its log.")

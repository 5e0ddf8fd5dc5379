"""Files that clients send: written while they come, never longer than allowed, never held in memory."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from lifemask.serve.problems import ApiError

_MOST_TEXT, _MOST_FIELDS, _MOST_AROUND = 8192, 20, 65_536
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass
class Upload:
    """The ``file`` as it was written, the name that it had (for people; never a path), and the form's other fields."""

    file: Path | None = None
    filename: str = ""
    fields: dict[str, str] = field(default_factory=dict)


async def receive(request: Request, folder: Path, most_bytes: int, pause_s: float) -> Upload:
    """Write the file of a form (multipart/form-data; the field ``file``), or else the whole body, into ``folder``.

    Raises ApiError: 413 as soon as it is too large, 408 when nothing comes for ``pause_s``, 422 for a broken form,
    or one without a file.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    in_form = kind == b"multipart/form-data"
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > most_bytes + in_form * _MOST_AROUND:
        raise _too_large(most_bytes)
    if in_form:
        form = _Form(folder, most_bytes)
        try:
            parser = MultipartParser(options.get(b"boundary", b""), cast(Any, form.callbacks()))
            async for chunk in _chunks(request, most_bytes + _MOST_AROUND, pause_s):
                parser.write(chunk)
            parser.finalize()
        except FormParserError as error:
            raise _broken(f"the form cannot be read: {error}") from error
        finally:
            form.close()
        upload = form.upload
    else:
        upload = Upload(folder / "upload")
        with (folder / "upload").open("wb") as out:
            async for chunk in _chunks(request, most_bytes, pause_s):
                out.write(chunk)
    if upload.file is None or upload.file.stat().st_size == 0:
        raise _broken("no file was sent")
    return upload


async def _chunks(request: Request, most_bytes: int, pause_s: float) -> AsyncIterator[bytes]:
    stream, come = request.stream().__aiter__(), 0
    while True:
        try:
            async with asyncio.timeout(pause_s):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ApiError(408, "too_slow", f"nothing came for {pause_s:g} s", fix="Send it again.") from None
        except ClientDisconnect as error:
            raise ApiError(400, "cut", "the upload was cut off") from error
        come += len(chunk)
        if come > most_bytes:
            raise _too_large(most_bytes)
        yield chunk


class _Form:
    """Takes a form apart as it comes."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.upload = Upload()
        self._folder, self._left = folder, most_bytes
        self._out: BinaryIO | None = None
        self._header, self._value, self._disposition = bytearray(), bytearray(), b""
        self._name, self._text = "", bytearray()

    def callbacks(self) -> dict:
        names = (
            "part_begin",
            "part_data",
            "part_end",
            "header_field",
            "header_value",
            "header_end",
            "headers_finished",
        )
        return {f"on_{name}": getattr(self, f"_{name}") for name in names}

    def close(self) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None

    def _part_begin(self) -> None:
        self._disposition, self._name, self._text = b"", "", bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode(errors="replace")
        if self._name == "file":
            if self.upload.file is not None:
                raise _broken("more than one file was sent")
            self.upload.filename = options.get(b"filename", b"").decode(errors="replace")[:200]
            suffix = _SUFFIX.fullmatch(Path(self.upload.filename).suffix)
            self.upload.file = self._folder / f"upload{suffix[0].lower() if suffix else ''}"
            self._out = self.upload.file.open("wb")
        elif len(self.upload.fields) >= _MOST_FIELDS:
            raise _broken("the form has too many fields")

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._out is not None:
            self._left -= end - start
            if self._left < 0:
                raise ApiError(413, "too_large", "the file is too large")
            self._out.write(data[start:end])
        else:
            self._text += data[start:end]
            if len(self._text) > _MOST_TEXT:
                raise _broken(f"the field {self._name[:40]!r} is too long")

    def _part_end(self) -> None:
        if self._out is not None:
            self.close()
        else:
            self.upload.fields[self._name] = self._text.decode(errors="replace")


def _too_large(most_bytes: int) -> ApiError:
    return ApiError(413, "too_large", "the file is too large", f"At most {most_bytes / 1e6:g} MB are taken.")


def _broken(what: str) -> ApiError:
    return ApiError(422, "bad_upload", what, "Expected a form (multipart/form-data) with the file in its field 'file'.")

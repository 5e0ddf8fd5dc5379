"""The avatars that are served: by name, loaded when they are asked for."""

import asyncio
import os
import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from lifemask.avatar.avatar import FILE, Avatar, avatar_file
from lifemask.errors import FileMissingError
from lifemask.media.files import file_sha256
from lifemask.pipeline.avatar_voice import AvatarVoice
from lifemask.pipeline.card import card_in
from lifemask.pipeline.config import Device
from lifemask.pipeline.job import pick_device
from lifemask.pipeline.voice_file import VOICE
from lifemask.serve.config import ServeConfig
from lifemask.serve.problems import ApiError, not_found

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""What a name is, whole."""
_MOST_LOADED = 16
T = TypeVar("T")


class Shelf:
    """Names and folders of avatars. Those that were given are there from the beginning; those of ``uploads`` are what
    its folders hold. Raises FileMissingError for a given folder without an avatar."""

    def __init__(self, config: ServeConfig) -> None:
        self._uploads = config.uploads
        self._device: Device = config.device
        self.given: dict[str, Path] = {}
        for folder in config.avatars:
            avatar_file(folder)
            self.given[self._free_name(folder)] = folder
        self._loaded: OrderedDict[tuple[str, str], tuple[Any, Any]] = OrderedDict()
        self._loading: dict[tuple[str, str], asyncio.Lock] = {}

    def names(self) -> list[str]:
        """All names, in order."""
        return sorted({*self.given, *self._made()})

    def folder(self, name: str) -> Path:
        """The folder of an avatar. Raises ApiError 404."""
        found = self.given.get(name)
        if found is None and NAME.fullmatch(name):
            found = self._made().get(name)
        if found is None:
            raise not_found(f"there is no avatar {name[:64]!r}", "GET /v1/avatars lists those there are.")
        return found

    def has_voice(self, name: str) -> bool:
        """Whether it can speak. Raises ApiError 404."""
        return (self.folder(name) / VOICE).is_file()

    def card(self, name: str) -> dict[str, Any]:
        """What its card says; of one that was made without, what is known. Raises ApiError 404, FormatError."""
        return card_in(self.folder(name))

    async def avatar(self, name: str) -> Avatar:
        """The avatar. Raises ApiError 404, and what ``Avatar.load`` raises."""
        folder = self.folder(name)
        return await self._kept(folder, "avatar", FILE, lambda: Avatar.load(folder, pick_device(self._device)))

    async def voice(self, name: str) -> AvatarVoice:
        """The avatar and its voice. Raises ApiError 404 and 409 for one without a voice."""
        folder = self.folder(name)
        if not self.has_voice(name):
            raise ApiError(
                409,
                "no_voice",
                f"the avatar {name!r} has no voice",
                f"Its folder holds no {VOICE}: it was made without one.",
                "Make it again with the present version of Lifemask: lifemask create",
            )
        avatar = await self.avatar(name)
        return await self._kept(folder, "voice", VOICE, lambda: AvatarVoice.load(folder, avatar))

    async def packed(self, name: str) -> bytes:
        """The avatar as the web client takes it. Raises what ``pack_avatar`` raises."""
        folder = self.folder(name)

        def pack() -> bytes:
            from lifemask.viewer.pack import pack_avatar

            return pack_avatar(folder)

        return await self._kept(folder, "packed", FILE, pack)

    async def tag(self, name: str) -> str:
        """A text that changes with the avatar's file. Raises ApiError 404."""
        folder = self.folder(name)
        return await self._kept(folder, "tag", FILE, lambda: file_sha256(folder / FILE)[:32])

    async def _kept(self, folder: Path, kind: str, file: str, make: Callable[[], T]) -> T:
        """What ``make`` returned for the file as it is now; made on another thread, once for all who ask."""
        key = (kind, str(folder))
        async with self._loading.setdefault(key, asyncio.Lock()):
            try:
                stamp = [(status.st_mtime_ns, status.st_size) for status in ((folder / file).stat(),)]
            except FileNotFoundError as error:
                raise FileMissingError(f"{folder.name} holds no {file} any more.") from error
            if key not in self._loaded or self._loaded[key][0] != stamp:
                self._loaded[key] = (stamp, await asyncio.to_thread(make))
            self._loaded.move_to_end(key)
            kept = self._loaded[key][1]
        while len(self._loaded) > 3 * _MOST_LOADED:
            self._loaded.popitem(last=False)
        return kept

    def _made(self) -> dict[str, Path]:
        """Whole avatars in the folder of uploads; a link that leads out of it is none."""
        if self._uploads is None or not self._uploads.is_dir():
            return {}
        root = self._uploads.resolve()
        return {
            path.name: path
            for path in root.iterdir()
            if NAME.fullmatch(path.name) and path.resolve().parent == root and (path / FILE).is_file()
        }

    def _free_name(self, folder: Path) -> str:
        name, number = name_of(folder), 2
        while (free := name if number == 2 else f"{name}-{number - 1}") in self.given:
            number += 1
        return free


def name_of(folder: Path) -> str:
    """The name of an avatar that is given by its folder: the folder's, in small letters and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", Path(os.path.abspath(folder)).name.lower()).strip("-")[:60] or "avatar"

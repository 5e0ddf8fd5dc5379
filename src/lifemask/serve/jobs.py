"""Avatars in the making: a queue of uploaded clips, each made by ``lifemask create`` in a process of its own."""

import asyncio
import contextlib
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from lifemask.pipeline.files import remove, sync_folder
from lifemask.pipeline.lock import FolderLock
from lifemask.serve.child import ChildFailure, lifemask
from lifemask.serve.config import ServeConfig
from lifemask.serve.problems import ApiError, described, not_found, renamed
from lifemask.serve.shelf import NAME, Shelf

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
OVER: tuple[JobState, ...] = ("done", "failed", "cancelled")
WORK = ".jobs"
"""Folder in that of the uploads where avatars are made; they leave it whole."""
_KEPT = 200
_PERCENT = re.compile(r"(?P<stage>.+?) (?P<percent>\d{1,3}) %")
_STAGE = re.compile(r"(?P<stage>.+?) (?:\.\.\.|done in .*)")


@dataclass(frozen=True)
class Job:
    """An avatar ``name`` in the making; ``stage`` and ``percent`` of it, and the last ``line`` of progress."""

    id: str
    name: str
    state: JobState = "queued"
    stage: str = ""
    percent: int | None = None
    line: str = ""
    created_s: float = field(default_factory=time.time)
    finished_s: float | None = None
    error: dict[str, Any] | None = None


class Jobs:
    """``limits.jobs_at_once`` run, ``limits.jobs_waiting`` wait."""

    def __init__(self, config: ServeConfig, shelf: Shelf) -> None:
        self._config, self._shelf, self._root = config, shelf, config.uploads
        self._jobs: dict[str, Job] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._reserved: set[str] = set()
        self._turns = asyncio.Semaphore(config.limits.jobs_at_once)
        self._news = asyncio.Event()
        self._lock: FolderLock | None = None
        self._closed = False

    async def open(self) -> None:
        """Take the folder of uploads, and clear what a server that was killed has left. Raises RunBusyError."""
        if self._root is not None:
            (self._root / WORK).mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(self._root / WORK / ".lock")
            for left in (self._root / WORK).iterdir():
                if left.is_dir():
                    await asyncio.to_thread(remove, left)

    async def close(self) -> None:
        """Cancel all, and let the folder go."""
        self._closed = True
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @property
    def running(self) -> int:
        """How many are not over."""
        return len(self._tasks)

    def place(self) -> Path:
        """A new folder for an upload. Raises ApiError when clips are not taken, or none more now."""
        if self._root is None:
            raise ApiError(
                403, "no_uploads", "this server takes no clips", fix="Start it with: lifemask serve --uploads FOLDER"
            )
        if self._closed:
            raise ApiError(503, "draining", "the server stops", fix="Try again later.", retry_s=10)
        if len(self._tasks) >= self._config.limits.jobs_at_once + self._config.limits.jobs_waiting:
            raise ApiError(
                429, "queue_full", f"{len(self._tasks)} avatars are in the making", fix="Try later.", retry_s=60
            )
        folder = self._root / WORK / secrets.token_hex(8)
        folder.mkdir()
        return folder

    def start(self, folder: Path, clip: Path, name: str, consent: str) -> Job:
        """Queue the making of an avatar of ``clip`` in ``folder``, which a call of ``place`` gave. Raises as it."""
        try:
            self._check_name(name)
            if len(self._tasks) >= self._config.limits.jobs_at_once + self._config.limits.jobs_waiting:
                raise ApiError(429, "queue_full", "other clips came first", fix="Try later.", retry_s=60)
        except ApiError:
            remove(folder)
            raise
        job = Job(folder.name, name)
        self._jobs[job.id] = job
        self._reserved.add(name)
        while len(self._jobs) > _KEPT:
            over = next((known for known in self._jobs.values() if known.state in OVER), None)
            if over is None:
                break
            del self._jobs[over.id]
        self._tasks[job.id] = asyncio.create_task(self._make(job.id, folder, clip, consent))
        return job

    def get(self, job_id: str) -> Job:
        """A job as it is now. Raises ApiError 404."""
        if job_id not in self._jobs:
            raise not_found(f"there is no job {job_id[:64]!r}")
        return self._jobs[job_id]

    async def cancel(self, job_id: str) -> Job:
        """Stop a job, if it is not over. Raises ApiError 404."""
        job = self.get(job_id)
        if (task := self._tasks.get(job.id)) is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return self.get(job_id)

    async def changes(self, job_id: str, every_s: float) -> AsyncIterator[Job]:
        """The job now and after each change until it is over; the same again where nothing changes for ``every_s``."""
        job = self.get(job_id)
        yield job
        while job.state not in OVER:
            news = self._news
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), every_s)
            if (now := self._jobs.get(job_id, job)) is not job or not news.is_set():
                job = now
                yield job

    def _check_name(self, name: str) -> None:
        if not NAME.fullmatch(name):
            raise ApiError(
                422,
                "bad_name",
                f"{name[:80]!r} cannot be the name of an avatar",
                "Expected 1 to 64 small letters, digits and hyphens, beginning with a letter or digit.",
            )
        assert self._root is not None
        if name in self._reserved or name in self._shelf.names() or (self._root / name).exists():
            raise ApiError(409, "name_taken", f"there is an avatar {name!r} already", fix="Choose another name.")

    async def _make(self, job_id: str, folder: Path, clip: Path, consent: str) -> None:
        try:
            async with self._turns:
                self._set(job_id, state="running")
                statement = folder / "consent.txt"
                statement.write_text(consent, "utf-8")
                arguments = ["create", str(clip), "-o", str(folder / "run"), "--consent-file", str(statement)]
                await lifemask([*arguments, *self._config.create_options], lambda line: self._told(job_id, line))
                await asyncio.to_thread(self._publish, folder / "run", self.get(job_id).name)
            self._set(job_id, state="done", percent=100)
        except ChildFailure as failure:
            error = renamed(failure.error, {str(clip): "the clip", str(folder): "the server"})
            self._set(job_id, state="failed", error=described(error)["error"])
        except asyncio.CancelledError:
            self._set(job_id, state="cancelled")
        except Exception as error:
            problem = ApiError(500, "internal", f"{type(error).__name__}: {error}")
            self._set(job_id, state="failed", error=described(problem)["error"])
        finally:
            self._reserved.discard(self.get(job_id).name)
            del self._tasks[job_id]
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _publish(self, run: Path, name: str) -> None:
        assert self._root is not None
        run.rename(self._root / name)
        sync_folder(self._root)

    def _told(self, job_id: str, line: str) -> None:
        found = _PERCENT.match(line) or _STAGE.fullmatch(line)
        about: dict[str, Any] = {"line": line[:300]}
        if found is not None:
            percent = found.groupdict().get("percent")
            about |= {"stage": found["stage"][:100], "percent": None if percent is None else int(percent)}
        self._set(job_id, **about)

    def _set(self, job_id: str, **changes: Any) -> None:
        if changes.get("state") in OVER:
            changes["finished_s"] = time.time()
        self._jobs[job_id] = replace(self._jobs[job_id], **changes)
        news, self._news = self._news, asyncio.Event()
        news.set()

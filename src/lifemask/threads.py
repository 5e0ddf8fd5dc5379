"""Running compiled kernels on several threads.

The kernels release the interpreter's lock and are called from a small pool of ordinary threads. Numba's own
parallel loops are not used: their OpenMP workers spin between calls and fight with torch's for the cores,
one of their layers aborts the process when two Python threads enter it, and they double the time to compile.
"""

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

CHUNKS_PER_THREAD = 4
"""More chunks than threads, so that a thread that the machine holds up does not hold up the others."""

_available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_threads = _available
_pool: ThreadPoolExecutor | None = None


def get_threads() -> int:
    """How many threads the CPU kernels use: all cores that this process may use, unless set otherwise."""
    return _threads


def set_threads(count: int) -> None:
    """Let the CPU kernels use ``count`` threads (at least 1). Results do not depend on it, to the bit."""
    global _threads
    _threads = max(1, count)
    _forget_pool()


def run_chunks(kernel: Callable[..., None], units: int, *arguments: object) -> None:
    """Call ``kernel(chunk, chunks, *arguments)`` for all chunks; the kernel does units chunk, chunk +
    chunks, ...

    Units must be independent of each other. Returns when all are done.
    """
    run_jobs((kernel, units, arguments))


def run_jobs(*jobs: tuple[Callable[..., None], int, tuple[object, ...]]) -> None:
    """As ``run_chunks`` for several kernels, with their units and arguments, that are independent of each other: waking
    a thread takes longer than a small kernel."""
    helpers = min(_threads, sum(units for _, units, _ in jobs)) - 1
    if helpers < 1:
        for kernel, _, arguments in jobs:
            kernel(0, 1, *arguments)
        return
    most = _threads * CHUNKS_PER_THREAD
    calls = [(job, chunk) for job in jobs for chunk in range(min(job[1], most))]
    counter = itertools.count()

    def work() -> None:
        while (index := next(counter)) < len(calls):
            (kernel, units, arguments), chunk = calls[index]
            kernel(chunk, min(units, most), *arguments)

    pool = _get_pool()
    tasks = [pool.submit(work) for _ in range(helpers)]
    work()
    for task in tasks:
        if not task.cancel():
            task.result()


def beside(work: Callable[[], None]) -> Callable[[], None]:
    """Begin ``work`` on another thread, if there is one; what is returned ends when it is done, and must be called."""
    if _threads == 1:
        return work
    task = _get_pool().submit(work)

    def finish() -> None:
        if task.cancel():
            work()
        else:
            task.result()

    return finish


def _get_pool() -> ThreadPoolExecutor:
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(max(1, _threads - 1), thread_name_prefix="lifemask-cpu")
    return _pool


def _forget_pool() -> None:
    global _pool
    _pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)

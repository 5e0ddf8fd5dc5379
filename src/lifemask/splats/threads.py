"""How many threads the CPU kernels use, under the name that the rasteriser's page gives."""

from lifemask.threads import get_threads, set_threads

__all__ = ["get_threads", "set_threads"]

"""What is remembered of many streams: one array for each thing, one place in it for each stream."""

import torch
from torch import Tensor

_FEWEST = 16


class States:
    """``states["name"]`` is ``[S, ...]``; a stream has the place that ``begin`` gave it, until ``end``."""

    def __init__(self, **initial: Tensor) -> None:
        self._initial, self._free = initial, list(range(_FEWEST))
        self._of = {name: value.expand(_FEWEST, *value.shape).clone() for name, value in initial.items()}

    def __getitem__(self, name: str) -> Tensor:
        return self._of[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Of all that is remembered."""
        return tuple(self._of)

    def begin(self) -> int:
        """A place where everything is as it is in the beginning."""
        if not self._free:
            size = len(next(iter(self._of.values())))
            self._free = list(range(size, 2 * size))
            self._of = {name: torch.cat([value, torch.empty_like(value)]) for name, value in self._of.items()}
        place = self._free.pop(0)
        for name, value in self._of.items():
            value[place] = self._initial[name]
        return place

    def end(self, place: int) -> None:
        """Another stream may have the place."""
        self._free.append(place)

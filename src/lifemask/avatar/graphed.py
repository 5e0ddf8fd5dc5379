"""From a motion to Gaussians on a GPU without the launches of a hundred small operations: CUDA graphs."""

from collections.abc import Callable

import torch
from torch import Tensor

from lifemask.avatar.binding import Gaussians
from lifemask.avatar.motion import Motion
from lifemask.rig.code import RigCode

WARM_UP_CALLS = 3


class GraphedGaussians:
    """Calls ``plain`` once for a batch size that is new, and from the second time on replays what it did.

    The Gaussians are overwritten by the next call with the same batch size. No gradients.
    """

    def __init__(self, plain: Callable[[Motion], Gaussians]) -> None:
        self._plain = plain
        self._recorded: dict[int, tuple[list[Tensor], Gaussians, torch.cuda.CUDAGraph] | None] = {}

    def __call__(self, motion: Motion) -> Gaussians:
        size = len(motion.modes)
        if size not in self._recorded:
            self._recorded[size] = None
            return self._plain(motion)
        known = self._recorded[size]
        if known is None:
            known = self._recorded[size] = self._record(motion)
        inputs, gaussians, graph = known
        for place, value in zip(inputs, _tensors(motion), strict=True):
            place.copy_(value)
        graph.replay()
        return gaussians

    def _record(self, motion: Motion) -> tuple[list[Tensor], Gaussians, torch.cuda.CUDAGraph]:
        inputs = [value.clone() for value in _tensors(motion)]
        still = _motion(inputs)
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(WARM_UP_CALLS):
                self._plain(still)
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            gaussians = self._plain(still)
        return inputs, gaussians, graph


def _tensors(motion: Motion) -> list[Tensor]:
    code = motion.code
    jaw = [] if code.jaw is None else [code.jaw]
    poses = code.camera_from_head, code.camera_from_torso
    return [motion.modes, motion.face_modes, code.expression, code.eyes, *poses, *jaw]


def _motion(tensors: list[Tensor]) -> Motion:
    modes, face_modes, *code = tensors
    return Motion(RigCode(*code), modes, face_modes)

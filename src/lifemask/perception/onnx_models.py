"""The user's own ONNX networks: RVM's matte and BiSeNet's face parsing; the only file that touches ONNX Runtime.

RVM: Lin et al. 2022, "Robust High-Resolution Video Matting with Temporal Guidance", a recurrent network. BiSeNet:
Yu et al. 2018, with the 19 labels of CelebAMask-HQ. Neither is shipped or fetched. A file's signature is checked, and
it is run once on an empty picture, before the first frame.
"""

from pathlib import Path
from typing import Any

import numpy as np

from lifemask.errors import DeviceError, FileMissingError, FormatError
from lifemask.geometry.image_warp import warp_affine

THREADS = 2
RVM_STATES = 4
RVM_LONG_SIDE_PX = 512
"""RVM's coarse pass looks at pictures whose longer side has about so many pixels (its authors' advice)."""
PARSER_SIDE_PX, PARSER_LABELS = 512, 19
PARSER_CROP_FACES = 2.0
"""Side of the parser's crop in heights of the face's landmarks: CelebA's pictures show the hair and the neck."""
PARSER_FACE_FROM_TOP = 0.55
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

_RVM_STATE_IN = tuple(f"r{index}i" for index in range(1, RVM_STATES + 1))
_RVM_STATE_OUT = tuple(f"r{index}o" for index in range(1, RVM_STATES + 1))
_RVM_FROM = "It is rvm_mobilenetv3_fp32.onnx or rvm_resnet50_fp32.onnx of github.com/PeterL1n/RobustVideoMatting."
_BISENET_FROM = (
    "It is an ONNX export of face-parsing.PyTorch (79999_iter.pth, github.com/zllrunning/face-parsing.PyTorch)."
)


class RvmMatter:
    """Streaming matte of one clip by RVM: call it with each frame in order; its state is what it has seen so far."""

    def __init__(self, model: Path) -> None:
        """Open and check ``model``. Raises FileMissingError, DeviceError (no ONNX Runtime), FormatError."""
        self._graph = _Graph(model, "RVM", _RVM_FROM)
        self._graph.expect(
            inputs={
                "src": (None, 3, None, None),
                **dict.fromkeys(_RVM_STATE_IN, (None,) * 4),
                "downsample_ratio": (1,),
            },
            outputs=("fgr", "pha", *_RVM_STATE_OUT),
        )
        self._state = self._nothing_seen()
        small = (64, 64)
        alpha, _ = self._run(np.zeros((*small, 3), np.uint8), self._nothing_seen())
        if alpha.shape != small:
            raise self._graph.wrong(f"it makes a matte of {list(alpha.shape)} of a picture of {list(small)}")

    def __call__(self, image: np.ndarray, landmarks_px: np.ndarray | None) -> np.ndarray:
        """Alpha uint8 ``[H, W]`` of the person in ``image [H, W, 3]`` uint8; RVM needs no landmarks."""
        alpha, self._state = self._run(image, self._state)
        return (np.clip(alpha, 0, 1) * 255 + 0.5).astype(np.uint8)

    def _run(self, image: np.ndarray, state: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
        ratio = min(1.0, RVM_LONG_SIDE_PX / max(image.shape[:2]))
        source = np.ascontiguousarray(image.transpose(2, 0, 1)[None], np.float32) / 255
        values = {"src": source, "downsample_ratio": np.array([ratio], np.float32)}
        alpha, *state = self._graph(("pha", *_RVM_STATE_OUT), values | dict(zip(_RVM_STATE_IN, state, strict=True)))
        return alpha.reshape(alpha.shape[-2:]), state

    @staticmethod
    def _nothing_seen() -> list[np.ndarray]:
        return [np.zeros((1, 1, 1, 1), np.float32)] * RVM_STATES


class BisenetParser:
    """Labels of every pixel around a face by BiSeNet: call it with any frame."""

    def __init__(self, model: Path) -> None:
        """Open and check ``model``. Raises FileMissingError, DeviceError (no ONNX Runtime), FormatError."""
        self._graph = _Graph(model, "BiSeNet", _BISENET_FROM)
        side, wanted = PARSER_SIDE_PX, (1, PARSER_LABELS, PARSER_SIDE_PX, PARSER_SIDE_PX)
        if len(self._graph.inputs) != 1:
            raise self._graph.wrong(f"it has the inputs {sorted(self._graph.inputs)}, expected one")
        (self._input,) = self._graph.inputs
        self._graph.expect(inputs={self._input: (1, 3, side, side)}, outputs=())
        self._output = self._graph.outputs[0]
        (logits,) = self._graph((self._output,), {self._input: np.zeros((1, 3, side, side), np.float32)})
        if logits.shape != wanted:
            raise self._graph.wrong(f"its first output has the shape {list(logits.shape)}, expected {list(wanted)}")

    def __call__(self, image: np.ndarray, landmarks_px: np.ndarray | None) -> np.ndarray:
        """Labels uint8 ``[H, W]`` for ``image [H, W, 3]`` uint8 with the face ``[478, 2]``; 0 outside the crop around
        it, and everywhere without a face."""
        height, width = image.shape[:2]
        labels = np.zeros((height, width), np.uint8)
        if landmarks_px is None:
            return labels
        left, top, side = parser_crop(landmarks_px)
        scale = side / PARSER_SIDE_PX
        crop = warp_affine(image, np.array([[scale, 0, left], [0, scale, top]]), (PARSER_SIDE_PX, PARSER_SIDE_PX))
        normal = (crop / 255 - np.array(IMAGENET_MEAN)) / np.array(IMAGENET_STD)
        batch = np.ascontiguousarray(normal.transpose(2, 0, 1)[None], np.float32)
        (logits,) = self._graph((self._output,), {self._input: batch})
        found = logits[0].argmax(0).astype(np.uint8)
        columns, rows = (
            np.floor((np.arange(count) + 0.5 - start) / scale).astype(int)
            for count, start in ((width, left), (height, top))
        )
        inside = [np.flatnonzero((cells >= 0) & (cells < PARSER_SIDE_PX)) for cells in (rows, columns)]
        labels[np.ix_(*inside)] = found[np.ix_(rows[inside[0]], columns[inside[1]])]
        return labels


def parser_crop(landmarks_px: np.ndarray) -> tuple[float, float, float]:
    """Left, top and side in pixels of the square around a face ``[478, 2]`` that the parser is shown."""
    low, high = landmarks_px.min(0), landmarks_px.max(0)
    side = PARSER_CROP_FACES * float((high - low).max())
    centre = (low + high) / 2
    return float(centre[0] - side / 2), float(centre[1] - side * PARSER_FACE_FROM_TOP), side


class _Graph:
    """One ONNX file on the CPU, with its names and shapes."""

    def __init__(self, path: Path, title: str, where_from: str) -> None:
        self._path, self._title, self._where_from = path, title, where_from
        if not path.is_file():
            raise FileMissingError(
                f"There is no file {path}", f"{title} is not shipped. {where_from}", "Give its path."
            )
        try:
            import onnxruntime
        except ImportError as error:
            raise DeviceError(
                f"{title} needs ONNX Runtime, which is not installed",
                "It is an optional part of Lifemask.",
                "pip install 'lifemask[onnx]'",
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.log_severity_level = 4  # its errors arrive as exceptions
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime's own classes share no base below Exception
            raise FormatError(f"{path} cannot be read as an ONNX graph: {_first_line(error)}", where_from) from error
        self.inputs: dict[str, Any] = {entry.name: entry for entry in self._session.get_inputs()}
        self.outputs: list[str] = [entry.name for entry in self._session.get_outputs()]

    def expect(self, inputs: dict[str, tuple[int | None, ...]], outputs: tuple[str, ...]) -> None:
        """Check names, types and shapes (None: any size); raises FormatError."""
        missing = sorted(set(inputs) - set(self.inputs)) + sorted(set(outputs) - set(self.outputs))
        unknown = sorted(set(self.inputs) - set(inputs))
        if missing or unknown:
            has = f"inputs {sorted(self.inputs)}, outputs {sorted(self.outputs)}"
            raise self.wrong(f"it lacks {missing}, and wants {unknown} besides; it has {has}")
        for name, wanted in inputs.items():
            entry = self.inputs[name]
            if entry.type != "tensor(float)":
                raise self.wrong(f"its input {name} is {entry.type}, expected float32", "Take the fp32 file.")
            shape = entry.shape
            fits = len(shape) == len(wanted) and all(
                want is None or not isinstance(have, int) or have == want
                for have, want in zip(shape, wanted, strict=True)
            )
            if not fits:
                shown = ["any" if want is None else want for want in wanted]
                raise self.wrong(f"its input {name} has the shape {list(shape)}, expected {shown}")

    def __call__(self, outputs: tuple[str, ...], values: dict[str, np.ndarray]) -> list[np.ndarray]:
        try:
            return [np.asarray(array) for array in self._session.run(list(outputs), values)]
        except Exception as error:  # as above
            raise self.wrong(f"it cannot be run: {_first_line(error)}") from error

    def wrong(self, what: str, fix: str = "") -> FormatError:
        """The error of a graph that is not what it should be."""
        return FormatError(f"{self._path} is not {self._title}: {what}", self._where_from, fix)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

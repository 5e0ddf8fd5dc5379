"""The one place that touches the LiteRT interpreter: a network is a callable from array to arrays."""

import os
from contextlib import contextmanager

import numpy as np

THREADS = 2


class Network:
    """One ``.tflite`` network with one input; calling it returns all its outputs in the file's order."""

    def __init__(self, content: bytes, threads: int = THREADS) -> None:
        with _quiet_stderr():
            from ai_edge_litert.interpreter import Interpreter

            self._interpreter = Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [detail["index"] for detail in self._interpreter.get_output_details()]

    def __call__(self, values: np.ndarray) -> list[np.ndarray]:
        self._interpreter.set_tensor(self._input, values)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]


def weights_of(content: bytes) -> list[tuple[str, np.ndarray]]:
    """Names and values of the weights in a ``.tflite`` file, in its order: all tensors but scalars and those of one
    leading row, which are what flows through the network."""
    with _quiet_stderr():
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        interpreter = Interpreter(model_content=content, num_threads=1, experimental_op_resolver_type=plain)
        interpreter.allocate_tensors()
    details = interpreter.get_tensor_details()
    fixed = [detail for detail in details if len(detail["shape"]) and detail["shape"][0] != 1]
    return [(detail["name"], interpreter.get_tensor(detail["index"]).copy()) for detail in fixed]


@contextmanager
def _quiet_stderr():
    """Hide the delegate's greeting, which the native library writes straight to file descriptor 2."""
    try:
        saved = os.dup(2)
    except OSError:
        yield
        return
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)

"""Read a pickle that holds nothing but numpy arrays, numbers, strings and plain containers.

A pickle is a program. This reader knows three names, all of which only build arrays; any other name ends it.
"""

import pickle
from pathlib import Path

import numpy as np

from lifemask.errors import FormatError

# The builder that numpy's own pickling names; numpy 1 wrote it as numpy.core, numpy 2 as numpy._core.
_rebuild = np.empty(0).__reduce__()[0]
_ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): _rebuild,
    ("numpy._core.multiarray", "_reconstruct"): _rebuild,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class _ArraysOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return _ALLOWED[module, name]


def read_array_pickle(path: Path) -> dict:
    """The dictionary in the pickle at ``path``; FormatError for anything but arrays in plain containers."""
    try:
        with path.open("rb") as file:
            content = _ArraysOnly(file).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise FormatError(
            f"{path} is not a pickle of plain arrays: {error}.",
            "A pickle can run any code, so nothing but arrays is read from one.",
        ) from error
    if not isinstance(content, dict):
        raise FormatError(f"{path} holds a {type(content).__name__}, expected a dictionary of arrays.")
    return content

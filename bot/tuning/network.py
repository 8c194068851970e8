"""The twelve layers while they learn: the package's weights stand still, small matrices beside them move.

Low-rank adaptation (Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2022): what is learnt is added to the
weights afterwards, so that a bot reads through as many numbers as before.
"""
from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tuning.graph import Dense, Layer, Network
from understanding.encoder import BLOCK, read_package, unpack

RANK = 32
NO_PIECE = -1e4  # what a piece that is not there gets in a softmax
SPREAD = 20.0  # entries of a unit vector are about 0.05
BF16 = torch.bfloat16  # half the memory and twice the pace; the small matrices themselves stay whole


class Adapted(nn.Module):
    """A matrix that stands still and the product of two small ones that learns; `parts` share an input (query, key, value)."""

    def __init__(self, dense: Dense, parts: int = 1) -> None:
        super().__init__()
        incoming, outgoing = dense.weights.shape
        self.register_buffer("weights", torch.tensor(dense.weights.T.copy()).to(BF16))
        self.register_buffer("bias", torch.tensor(dense.bias).to(BF16))
        self.inner = nn.Parameter(torch.randn(parts * RANK, incoming) / math.sqrt(incoming))
        self.outer = nn.Parameter(torch.zeros(parts, outgoing // parts, RANK))

    def forward(self, state: Tensor) -> Tensor:
        narrow = F.linear(state, self.inner.to(BF16)).split(RANK, -1)
        learnt = [F.linear(part, outer.to(BF16)) for part, outer in zip(narrow, self.outer, strict=True)]
        return F.linear(state, self.weights, self.bias) + torch.cat(learnt, -1)

    def dense(self, before: Dense) -> Dense:
        """The package's weights with what was learnt."""
        parts = zip(self.outer, self.inner.split(RANK), strict=True)
        learnt = torch.cat([outer @ inner for outer, inner in parts]).T
        return Dense(before.weights + learnt.detach().numpy(), before.bias)


class Block(nn.Module):
    """One layer: attention, then two wide products, each added to what came in and normalised."""

    def __init__(self, layer: Layer, heads: int) -> None:
        super().__init__()
        self.heads, self.before = heads, layer
        self.attend, self.join = Adapted(layer.attend, 3), Adapted(layer.join)
        self.widen, self.narrow = Adapted(layer.widen), Adapted(layer.narrow)
        self.norms = [tuple(torch.tensor(values) for values in norm) for norm in (layer.after_join, layer.after_narrow)]

    def forward(self, state: Tensor, present: Tensor) -> Tensor:
        texts, pieces, width = state.shape
        query, key, value = self.attend(state).view(texts, pieces, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        weights = (query @ key.transpose(-1, -2)).float() / math.sqrt(width / self.heads)
        weights = weights.masked_fill(~present[:, None, None, :], NO_PIECE).softmax(-1).to(BF16)
        state = self._norm(state + self.join((weights @ value).transpose(1, 2).reshape(texts, pieces, width)), 0)
        return self._norm(state + self.narrow(F.gelu(self.widen(state), approximate="tanh")), 1)

    def _norm(self, state: Tensor, number: int) -> Tensor:
        return F.layer_norm(state.float(), state.shape[-1:], *self.norms[number], 1e-12).to(BF16)

    def layer(self) -> Layer:
        """The layer with what it has learnt."""
        names = ("attend", "join", "widen", "narrow")
        return self.before._replace(**{name: getattr(self, name).dense(getattr(self.before, name)) for name in names})


class Reader(nn.Module):
    """All layers and, above the vector of a text, one line a class, which is needed only while it learns."""

    def __init__(self, network: Network, classes: int) -> None:
        super().__init__()
        self.network, self.words = network, read_package().weights["emb.word"].view(BLOCK)
        width = network.places.shape[1]
        self.blocks = nn.ModuleList(Block(layer, network.heads) for layer in network.layers)
        self.start = tuple(torch.tensor(values) for values in network.start)
        self.register_buffer("mean", torch.zeros(width))
        self.head = nn.Linear(width, classes)
        nn.init.zeros_(self.head.weight)

    def vectors(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """float32[texts, width] of unit length, from the numbers of the pieces of each text."""
        lengths = torch.tensor([len(text) for text in texts])
        numbers = np.zeros((len(texts), int(lengths.max())), np.int64)
        for row, text in zip(numbers, texts, strict=True):
            row[: len(text)] = text
        present = torch.arange(numbers.shape[1]) < lengths[:, None]
        state = self._placed(numbers)
        for block in self.blocks:
            state = block(state, present)
        return F.normalize((state.float() * present[..., None]).sum(1), dim=1)

    def _placed(self, numbers: np.ndarray) -> Tensor:
        width = self.network.places.shape[1]
        words = unpack(self.words.reshape(-1, width // 32)[numbers.reshape(-1)]).reshape(*numbers.shape, width)
        state = torch.tensor(words + self.network.places[: numbers.shape[1]])
        return F.dropout(F.layer_norm(state, (width,), *self.start, 1e-12), 0.1, self.training).to(BF16)

    def forward(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """float32[texts, classes]: the higher, the likelier."""
        centred = F.normalize(self.vectors(texts) - self.mean, dim=1)
        return self.head(SPREAD * F.dropout(centred, 0.1, self.training))

    def learnt(self) -> Network:
        """The network with what was learnt."""
        return self.network._replace(layers=[block.layer() for block in self.blocks])

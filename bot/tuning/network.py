"""The twelve layers while they learn: every matrix moves, the pieces' own vectors and the places stand still."""
from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tuning.graph import Dense, Layer, Network
from understanding.encoder import BLOCK, read_package, unpack

NO_PIECE = -1e4  # what a piece that is not there gets in a softmax
SPREAD = 20.0  # entries of a unit vector are about 0.05
BF16 = torch.bfloat16  # twice the pace; what learns stays whole


class Learning(nn.Module):
    """A matrix and its bias that learn: whole in memory, read as half numbers."""

    def __init__(self, dense: Dense) -> None:
        super().__init__()
        self.weights, self.bias = nn.Parameter(torch.tensor(dense.weights.T.copy())), nn.Parameter(torch.tensor(dense.bias))

    def forward(self, state: Tensor) -> Tensor:
        return F.linear(state, self.weights.to(BF16), self.bias.to(BF16))

    def dense(self) -> Dense:
        """The weights with what was learnt."""
        return Dense(self.weights.detach().numpy().T.copy(), self.bias.detach().numpy().copy())


class Block(nn.Module):
    """One layer: attention, then two wide products, each added to what came in and normalised."""

    def __init__(self, layer: Layer, heads: int) -> None:
        super().__init__()
        self.heads, self.before = heads, layer
        self.attend, self.join = Learning(layer.attend), Learning(layer.join)
        self.widen, self.narrow = Learning(layer.widen), Learning(layer.narrow)
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
        return self.before._replace(**{name: getattr(self, name).dense() for name in names})


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

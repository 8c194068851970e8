"""Keras, as far as Rasa asks for it: see the stub of TensorFlow."""
from typing import Any

import tensorflow

__path__: list[str] = []


def __getattr__(name: str) -> Any:
    return getattr(tensorflow, name)

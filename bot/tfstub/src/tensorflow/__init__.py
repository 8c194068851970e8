"""Stands in for TensorFlow, which Rasa imports at start and which this bot does not use.

Every attribute is an inert class: it can be imported, inherited from and used in annotations. A Rasa component that
really needs TensorFlow fails when it is created, with a sentence that says so.
"""
import importlib.abc
import importlib.machinery
import sys
import types
from typing import Any

__version__ = "0.0.0+stub"
__path__: list[str] = []
NAMES = ("tensorflow", "keras")


def is_special(name: str) -> bool:
    """Python asks for these on its own; the stub must not invent them."""
    return name.startswith("__") and name.endswith("__")


class InertType(type):
    """The type of everything in the stub."""

    def __getattr__(cls, name: str) -> Any:
        if is_special(name):
            raise AttributeError(name)
        return inert(f"{cls.__qualname__}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Decorators give back what they decorate; a class of Rasa that inherits from the stub cannot be created."""
        if not cls.__dict__.get("_stub"):
            raise RuntimeError(f"{cls.__name__} needs TensorFlow, which is not installed")
        is_decorator = len(args) == 1 and not kwargs and callable(args[0])
        return args[0] if is_decorator else (lambda decorated: decorated)


def inert(qualname: str) -> InertType:
    """A class that does nothing."""
    return InertType(qualname.rsplit(".", 1)[-1], (), {"_stub": True, "__qualname__": qualname})


class InertModule(types.ModuleType):
    """A module in which every name exists."""

    __path__: list[str] = []  # noqa: RUF012  (the import system reads it from the class)

    def __getattr__(self, name: str) -> Any:
        if is_special(name):
            raise AttributeError(name)
        return inert(f"{self.__name__}.{name}")


class InertFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds any submodule of TensorFlow and Keras."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """Answer for our own two names only."""
        ours = "." in fullname and fullname.split(".")[0] in NAMES
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True) if ours else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> InertModule:
        """An empty module of that name."""
        return InertModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


sys.meta_path.append(InertFinder())


def __getattr__(name: str) -> Any:
    if is_special(name):
        raise AttributeError(name)
    return inert(f"tensorflow.{name}")

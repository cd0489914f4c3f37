"""Lets Rasa be imported where TensorFlow is not installed.

Rasa imports TensorFlow when its default components are listed, long before anybody uses one
that needs it. We use none (see config.yml), so an import stand-in takes TensorFlow's place: its
names can be imported, subclassed and written in annotations, and anything that really calls one
gets an error that says why. `install()` must run before the first import of Rasa.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import MutableSequence
from typing import Any

STOOD_IN = ("tensorflow", "keras", "tensorflow_hub", "tensorflow_text", "tensorflow_addons")


class TensorFlowIsAbsent(RuntimeError):  # noqa: N818 - it names what is wrong
    """Something asked TensorFlow to compute."""


class _Name(type):
    """A name of TensorFlow: a class, so that it can be a base, a type and a namespace."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _name(f"{cls.__qualname__}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        # A decorator at import time (`@tf.function`) hands back what it decorates.
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType):
            return args[0]
        raise TensorFlowIsAbsent(
            f"{cls.__qualname__} was called, but this environment has no TensorFlow: "
            "config.yml must name only components that do without it"
        )


def _name(path: str) -> Any:
    return _Name(path.rsplit(".", 1)[-1], (), {"__qualname__": path, "__module__": path})


class _Module(types.ModuleType):
    __path__: MutableSequence[str] = []  # noqa: RUF012 - as the base declares it
    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _name(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".", maxsplit=1)[0] not in STOOD_IN:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run: every name is made when it is asked for."""


def install() -> None:
    """Put the stand-in in place; a real TensorFlow, where there is one, goes first."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())

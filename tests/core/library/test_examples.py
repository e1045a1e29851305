"""The examples in the documentation of the library hold."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from tagger_core import library

_MODULES = [
    module.name
    for module in pkgutil.walk_packages(library.__path__, "tagger_core.library.")
    if ".migrations" not in module.name
]


@pytest.mark.parametrize("name", _MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples_of_the_query_language() -> None:
    parser = importlib.import_module("tagger_core.library.query.parser")
    assert sum(len(test.examples) for test in doctest.DocTestFinder().find(parser)) >= 5

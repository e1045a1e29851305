"""What the documents and docstrings say is tried."""

import doctest
import importlib
import pkgutil
import re
import shlex
from pathlib import Path

import pytest

import app
import tagger_core
import trainer
from tagger_core.cli.parser import build_parser
from tagger_core.cli.words import protect_negations
from trainer.cli.parser import build_parser as build_train_parser

PROJECT = Path(__file__).resolve().parent.parent
MODULES = [
    module.name
    for package in (tagger_core, app, trainer)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.endswith("__main__") and ".migrations." not in module.name
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def command_lines(program: str) -> list[str]:
    lines = []
    for document in [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]:
        lines += re.findall(rf"^    ({program} [^\n]+)$", document.read_text("utf-8"), flags=re.MULTILINE)
    return lines


@pytest.mark.parametrize("line", command_lines("earmark"))
def test_every_command_line_in_the_documents_parses(line):
    words = shlex.split(line, comments=True)[1:]
    assert build_parser().parse_args(protect_negations(words)).module


@pytest.mark.parametrize("line", command_lines("earmark-train"))
def test_every_training_command_in_the_documents_parses(line):
    words = shlex.split(line, comments=True)[1:]
    assert build_train_parser().parse_args(words).module


@pytest.mark.parametrize(("program", "least"), [("earmark", 10), ("earmark-train", 5)])
def test_the_documents_have_command_lines(program, least):
    assert len(command_lines(program)) >= least


@pytest.mark.parametrize(
    "document", ["README.md", *sorted(f"docs/{path.name}" for path in (PROJECT / "docs").glob("*.md"))]
)
def test_no_link_in_the_documents_is_dead(document):
    text = (PROJECT / document).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    dead = [link for link in links if not ((PROJECT / document).parent / link).exists()]
    assert not dead


def test_every_dependency_is_explained():
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    explained = (PROJECT / "docs" / "dependencies.md").read_text("utf-8").casefold()
    named = [*project["dependencies"], *project["optional-dependencies"]["train"]]
    missing = [name for name in named if re.split(r"[<>=\[]", name)[0].casefold() not in explained]
    assert not missing

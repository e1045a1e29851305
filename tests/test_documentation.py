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
from app import help as help_pages
from tagger_core.cli.parser import QUERY_HELP, build_parser
from tagger_core.cli.words import protect_negations
from tagger_core.library.keys import tag_key
from tagger_core.library.query import parse, tag_names
from tagger_core.library.query.fields import FIELDS
from tagger_core.models.installed import bundled_folder
from tagger_core.models.model_file import read_info
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


def examples_of_queries() -> list[str]:
    """Return the queries in the help of the window and of the command line, there in every other column."""
    lines = [re.split(r"\s{2,}", line) for line in re.findall(r"^  (\S.*)$", QUERY_HELP, flags=re.MULTILINE)]
    typed = [query for columns in lines for cell in columns[::2] for query in cell.split(", ")]
    return typed + [query for query, _ in help_pages._QUERIES]


@pytest.mark.parametrize("path", sorted(bundled_folder().glob("*.safetensors")), ids=lambda path: path.stem)
def test_the_queries_in_the_help_name_tags_of_the_bundled_models(path):
    known = {tag_key(tag.name) for tag in read_info(path).tags}
    examples = [query for query in examples_of_queries() if not query.endswith("*")]
    assert {"sort:-energetic", "NOT vocal", '"female vocal">0.4', "slow piano"} <= set(examples)
    for query in examples:
        assert tag_names(parse(query)) <= known | set(FIELDS), query

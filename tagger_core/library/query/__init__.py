"""The query language: text -> frozen expressions -> a plan of SQLAlchemy selects."""

from tagger_core.library.query.compiler import Context, Plan, compile_query, tag_names
from tagger_core.library.query.expressions import Query
from tagger_core.library.query.folders import folder_term
from tagger_core.library.query.formatting import format_query, quoted
from tagger_core.library.query.matching import KnownTag
from tagger_core.library.query.parser import parse

__all__ = [
    "Context",
    "KnownTag",
    "Plan",
    "Query",
    "compile_query",
    "folder_term",
    "format_query",
    "parse",
    "quoted",
    "tag_names",
]

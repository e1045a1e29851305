"""The query language: text -> frozen expressions -> a SQLAlchemy select."""

from tagger_core.library.query.compiler import Context, compile_query, tag_names
from tagger_core.library.query.expressions import Query
from tagger_core.library.query.formatting import format_query, quoted
from tagger_core.library.query.matching import KnownTag
from tagger_core.library.query.parser import parse

__all__ = ["Context", "KnownTag", "Query", "compile_query", "format_query", "parse", "quoted", "tag_names"]

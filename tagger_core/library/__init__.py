"""The library: tables, store, migrations, scanner, query language, similarity."""

"""Tables of clips, as data sets and spreadsheets write them, read with errors that name the line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trainer.errors import DataError


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Args:
        path: of the table.
        line: its number in the file, from 1; where it spans lines, the last.
        cells: of its columns.
    """

    path: Path
    line: int
    cells: tuple[str, ...]

    def refuse(self, message: str, remedy: str) -> DataError:
        """Return an error that names this line."""
        return DataError(f"line {self.line}: {message}", path=self.path, remedy=remedy)


@dataclass(frozen=True)
class Table:
    """A table with its head; every row has a cell for each column.

    Args:
        path: of the file.
        head: names of the columns, without spaces around.
        rows: in the order of the file, without empty lines.
    """

    path: Path
    head: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, name: str, remedy: str) -> int:
        """Return the place of a column.

        Raises:
            DataError: it is not there, or stands twice.
        """
        if self.head.count(name) != 1:
            said = "has no column" if name not in self.head else "has more than one column"
            raise DataError(f"{said} {name!r}", path=self.path, remedy=remedy)
        return self.head.index(name)


def read(path: Path, delimiter: str, *, quoted: bool = True, last_repeats: bool = False) -> Table:
    """Return the table of a file of UTF-8, with or without a byte order mark; other bytes become surrogates.

    Args:
        path: of the file.
        delimiter: between cells.
        quoted: whether cells may stand in double quotes.
        last_repeats: whether a row may have more cells of the last column.

    Raises:
        DataError: it cannot be read, has no rows, or a row has not a cell for each column.
    """
    rows = lines(path, delimiter, quoted=quoted)
    head = next(rows, None)
    if head is None:
        raise DataError("is empty", path=path, remedy="fetch or save it again")
    names = tuple(name.strip() for name in head.cells)
    found = []
    for row in rows:
        if len(row.cells) < len(names) or (len(row.cells) > len(names) and not last_repeats):
            raise row.refuse(f"has {len(row.cells)} cells, not {len(names)}", "fetch or save the table again")
        found.append(row)
    if not found:
        raise DataError("has no rows below its head", path=path, remedy="fetch or save it again")
    return Table(path, names, tuple(found))


def lines(path: Path, delimiter: str, *, quoted: bool = True) -> Iterator[Row]:
    """Yield the lines of a table without a head, leaving out empty ones; errors and bytes as in `read`."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            reader = csv.reader(
                stream,
                delimiter=delimiter,
                quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
                strict=True,
            )
            try:
                for cells in reader:
                    if any(cells):
                        yield Row(path, reader.line_num, tuple(cells))
            except csv.Error as error:
                raise Row(path, reader.line_num, ()).refuse(
                    f"cannot be read: {error}", "fetch or save the table again"
                ) from error
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path=path, remedy="see docs/data.md") from error

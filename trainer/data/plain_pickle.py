"""Reads pickles of plain values, which is how some split lists are published, without ever unpickling.

A pickle is a program for a small stack machine. Python's own machine can be made to call anything; and even
where every global is forbidden, to hash tuples within tuples without end, or to set aside gigabytes for one
number. This one knows the instructions that make text, numbers, lists, tuples, dicts and numpy arrays, and it
knows no way to call.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trainer.data.pickled_array import RefusedError, begun, fill, named
from trainer.errors import DataError

LARGEST_BYTES = 1 << 30

_REMEDY = "fetch the published file again"
_PYTHON_2_TEXT = re.compile(rb"""(['"])((?:[^\\]|\\[\\'"nrt]|\\x[0-9a-fA-F]{2})*)\1""")


class _Mark:
    pass


def load(path: Path) -> Any:
    """Return the value of a pickle of protocol 0 to 5: None, bool, int, float, str, bytes, list, tuple, dict.

    The text of Python 2 is read as Latin-1. Arrays come as `PickledArray`. Keys are text, numbers or bytes.

    Raises:
        DataError: it cannot be read, is damaged, or holds anything else.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise DataError(f"has {size} bytes, too many for a list of tracks", path=path, remedy=_REMEDY)
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path=path, remedy=_REMEDY) from error
    return loads(content, path)


def loads(content: bytes, path: Path) -> Any:
    """Return the value of a pickle in memory; `path` is named in errors, as in `load`."""
    machine = _Machine(content)
    try:
        return machine.run()
    except (ValueError, LookupError, TypeError, AttributeError, struct.error, OverflowError) as error:
        said = str(error) if isinstance(error, RefusedError) else "is cut off or damaged"
        raise DataError(
            f"is no pickle of plain values: {said} at byte {machine.position}", path=path, remedy=_REMEDY
        ) from error


class _Machine:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        while True:
            code = self.content[self.position]
            self.position += 1
            if code == _STOP:
                (result,) = self.stack
                return result
            instruction = _INSTRUCTIONS.get(code)
            if instruction is None:
                raise RefusedError(f"the instruction {bytes([code])!r}")
            instruction(self)

    def take(self, count: int) -> bytes:
        start, self.position = self.position, self.position + count
        if self.position > len(self.content):
            raise ValueError
        return self.content[start : self.position]

    def line(self) -> bytes:
        end = self.content.index(b"\n", self.position)
        start, self.position = self.position, end + 1
        return self.content[start:end]

    def number(self, layout: str) -> Any:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))[0]

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def keep(self, place: int) -> None:
        self.memo[place] = self.stack[-1]

    def since_mark(self) -> list[Any]:
        place = len(self.stack) - 1
        while not isinstance(self.stack[place], _Mark):
            place -= 1
            if place < 0:
                raise ValueError
        found = self.stack[place + 1 :]
        del self.stack[place:]
        return found

    def tuple_of(self, count: int) -> None:
        if count > len(self.stack):
            raise ValueError
        found = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        self.push(found)

    def append(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not list:
            raise RefusedError("something appended to what is no list")
        target.extend(values)

    def set_items(self, pairs: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not dict or len(pairs) % 2:
            raise RefusedError("an entry for what is no dict")
        for key in pairs[::2]:
            if type(key) not in (str, bytes, int, float, bool):
                raise RefusedError("a key that is neither text nor number")
        target.update(zip(pairs[::2], pairs[1::2], strict=True))

    def stack_name(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self.push(named(module.encode(), name.encode()))

    def make(self) -> None:
        arguments, maker = self.stack.pop(), self.stack.pop()
        self.push(begun(maker, arguments))

    def fill(self) -> None:
        state = self.stack.pop()
        fill(self.stack[-1], state)


def _python_2_text(machine: _Machine) -> None:
    found = _PYTHON_2_TEXT.fullmatch(machine.line())
    if found is None:
        raise RefusedError("a text without its quotes")
    machine.push(codecs.escape_decode(found[2])[0].decode("latin-1"))


def _integer(machine: _Machine) -> None:
    said = machine.line()
    machine.push({b"00": False, b"01": True}.get(said, int(said)))


def _long(machine: _Machine) -> None:
    machine.push(int.from_bytes(machine.take(machine.number("<B")), "little", signed=True))


def _text(layout: str, encoding: str) -> Callable[[_Machine], None]:
    return lambda machine: machine.push(machine.take(machine.number(layout)).decode(encoding))


def _bytes(layout: str) -> Callable[[_Machine], None]:
    return lambda machine: machine.push(machine.take(machine.number(layout)))


def _number(layout: str) -> Callable[[_Machine], None]:
    return lambda machine: machine.push(machine.number(layout))


def _skip(count: int) -> Callable[[_Machine], None]:
    def skip(machine: _Machine) -> None:
        machine.take(count)

    return skip


def _dict(machine: _Machine) -> None:
    pairs = machine.since_mark()
    machine.push({})
    machine.set_items(pairs)


def _pair(machine: _Machine) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    machine.set_items([key, value])


_STOP = ord(".")
_BY_LETTER: dict[bytes, Callable[[_Machine], None]] = {
    # protocol 0, lines of text
    b"(": lambda machine: machine.push(_Mark()),
    b"l": lambda machine: machine.push(machine.since_mark()),
    b"t": lambda machine: machine.push(tuple(machine.since_mark())),
    b"d": _dict,
    b"a": lambda machine: machine.append([machine.stack.pop()]),
    b"s": _pair,
    b"S": _python_2_text,
    b"V": lambda machine: machine.push(machine.line().decode("raw-unicode-escape")),
    b"I": _integer,
    b"L": lambda machine: machine.push(int(machine.line().removesuffix(b"L"))),
    b"F": lambda machine: machine.push(float(machine.line())),
    b"N": lambda machine: machine.push(None),
    b"p": lambda machine: machine.keep(int(machine.line())),
    b"g": lambda machine: machine.push(machine.memo[int(machine.line())]),
    b"c": lambda machine: machine.push(named(machine.line(), machine.line())),
    b"R": _Machine.make,
    b"b": _Machine.fill,
    # protocol 1
    b"]": lambda machine: machine.push([]),
    b"}": lambda machine: machine.push({}),
    b")": lambda machine: machine.push(()),
    b"e": lambda machine: machine.append(machine.since_mark()),
    b"u": lambda machine: machine.set_items(machine.since_mark()),
    b"U": _text("<B", "latin-1"),
    b"T": _text("<I", "latin-1"),
    b"X": _text("<I", "utf-8"),
    b"K": _number("<B"),
    b"M": _number("<H"),
    b"J": _number("<i"),
    b"G": _number(">d"),
    b"q": lambda machine: machine.keep(machine.number("<B")),
    b"r": lambda machine: machine.keep(machine.number("<I")),
    b"h": lambda machine: machine.push(machine.memo[machine.number("<B")]),
    b"j": lambda machine: machine.push(machine.memo[machine.number("<I")]),
    # protocol 2
    b"\x80": _skip(1),
    b"\x85": lambda machine: machine.tuple_of(1),
    b"\x86": lambda machine: machine.tuple_of(2),
    b"\x87": lambda machine: machine.tuple_of(3),
    b"\x88": lambda machine: machine.push(True),
    b"\x89": lambda machine: machine.push(False),
    b"\x8a": _long,
    # protocols 3 and 4, for lists that somebody has saved anew
    b"B": _bytes("<I"),
    b"C": _bytes("<B"),
    b"\x8c": _text("<B", "utf-8"),
    b"\x93": _Machine.stack_name,
    b"\x94": lambda machine: machine.keep(len(machine.memo)),
    b"\x95": _skip(8),
}
_INSTRUCTIONS = {letter[0]: instruction for letter, instruction in _BY_LETTER.items()}

"""What a pickle tells of a numpy array, made an array again without calling what the pickle names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

_Word = Literal["array", "class", "type", "encode"]
# All that a pickled array names: by numpy 1 and 2, and by Python 3 for the bytes of one.
_WORDS: dict[tuple[bytes, bytes], _Word] = {
    (b"numpy.core.multiarray", b"_reconstruct"): "array",
    (b"numpy._core.multiarray", b"_reconstruct"): "array",
    (b"numpy", b"ndarray"): "class",
    (b"numpy", b"dtype"): "type",
    (b"_codecs", b"encode"): "encode",
}
_NUMBERS = re.compile(r"b1|[iu][1248]|f[248]")
MOST_DIMENSIONS = 2


class RefusedError(ValueError):
    """What a pickle holds, and what has no place among plain values."""


@dataclass(eq=False)
class PickledArray:
    """A numpy array in a pickle: `values` is the array."""

    values: NDArray[Any]


@dataclass(frozen=True)
class Word:
    """A name that an array needs."""

    word: _Word


@dataclass(eq=False)
class Numbers:
    """The type of an array's values, as numpy writes it."""

    code: str


def named(module: bytes, name: bytes) -> Word:
    """Return what stands for a global.

    Raises:
        RefusedError: it is none of an array's.
    """
    word = _WORDS.get((module, name))
    if word is None:
        said = (module + b"." + name).decode("latin-1")[:80]
        raise RefusedError(f"the name {said!r}, by which a pickle runs programs,")
    return Word(word)


def begun(maker: object, arguments: object) -> PickledArray | Numbers | bytes:
    """Return the beginnings of an array, the type of its values, or bytes as Python 3 writes them.

    Raises:
        RefusedError: it would be anything else.
    """
    match (maker, arguments):
        case (Word("array"), _):
            return PickledArray(np.empty(0, np.bool_))
        case (Word("type"), (str(code), *_)) if _NUMBERS.fullmatch(code):
            return Numbers(code)
        case (Word("encode"), (str(text), "latin1")):
            return text.encode("latin-1")
    raise RefusedError("a call")


def fill(target: object, state: object) -> None:
    """Give an array its values, or their type its order of bytes.

    Raises:
        RefusedError: it is neither, or no array of numbers.
        ValueError: its parts do not fit together.
    """
    match (target, state):
        case (Numbers() as numbers, (int(), "<" | ">" | "|" | "=" as order, *_)):
            numbers.code = f"{order}{numbers.code[-2:]}"
        case (PickledArray() as array, (int(), tuple(shape), Numbers(code), fortran, str() | bytes() as raw)):
            if len(shape) > MOST_DIMENSIONS or not all(type(side) is int and side >= 0 for side in shape):
                raise RefusedError("an array of odd shape")
            data = raw.encode("latin-1") if isinstance(raw, str) else raw
            array.values = np.frombuffer(data, np.dtype(code)).reshape(shape, order="F" if fortran else "C")
        case _:
            raise RefusedError("the state of an object")

"""How often an instrument that is known to play is put first."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from tagger_core.errors import EarmarkError
from tests.core.models.small import write_small
from trainer.distil import course, gather, instruments, known, vocabulary
from trainer.distil.corpus import Corpus, collect, to_int16
from trainer.distil.instruments import asked, first, table
from trainer.distil.sources import Piece
from trainer.distil.textures import make
from trainer.distil.vocabulary import Word

WORDS = (
    Word("instrumental", "voice", {}), Word("jazz", "genre", {}), Word("piano", "instrument", {}),
    Word("choir", "voice", {}), Word("strings", "instrument", {}),
)  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    pieces = [
        Piece("composed", f"{style} {number}", style, Path(), "made here", split)
        for number, split in enumerate(("train", "test"))
        for style in ("piano", "quartet", "rock")
    ]
    return collect(
        tmp_path / "corpus", pieces, lambda p: to_int16(make("pad", len(p.name), 9.0)).reshape(2, -1)
    )


def test_asked_is_what_is_known_of_one_split(corpus: Corpus) -> None:
    some = asked(corpus, "test", {})
    assert some.rows.tolist() == [6, 7, 8, 9]
    assert some.what == [known.PIANO] * 2 + [known.VIOLA] * 2
    assert {name: rows.tolist() for name, rows in some.named().items()} == {
        "piano": [0, 1],
        "strings": [2, 3],
    }


def test_first_is_the_highest_of_instruments_and_voices() -> None:
    scores = np.array([[0.9, 0.9, 0.5, 0.1, 0.2], [0.1, 0.1, 0.2, 0.3, 0.1], [0.0, 0.0, 0.1, 0.0, 0.3]])
    assert first(scores, WORDS, [known.PIANO, known.PIANO, known.VIOLA]).tolist() == [True, False, True]
    # A choir may be near: then it does not count.
    assert first(scores, WORDS, [known.Known(("piano",), ("choir",))] * 3).tolist() == [True, True, False]


def test_the_table_tells_shares_of_each_and_of_all(corpus: Corpus) -> None:
    some = asked(corpus, "test", {})
    lines = table(some, {"a": np.array([True, False, True, True]), "b": np.zeros(4, bool)}).splitlines()
    assert lines[0] == "| instrument | windows | a | b |"
    assert "| piano | 2 | 50% | 0% |" in lines
    assert lines[-1] == "| **all** | 4 | 75% | 0% |"


def test_teachers_and_models_are_asked(
    corpus: Corpus,
    guessing_teachers: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(gather, "gathered", lambda *_: corpus)
    caplog.set_level(logging.INFO)
    line = f"--parts {tmp_path} --teachers {guessing_teachers} --work {tmp_path}"
    small = write_small(tmp_path / "small.safetensors", sample_rate=8000)
    instruments.main([*line.split(), "--models", str(small), str(small)])
    assert f"| instrument | windows | the teachers | small | {small} |" in caplog.text
    assert "| **all** | 4 |" in caplog.text
    # What is known is not put into the teachers' mouths: here they guess.
    words = vocabulary.vocabulary()
    made = course.prepared(course.parsed(f"{line} --out x --rounds 0".split()), words)
    some = asked(corpus, "test", {})
    assert not first(made.logits[some.rows], words, some.what).all()
    stranger = write_small(tmp_path / "stranger.safetensors", sample_rate=22_050)
    with pytest.raises(EarmarkError, match=r"stranger\.safetensors.*no student"):
        instruments.main([*line.split(), "--models", str(stranger)])

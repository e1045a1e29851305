"""What is known of a sound: a program that plays a guitar needs nobody to hear what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.shared import SHARED, needs_shared
from trainer.distil import known, midi, vocabulary
from trainer.distil.composed import styles
from trainer.distil.composed.score import Score
from trainer.distil.known import COMPOSED, PLAYED, RECORDED, SURE, UNLIKELY, Known, told
from trainer.distil.sources import ALSO_ON, PROGRAMS, Piece
from trainer.distil.tags import sigmoid
from trainer.distil.vocabulary import Word

ALL = [*PLAYED.values(), *COMPOSED.values(), *RECORDED.values()]
WORDS = tuple(
    Word(name, category, {})
    for name, category in (
        ("piano", "instrument"), ("keyboard", "instrument"), ("guitar", "instrument"), ("choir", "voice"),
        ("vocal", "voice"), ("female vocal", "voice"), ("instrumental", "voice"), ("jazz", "genre"),
    )
)  # fmt: skip
HIGH, MIDDLE, LOW = 2.0, 0.2, -2.0


def score(folder: Path, channels: dict[int, int], *, drums: bool = False) -> Path:
    played = Score(120, channels)
    for channel in [*channels, *([9] if drums else [])]:
        played.play(channel, 0, 1, 60)
    path = folder / "score.mid"
    path.write_bytes(played.to_midi())
    return path


def of(path: Path = Path(), program: int | None = 0, *, replace: bool = False) -> Piece:
    return Piece("mutopia", "a score", "work", path, "public domain", "train", program, replace)


def names(which: np.ndarray) -> set[str]:
    return {word.name for word, is_one in zip(WORDS, which, strict=True) if is_one}


def test_every_word_is_one_of_the_vocabulary() -> None:
    categories = {word.name: word.category for word in vocabulary.words()}
    for what in ALL:
        assert set(what.words) | set(what.near) <= set(categories)
        assert not set(what.words) & set(what.near)
        assert {categories[name] for name in what.near} <= set(known.CATEGORIES)


def test_every_instrument_that_scores_are_played_on_is_known() -> None:
    assert {program for program, _ in ALSO_ON} | set(PROGRAMS.values()) <= set(PLAYED)
    assert set(COMPOSED) <= set(styles.STYLES)


@needs_shared
def test_every_beginning_of_a_name_is_that_of_a_recording() -> None:
    assert SHARED is not None
    stems = [path.stem for path in (SHARED / "corpus" / "recordings" / "sms").glob("*.wav")]
    for beginning in RECORDED:
        assert any(stem.startswith(beginning) for stem in stems), beginning


def test_a_score_names_its_instruments_and_its_drums(tmp_path: Path) -> None:
    assert midi.programs(score(tmp_path, {0: 40, 3: 42}), 0) == {40, 42}
    assert midi.programs(score(tmp_path, {0: 40}, drums=True), 0) == {40, midi.DRUMS}


def test_a_channel_that_names_no_program_is_played_on_the_given_one(tmp_path: Path) -> None:
    path = tmp_path / "plain.mid"
    note = b"\x00\x90\x3c\x50\x60\x80\x3c\x00"
    path.write_bytes(b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk\0\0\0\x08" + note)
    assert midi.programs(path, 73) == {73}
    # A note of no velocity is the end of one.
    path.write_bytes(b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk\0\0\0\x04\x00\x90\x3c\x00")
    assert midi.programs(path, 73) == frozenset()


def test_programs_that_are_replaced_are_known_without_the_score() -> None:
    assert known.known(of(program=46, replace=True)) == known.HARP
    assert known.known(of(program=127, replace=True)) is None


def test_of_one_instrument_it_is_known_what_sounds_of_several_what_does_not(tmp_path: Path) -> None:
    assert known.known(of(score(tmp_path, {0: 6}))) == known.HARPSICHORD
    several = known.known(of(score(tmp_path, {0: 0, 1: 73})))
    assert several == Known((), ("piano", "keyboard", "flute"))
    assert known.known(of(score(tmp_path, {0: 0, 1: 127}))) is None
    (tmp_path / "broken.mid").write_bytes(b"MThd")
    assert known.known(of(tmp_path / "broken.mid")) is None


@pytest.mark.parametrize(
    ("source", "name", "what"),
    [
        ("composed", "piano 3", known.PIANO),
        ("composed", "drum and bass 3", None),
        ("sms-tools", "violin-B3", known.VIOLIN),
        ("sms-tools", "rain", None),
        ("wesnoth", "piano", None),
    ],
)
def test_what_was_composed_or_is_a_single_note_is_known_by_its_name(
    source: str, name: str, what: Known | None
) -> None:
    assert known.known(Piece(source, name, name, Path(), "CC0", "train")) == what


def test_what_is_known_is_told_of_what_is_taught_and_of_nothing_else() -> None:
    pieces = [
        Piece("composed", "piano 1", "piano 1", Path(), "made here", "train"),
        Piece("composed", "rock 1", "rock 1", Path(), "made here", "train"),
        Piece("sms-tools", "soprano-E4", "soprano", Path(), "CC-BY-4.0", "train"),
        Piece("composed", "piano 2", "piano 2", Path(), "made here", "test"),
    ]
    for teachers in (HIGH, MIDDLE, LOW):
        logits = np.full((8, len(WORDS)), teachers, np.float32)
        out = told(logits, WORDS, pieces, np.repeat(np.arange(4, dtype=np.int32), 2), np.arange(6))
        assert (logits == np.float32(teachers)).all()
        piano, rock, soprano, held_out = (out[2 * k : 2 * k + 2] for k in range(4))
        assert np.array_equal(rock, logits[:2])
        assert np.array_equal(held_out, logits[:2])
        for part, fits, unlikely in (
            (piano, {"piano"}, {"guitar", "choir", "vocal", "female vocal"}),
            (soprano, {"vocal", "female vocal"}, {"piano", "keyboard", "guitar", "instrumental"}),
        ):
            scores, before = sigmoid(part), sigmoid(logits[:2])
            assert names(scores[0] != before[0]) <= fits | unlikely
            for column, word in enumerate(WORDS):
                if word.name in fits:
                    assert scores[:, column] == pytest.approx(np.maximum(SURE, before[:, column]))
                if word.name in unlikely:
                    assert scores[:, column] == pytest.approx(np.minimum(UNLIKELY, before[:, column]))

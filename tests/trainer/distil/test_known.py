"""What is known of a sound: a program that plays a guitar needs nobody to hear what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tagger_core.errors import EarmarkError
from trainer.distil import known, manifest, midi, vocabulary
from trainer.distil.composed import solo, styles
from trainer.distil.composed.score import Score
from trainer.distil.corpus import Corpus
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
JAZZ = WORDS[-1]
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


def test_every_word_is_taught_by_somebody() -> None:
    categories = {word.name: word.category for word in vocabulary.vocabulary()}
    for what in ALL:
        assert set(what.words) | set(what.near) <= set(categories)
        assert not set(what.words) & set(what.near)
        assert {categories[name] for name in what.near} <= set(known.CATEGORIES)


def test_every_instrument_that_scores_are_played_on_is_known() -> None:
    assert {program for program, _ in ALSO_ON} | set(PROGRAMS.values()) <= set(PLAYED)
    assert set(COMPOSED) <= set(styles.STYLES)


def test_every_beginning_of_a_name_is_that_of_a_recording() -> None:
    stems = [Path(entry.file).stem for entry in manifest.read() if entry.part == "sms-tools"]
    for beginning in RECORDED:
        assert any(stem.startswith(beginning) for stem in stems), beginning


def test_a_score_names_its_instruments_and_its_drums(tmp_path: Path) -> None:
    assert midi.programs(score(tmp_path, {0: 40, 3: 42}), 0) == {40, 42}
    assert midi.programs(score(tmp_path, {0: 40}, drums=True), 0) == {40, midi.DRUMS}


def track(*events: bytes) -> bytes:
    data = b"".join(events)
    return b"MTrk" + len(data).to_bytes(4, "big") + data


def midi_file(path: Path, *tracks: bytes) -> Path:
    path.write_bytes(b"MThd\0\0\0\6\0\1\0" + bytes([len(tracks)]) + b"\1\xe0" + b"".join(tracks))
    return path


ON, OFF, CHOOSE = b"\x90\x3c\x50", b"\x80\x3c\x00", b"\xc0"


@pytest.mark.parametrize(
    ("tracks", "programs"),
    [
        ([[b"\0" + ON, b"\x60" + OFF]], {73}),
        # A note of no velocity is the end of one.
        ([[b"\0\x90\x3c\x00"]], set()),
        ([[b"\0" + CHOOSE + b"\x28", b"\0" + ON]], {40}),
        # One after the other, and by another track of the same channel.
        ([[b"\0" + ON, b"\x10" + CHOOSE + b"\x28", b"\0" + ON]], {73, 40}),
        ([[b"\0" + CHOOSE + b"\x28"], [b"\x10" + ON]], {40}),
        ([[b"\x20" + CHOOSE + b"\x28"], [b"\x10" + ON]], {73}),
        # A second note under running status; what bends or presses has one byte or two.
        ([[b"\0" + CHOOSE + b"\x28", b"\0" + ON, b"\0\x3e\x50"]], {40}),
        ([[b"\0\xd0\x10", b"\0\xe0\x00\x40", b"\0\xff\x51\x03\x07\xa1\x20", b"\0" + ON]], {73}),
        ([[b"\0\xf0\x03\x7e\x7f\xf7", b"\0" + ON]], {73}),
        ([[b"\0\x99\x24\x50"]], {midi.DRUMS}),
    ],
)
def test_programs_are_those_that_notes_are_played_with(
    tmp_path: Path, tracks: list[list[bytes]], programs: set[int]
) -> None:
    path = midi_file(tmp_path / "some.mid", *(track(*events) for events in tracks))
    assert midi.programs(path, 73) == programs


def test_what_is_no_data_is_no_program(tmp_path: Path) -> None:
    path = midi_file(tmp_path / "some.mid", track(b"\0" + CHOOSE + b"\xf0", b"\0" + ON))
    with pytest.raises(EarmarkError, match=r"some\.mid"):
        midi.programs(path, 0)


def test_programs_that_are_replaced_are_known_without_the_score() -> None:
    assert known.known(of(program=46, replace=True), {}) == known.HARP
    assert known.known(of(program=127, replace=True), {}) is None


def test_of_one_instrument_it_is_known_what_sounds_of_several_what_does_not() -> None:
    def played_on(*programs: int) -> Known | None:
        return known.known(of(Path("score.mid")), {"score.mid": frozenset(programs)})

    assert played_on(6) == known.HARPSICHORD
    assert played_on(0, 73) == Known((), ("piano", "keyboard", "flute"))
    several = played_on(40, 41, 42)
    assert several is not None
    assert several.words == ("strings",)
    assert set(several.near) == {"violin", "cello", "bass"}
    assert played_on(0, 127) is None
    assert played_on() is None
    assert known.known(of(Path("another.mid")), {"score.mid": frozenset({0})}) is None


def test_programs_are_kept_where_the_scores_are_not(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    mine, broken = score(tmp_path, {0: 40}), tmp_path / "broken.mid"
    broken.write_bytes(b"MThd")
    pieces = [of(mine), of(mine, replace=True), of(broken), of(tmp_path / "gone.mid"), of(program=None)]
    assert known.programs_in(tmp_path, pieces) == {str(mine): {40}}
    assert "2 scores cannot be read" in caplog.text
    mine.unlink()
    assert known.programs_in(tmp_path, pieces) == {str(mine): {40}}
    caplog.clear()
    assert known.programs_in(tmp_path, [of(mine)]) == {str(mine): {40}}
    assert not caplog.text


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
    assert known.known(Piece(source, name, name, Path(), "CC0", "train"), {}) == what


def test_what_plays_alone_is_what_its_programs_are() -> None:
    for name, instrument in solo.INSTRUMENTS.items():
        what = COMPOSED[f"solo {name}"]
        for program in instrument.programs:
            assert what == PLAYED.get(program, what), (name, program)
    assert set(COMPOSED) >= set(styles.SOLOS)


def test_windows_are_sure_where_their_piece_is_known() -> None:
    pieces = [
        Piece("composed", name, name, Path(), "made here", split)
        for name, split in (("rock 1", "train"), ("solo harp 1", "train"), ("piano 2", "test"))
    ]
    corpus = Corpus(np.zeros((4, 1), np.int16), np.array([0, 1, 1, 2], np.int32), pieces)
    assert known.sure(corpus, {}).tolist() == [False, True, True, True]


def test_what_is_known_is_told_of_what_is_taught_and_of_nothing_else() -> None:
    pieces = [
        Piece("composed", "piano 1", "piano 1", Path(), "made here", "train"),
        Piece("composed", "waltz 1", "waltz 1", Path(), "made here", "train"),
        Piece("sms-tools", "soprano-E4", "soprano", Path(), "CC-BY-4.0", "train"),
        Piece("composed", "piano 2", "piano 2", Path(), "made here", "test"),
    ]
    for teachers in (HIGH, MIDDLE, LOW):
        logits = np.full((8, len(WORDS)), teachers, np.float32)
        corpus = Corpus(np.zeros((8, 1), np.int16), np.repeat(np.arange(4, dtype=np.int32), 2), pieces)
        out = told(logits, WORDS, corpus, {})
        assert (logits == np.float32(teachers)).all()
        piano, waltz, soprano, held_out = (out[2 * k : 2 * k + 2] for k in range(4))
        assert np.array_equal(waltz, logits[:2])
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


def test_recorded_notes_are_found_in_a_corpus() -> None:
    pieces = [
        Piece(source, name, name, Path(), "", "train")
        for source, name in (("sms-tools", "piano +5"), ("sms-tools", "vignesh"), ("composed", "piano 1"))
    ]
    corpus = Corpus(np.zeros((4, 1), np.int16), np.array([0, 0, 1, 2], np.int32), pieces)
    assert known.notes(corpus).tolist() == [True, True, False, False]


def test_a_style_is_certain_and_the_rest_is_for_the_teachers() -> None:
    pieces = [Piece("composed", f"jazz {n}", "jazz", Path(), "made here", split)
              for n, split in enumerate(("train", "test"))]  # fmt: skip
    corpus = Corpus(np.zeros((2, 1), np.int16), np.arange(2, dtype=np.int32), pieces)
    for teachers in (HIGH, MIDDLE, LOW):
        logits = np.full((2, len(WORDS)), teachers, np.float32)
        out = told(logits, WORDS, corpus, {})
        assert names(out[0] != logits[0]) == ({"jazz"} if teachers < HIGH else set())
        assert sigmoid(out[0, WORDS.index(JAZZ)]) >= SURE - 1e-6
        assert np.array_equal(out[1], logits[1])


def test_every_style_has_words_of_the_vocabulary() -> None:
    categories = {word.name: word.category for word in vocabulary.vocabulary()}
    assert set(known.STYLES) <= set(styles.STYLES)
    assert not set(known.STYLES) & set(COMPOSED)
    for named in known.STYLES.values():
        assert set(named) <= set(categories)


def test_recorded_instruments_are_told_from_voices_and_from_what_nobody_knows() -> None:
    def recorded(name: str, source: str = "sms-tools") -> bool:
        return known.instrument(Piece(source, name, name, Path(), "CC-BY-4.0", "train"))

    assert recorded("piano")
    assert recorded("vibraphone-C6")
    assert not recorded("soprano-E4")
    assert not recorded("rain")
    assert not recorded("solo harp 1", "composed")

"""From teachers to a model file in small: targets weigh data sets alike, and one command does all steps."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tagger_core.errors import EarmarkError
from tagger_core.models import model_file
from tagger_core.models.architectures import describe
from tagger_core.models.model_info import ModelInfo, Tag
from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from tagger_core.models.tag_names import TAG_NAMES
from trainer.distil import course, gather, known, targets, vocabulary
from trainer.distil.corpus import RATE, Corpus, collect, to_int16
from trainer.distil.panel import Voice
from trainer.distil.parts import PARTS
from trainer.distil.sources import Piece
from trainer.distil.tags import BAR, sigmoid
from trainer.distil.textures import MAKERS, make
from trainer.distil.vocabulary import Word

PIANO = Word("piano", "instrument", {"mtat": ("piano",), "jamendo": ("piano",)})
VOICES = (Voice("mtat", "musicnn"), Voice("mtat", "fcn"), Voice("jamendo", "fcn"))


def logits_of(dataset: str, tag: str, values: np.ndarray) -> np.ndarray:
    out = np.full((len(values), 50), -9.0, np.float32)
    out[:, [name for name, _ in TAG_NAMES[dataset]].index(tag)] = values
    return out


def test_no_data_set_outvotes_another_by_its_base_rate_or_its_sureness() -> None:
    random = np.random.default_rng(0)
    mtat, jamendo = random.normal(-2, 1, 400), random.normal(-4, 3, 400)
    heard = {
        VOICES[0]: logits_of("mtat", "piano", mtat),
        VOICES[1]: logits_of("mtat", "piano", mtat),
        VOICES[2]: logits_of("jamendo", "piano", jamendo),
    }
    merged = targets.fitted((PIANO,), heard)(heard)[:, 0]
    agreement = [np.corrcoef(merged, each)[0, 1] for each in (mtat, jamendo)]
    assert agreement == pytest.approx([np.sqrt(0.5)] * 2, abs=0.06)
    alone = targets.fitted((replace(PIANO, members={"mtat": ("piano",)}),), heard)(heard)[:, 0]
    assert np.argsort(alone).tolist() == np.argsort(mtat).tolist()
    assert sigmoid(alone[np.argsort(mtat)[360]]) == pytest.approx(BAR, abs=0.03)
    assert alone.std() == pytest.approx(mtat.std(), rel=0.01)


def test_a_merger_is_fitted_on_what_is_taught_and_applied_to_the_rest() -> None:
    random = np.random.default_rng(1)
    heard = {voice: random.normal(-2, 1, (300, 50)).astype(np.float32) for voice in VOICES}
    some = {voice: values[:200] for voice, values in heard.items()}
    merger = targets.fitted((PIANO,), some)
    assert np.array_equal(merger(heard)[:200], merger(some))
    with pytest.raises(ValueError, match="nobody of jamendo"):
        targets.fitted((PIANO,), {VOICES[0]: heard[VOICES[0]]})


def test_only_music_has_a_genre() -> None:
    words = (PIANO, Word("jazz", "genre", {"jamendo": ("jazz",)}))
    logits = np.random.default_rng(2).normal(-2, 1, (100, 2)).astype(np.float32)
    music = np.arange(100) >= 30
    told = targets.without_genre(logits, words, music, np.arange(100))
    assert np.array_equal(told[:, 0], logits[:, 0])
    assert np.array_equal(told[music], logits[music])
    assert told[~music, 1].max() <= np.quantile(logits[:, 1], 0.1) + 1e-6
    assert (told <= logits).all()


def test_speech_and_noise_are_no_music() -> None:
    def piece(source: str, name: str, *, voice: bool = False) -> Piece:
        return Piece(source, name, name, Path(), "", "train", voice=voice)

    for source, name in (
        ("textures", "noise 3"),
        ("textures", "tones 3"),
        ("sms-tools", "speech-male"),
        ("songs", "198-209-0000.hq"),
        ("outdoors", "birds 2"),
    ):
        assert not piece(source, name).music
    assert not piece("asterisk", "hello", voice=True).music
    for source, name in (("textures", "singing 3"), ("sms-tools", "orchestra"), ("wesnoth", "noise of war")):
        assert piece(source, name).music


def test_half_the_rate_keeps_what_is_below_it(tmp_path: Path) -> None:
    t = np.arange(16_000) / RATE
    windows = to_int16(np.stack([0.5 * np.sin(2 * np.pi * hz * t) for hz in (1000, 7000)]).astype(np.float32))
    halved = course.at_rate(windows, 8000, tmp_path)
    assert halved.shape == (2, 8000)
    assert halved[0].std() == pytest.approx(windows[0].std(), rel=0.02)
    assert halved[1].std() < 0.02 * windows[1].std()
    assert course.at_rate(windows, RATE, tmp_path) is windows
    assert not np.array_equal(halved, course.at_rate(windows[::-1], 8000, tmp_path))


SMALL = SampleCNNConfig(
    first_width=81, first_stride=81, first_filters=4, modules=((3, 4),) * 5, last_filters=8, dropout=0.0
)


def test_one_command_makes_a_model_of_the_whole_vocabulary(
    guessing_teachers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def piece(kind: str, split: str) -> Piece:
        return Piece("wesnoth", f"{kind} {split}", kind, Path(kind), "GPL-2+", split)

    pieces = [piece(kind, split) for kind in sorted(MAKERS) for split in ("train", "validation", "test")]
    pieces.append(Piece("textures", "noise 1", "noise", Path("noise"), "made here", "train"))
    pieces += [Piece("composed", "piano 1", "pad", Path(), "made here", split) for split in ("train", "test")]
    corpus = collect(tmp_path / "corpus", pieces, lambda p: to_int16(make(p.group, 1, 9.0)).reshape(2, -1))

    monkeypatch.setattr(gather, "gathered", lambda *_: corpus)
    monkeypatch.setitem(course.STUDENTS, "quick", course.Student(SMALL, 8000))
    out = tmp_path / "made.safetensors"
    line = (
        f"--parts {tmp_path} --teachers {guessing_teachers} --work {tmp_path} --out {out} "
        "--student quick --minutes 0.02 --changes gain --workers 1"
    ).split()
    course.main(line)
    # A corpus that grows has another round: this one holds nothing that is new.
    assert [path.name for path in tmp_path.glob("round*")] == [f"round1-{len(corpus.windows)}-gain.i16"]
    info = model_file.load(out).info
    assert [tag.name for tag in info.tags] == [word.name for word in vocabulary.vocabulary()]
    assert (info.sample_rate, info.window) == (8000, SMALL.window)
    for said in (
        "composers of The Battle for Wesnoth",
        "jamendo: hiphop",
        "at 8 kHz",
        "trainer.distil model",
    ):
        assert said in info.card
    # What is known is taught, and measured is what the teachers say.
    words = vocabulary.vocabulary()
    prepared = course.prepared(course.parsed(line), words)
    assert prepared.times.tolist() == [1 if pieces[k].source == "wesnoth" else 2 for k in corpus.piece_of]
    scores = sigmoid(prepared.logits[-4:, [word.name for word in words].index("piano")])
    assert scores[:2].min() >= known.SURE - 1e-4
    assert scores[2:].max() < known.SURE
    # A second training goes on where the first one ended, and the card says so.
    further = tmp_path / "further.safetensors"
    course.main([*line, "--go-on", str(out), "--rate", "0.25", "--out", str(further)])
    assert "; then " in model_file.load(further).info.card
    assert "--student quick --go-on BEFORE --rate 0.25 --parts" in model_file.load(further).info.card
    assert "--go-on" not in info.card
    assert "--rate" not in info.card


def test_what_is_known_is_taught_more_often_and_nothing_that_is_held_out() -> None:
    pieces = [
        Piece("wesnoth", "song", "song", Path(), "", "train"),
        Piece("asterisk", "hello", "hello", Path(), "", "train", voice=True),
        Piece("composed", "solo harp 1", "solo harp 1", Path(), "", "train"),
        Piece("composed", "solo harp 2", "solo harp 2", Path(), "", "test"),
    ]
    corpus = Corpus(np.zeros((4, 8), np.int16), np.arange(4, dtype=np.int32), pieces)
    music, times = np.array([True, False, True, True]), np.array([1, 2, 3, 2])
    logits = np.zeros((4, 1), np.float32)
    lessons = course.lessons_of(
        Namespace(), course.Course(corpus, logits, music, times, targets.Merger((), {}, {}), logits[0], [])
    )
    assert np.concatenate([lesson.rows for lesson in lessons]).tolist() == [0, 1, 1, 2, 2, 2]


@pytest.mark.parametrize(("more", "share"), [("", 1.0), ("--go-on a.safetensors", 0.5), ("--rate 0.1", 0.1)])
def test_a_training_that_goes_on_has_half_the_rate_unless_it_is_told(more: str, share: float) -> None:
    line = "--parts a --teachers a --work a --out a --device cpu"
    usual = course.recipe_of(course.parsed(line.split())).rate
    assert course.recipe_of(course.parsed([*line.split(), *more.split()])).rate == pytest.approx(
        share * usual
    )


@pytest.mark.parametrize("rate", ["0", "-1", "1.5", "nan"])
def test_a_rate_is_a_share(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        course.parsed(["--parts", "a", "--teachers", "a", "--work", "a", "--out", "a", f"--rate={rate}"])
    assert "--rate is above 0" in capsys.readouterr().err


WORDS = (PIANO, Word("jazz", "genre", {"jamendo": ("jazz",)}))


def student_of(names: tuple[str, ...], path: Path, config: SampleCNNConfig = SMALL) -> SampleCNN:
    network = SampleCNN(config, len(names))
    info = ModelInfo(
        name=path.stem,
        architecture=describe(config),
        sample_rate=8000,
        window=network.window,
        tags=tuple(Tag(name, "genre", 0.5) for name in names),
        licence="MIT",
        provenance="distilled from others; 9 steps; then 3 steps; audio: see the card",
        quality={},
        card="",
    )
    model_file.save(path, info, network.state_dict())
    return network


def test_who_goes_on_knows_what_the_other_knew_and_nothing_of_new_words(tmp_path: Path) -> None:
    path = tmp_path / "before.safetensors"
    before, fresh = student_of(("techno", "piano"), path), SampleCNN(SMALL, len(WORDS))
    bias = fresh.dense.bias.detach().clone()
    assert course.gone_on(fresh, path, WORDS) == "9 steps; then 3 steps"
    waves = torch.randn(2, SMALL.window)
    theirs, mine = before.eval()(waves), fresh.eval()(waves)
    assert torch.allclose(mine[:, 0], theirs[:, 1])
    assert not torch.isclose(mine[:, 1:], theirs).any()
    assert fresh.dense.bias[1] == bias[1]
    assert fresh.dense.bias[0] == before.dense.bias[1]


def test_nobody_goes_on_from_another_student(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    student_of(("piano",), path, replace(SMALL, last_filters=4))
    with pytest.raises(EarmarkError, match=r"other\.safetensors"):
        course.gone_on(SampleCNN(SMALL, len(WORDS)), path, WORDS)


def test_pieces_of_the_corpus_are_free_of_strokes_and_keep_albums_together(tmp_path: Path) -> None:
    entries = [
        gather.Entry("freedoom", "freedoom/d_e1m1.mid", "", "0", "BSD-3-Clause", "freedoom: d_e1m1", ""),
        gather.Entry(
            "mutopia", "mutopia/organ-1.mid", "ftp/BachJS/1", "0", "public domain", "mutopia: a", ""
        ),
        gather.Entry("asterisk", "a/hello.wav", "", "0", "CC-BY-SA-3.0", "asterisk", ""),
        gather.Entry("sonic-pi", "s/bd_808.flac", "", "0", "CC0", "sonic-pi: bd", ""),
        gather.Entry("sonic-pi", "s/loop_amen.flac", "", "0", "CC0", "sonic-pi: loop_amen", ""),
    ]
    pieces = gather.pieces_of({entry: tmp_path / entry.file for entry in entries})
    by_source = {source: [p for p in pieces if p.source == source] for source in {p.source for p in pieces}}
    assert [piece.name for piece in by_source["sonic-pi"]] == ["loop_amen"]
    assert len(by_source["asterisk"]) == 3
    assert all(piece.voice and piece.split == "train" for piece in by_source["asterisk"])
    assert by_source["mutopia"][0].program == 19
    assert len({piece.soundfont for piece in by_source["mutopia"]}) == 2
    assert len({piece.split for piece in by_source["mutopia"]}) == 1
    assert {"composed", "espeak", "outdoors", "textures"} <= set(by_source)
    fonts = {part.name for part in PARTS if part.kind == "soundfont"}
    assert {piece.soundfont for piece in pieces} <= fonts | {""}

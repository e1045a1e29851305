"""The ablation of the changes of sound: each made alone, judged by what teachers hear, kept if it helps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tagger_core.models.samplecnn_configs import SampleCNNConfig
from trainer.distil import ablation, augment, course, gather, panel
from trainer.distil.ablation import (
    Exam,
    Row,
    judged,
    markdown,
    read,
    recorded_music,
    some_pieces,
    write,
    written,
)
from trainer.distil.corpus import Corpus, collect, to_int16
from trainer.distil.panel import Voice
from trainer.distil.sources import Piece
from trainer.distil.textures import MAKERS, make

ROW = Row("mp3", 0.01, 0.2, 0.03, 0.01, 0.05)


def corpus_in(folder: Path) -> Corpus:
    """Two windows of 4.5 s of every kind of texture in two splits, as if they had been recorded."""
    pieces = [
        Piece("zaz", f"{kind} {split}", kind, Path(kind), "CC0-1.0", split)
        for kind in sorted(MAKERS)
        for split in ("train", "validation")
    ]
    return collect(folder / "corpus", pieces, lambda p: to_int16(make(p.group, 1, 9.0)).reshape(2, -1))


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = (ROW, replace(ROW, change="pitch", gained=-0.004, low=-0.012))
    write(rows, tmp_path / "table.tsv")
    assert read(tmp_path / "table.tsv") == rows
    assert [row.helps for row in rows] == [True, False]
    told = markdown(rows).splitlines()
    assert told[2] == "| mp3 | +0.010 | +0.200 | +0.030 | +0.010 to +0.050 | kept |"
    assert told[3].endswith("| **left out** |")
    assert markdown([replace(ROW, change="all")]).endswith("+0.050 |  |")


def test_the_changes_of_a_round_are_those_that_help() -> None:
    assert set(augment.KEPT) == {row.change for row in read() if row.helps} & set(augment.NAMES)
    assert {row.change for row in read()} == {ablation.NOTHING, *augment.NAMES, ablation.ALL}
    given = course.parsed(["--parts", "p", "--teachers", "t", "--work", "w", "--out", "o", "--device", "cpu"])
    assert tuple(given.changes) == augment.KEPT


def test_what_is_taught_is_spread_over_the_sources_and_what_is_changed_is_recorded_music(
    tmp_path: Path,
) -> None:
    corpus = corpus_in(tmp_path)
    corpus.pieces[0] = replace(corpus.pieces[0], source="textures")
    rows = some_pieces(corpus, "train", 3)
    assert len(rows) == 2 * -(-len(MAKERS) // 3)
    assert {corpus.pieces[k].split for k in corpus.piece_of[rows]} == {"train"}
    assert recorded_music(corpus, rows).tolist() == rows[2:].tolist()


def test_every_change_is_made_alone_and_for_certain(tmp_path: Path) -> None:
    corpus = corpus_in(tmp_path)
    rows = corpus.indices("train")[:4]
    heard = {
        name: np.array(written(corpus, rows, "train", name, tmp_path))
        for name in (*augment.NAMES, ablation.ALL)
    }
    for name, windows in heard.items():
        assert windows.shape == corpus.windows[rows].shape
        assert not any(np.array_equal(a, b) for a, b in zip(windows, corpus.windows[rows], strict=True)), name
        assert np.array_equal(written(corpus, rows, "train", name, tmp_path), windows)
    # How loud it is, is all that this one changes.
    sound, louder = corpus.windows[rows[0]] / 1.0, heard["gain"][0] / 1.0
    assert np.corrcoef(sound, louder)[0, 1] > 0.999
    assert written(corpus, rows[1:], "train", "gain", tmp_path).shape[0] == 3


def test_a_change_helps_if_students_agree_better_on_what_happens_to_records() -> None:
    random = np.random.default_rng(0)
    told = random.normal(size=(80, 6))
    plain = told + random.normal(size=told.shape)
    names = {*ablation.HAPPENS, "reverb", "band"}
    exam = Exam({}, dict.fromkeys(names, told.astype(np.float32)), np.arange(80, dtype=np.int32) // 4)
    without = dict.fromkeys(names, plain)
    better = judged("reverb", {**without, **dict.fromkeys(ablation.HAPPENS, told)}, without, exam)
    assert better.helps
    assert better.clean == better.gained > 0.2
    assert better.low < better.gained < better.high
    assert better.own == 0
    only = judged("reverb", {**without, "mp3": told}, without, exam)
    assert only.clean == 0 < only.gained == pytest.approx(better.gained / len(ablation.HAPPENS))
    same = judged("band", without, without, exam)
    assert (same.clean, same.own, same.gained, same.helps) == (0, 0, 0, False)
    # Windows of a track are much alike: where one track alone gains, a third of the draws miss all of it.
    lucky = plain.copy()
    lucky[:4] = told[:4]
    one = judged("band", dict.fromkeys(names, lucky), without, exam)
    assert one.low == 0 < one.gained < one.high


def test_the_command_tries_every_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, asked = corpus_in(tmp_path), list[int]()

    def heard(
        _: Path, voices: tuple[Voice, ...], windows: np.ndarray, *__: object, **___: object
    ) -> list[tuple[Voice, np.ndarray]]:
        asked.append(len(windows))
        said = np.resize(windows[:, :50].astype(np.float64) / 1000, (len(windows), 50))
        return [(voice, said - k) for k, voice in enumerate(voices)]

    small = SampleCNNConfig(
        first_width=81, first_stride=81, first_filters=4, modules=((3, 4),) * 5, last_filters=8, dropout=0.0
    )
    for dataset, network in panel.PUBLISHED:
        (tmp_path / f"{dataset}-{network}.pth").touch()
    monkeypatch.setattr(gather, "gathered", lambda *_: corpus)
    monkeypatch.setattr(panel, "heard", heard)
    monkeypatch.setattr(ablation, "DRAWS", 5)
    monkeypatch.setitem(course.STUDENTS, "quick", course.Student(small, 8000))
    out = tmp_path / "ablation.tsv"
    ablation.main(
        f"--parts {tmp_path} --teachers {tmp_path} --work {tmp_path} --out {out} --pieces 2 --windows 2 "
        "--steps 2 --workers 1".split()
    )
    assert [row.change for row in read(out)] == ["nothing", *augment.NAMES, "all"]
    # The corpus, what is asked about as it is and after each change, and each change of what is taught.
    assert len(asked) == 1 + 2 * (len(augment.NAMES) + 1) + 1

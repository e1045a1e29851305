"""Teachers in batches: they say what they say one by one, and their targets are those of `targets`."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tagger_core.models.tag_names import TAG_NAMES
from tests.support.shared import SHARED, needs_shared
from trainer.distil import panel, targets, teacher
from trainer.distil.corpus import to_int16
from trainer.distil.live_panel import LiveMerger, live_panel
from trainer.distil.panel import Voice
from trainer.distil.textures import make
from trainer.distil.vocabulary import Word, vocabulary

CPU = torch.device("cpu")
VOICES = (Voice("mtat", "musicnn"), Voice("mtat", "fcn"), Voice("msd", "fcn"), Voice("jamendo", "fcn"))


def logits_of(count: int, seed: int = 0) -> dict[Voice, np.ndarray]:
    random = np.random.default_rng(seed)
    return {
        voice: random.normal(random.normal(-3, 2, 50), 2, (count, 50)).astype(np.float32) for voice in VOICES
    }


def test_targets_are_those_of_the_processor_with_and_without_music() -> None:
    words, heard, rows = vocabulary(), logits_of(400), np.arange(300)
    # Certainties, which a logarithm must live through.
    heard[VOICES[0]][:2] = [[-60], [60]]
    merger = targets.fitted(words, {voice: logits[rows] for voice, logits in heard.items()})
    music = np.random.default_rng(1).random(400) < 0.7
    merged = merger(heard)
    expected = targets.without_genre(merged, words, music, rows)
    assert not np.array_equal(expected, merged)
    live = LiveMerger(merger, VOICES, targets.most(merged[rows], words))
    told = live({voice: torch.from_numpy(logits) for voice, logits in heard.items()}, torch.from_numpy(music))
    assert told.dtype == torch.float32
    assert np.abs(told.numpy() - expected).max() < 2e-4


def test_a_word_is_told_by_its_own_teachers_alone() -> None:
    word = Word("piano", "instrument", {"jamendo": ("piano",)})
    heard = logits_of(50)
    live = LiveMerger(targets.fitted((word,), heard), VOICES, np.full(1, np.inf, np.float32))
    spoken = {voice: torch.from_numpy(logits) for voice, logits in heard.items()}
    yes = torch.ones(50, dtype=torch.bool)
    before = live(spoken, yes)
    place = [name for name, _ in TAG_NAMES["jamendo"]].index("piano")
    for voice in VOICES:
        spoken[voice] = spoken[voice] + 1.0
        if voice.dataset == "jamendo":
            spoken[voice][:, place] -= 1.0
    assert torch.equal(before, live(spoken, yes))


@needs_shared
@pytest.mark.parametrize("name", ["musicnn", "fcn"])
def test_a_batch_is_heard_as_windows_are_one_by_one(name: str) -> None:
    assert SHARED is not None
    voice = Voice("jamendo", name)
    windows = to_int16(np.stack([make(kind, 1, 3.744) for kind in ("pad", "beat")]))
    network = panel.network_of(SHARED / "weights", voice)
    ear = (teacher.Teacher if name == "musicnn" else teacher.LoopedTeacher)(network, torch.float32)
    one_by_one = ear.logits(windows / np.float32(32768))
    assert np.abs(teacher.in_batches(ear, windows, CPU) - one_by_one).max() < 1e-4
    # In the format of a GPU.
    coarse = (teacher.Teacher if name == "musicnn" else teacher.LoopedTeacher)(
        panel.network_of(SHARED / "weights", voice), torch.bfloat16
    )
    assert np.abs(teacher.in_batches(coarse, windows[:1], CPU) - one_by_one[:1]).max() < 0.1


@needs_shared
def test_the_panel_makes_of_sound_what_scores_and_merger_make_of_it() -> None:
    assert SHARED is not None
    folder, asked = SHARED / "weights", (Voice("mtat", "musicnn"), Voice("msd", "fcn"))
    words = (
        Word("rock", "genre", {"mtat": ("rock",), "msd": ("rock",)}),
        Word("guitar", "instrument", {"mtat": ("guitar",)}),
    )
    scores = {voice: logits for voice, logits in logits_of(60).items() if voice in asked}
    merger = targets.fitted(words, scores)
    most = targets.most(merger(scores), words)
    windows = np.stack([make(kind, 1, 3.0) for kind in ("plucked", "noise")])
    heard = {voice: panel.teacher_of(folder, voice).logits(windows) for voice in asked}
    expected = merger(heard)
    expected[1] = np.minimum(expected[1], most)
    with torch.no_grad():
        told = live_panel(folder, asked, merger, most, CPU)(
            torch.from_numpy(windows), torch.tensor([True, False])
        )
    assert np.abs(told.numpy() - expected).max() < 2e-3

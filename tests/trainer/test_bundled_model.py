"""The model that comes with Earmark: what its card must say, how good it must be, and what it must hear."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tagger_core.audio import decode, windows
from tagger_core.models import model_file
from tests.support.shared import SHARED, needs_shared

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "models"
BUNDLED = FOLDER / "earmark-first.safetensors"


@pytest.fixture(scope="module")
def model() -> model_file.LoadedModel:
    return model_file.load(BUNDLED)


def test_the_file_is_small_and_its_description_reads_without_the_weights() -> None:
    assert BUNDLED.stat().st_size <= 5_000_000
    info = model_file.read_info(BUNDLED)
    assert info.name == "earmark-first"
    assert info.licence == "MIT"
    assert 30 <= len(info.tags) <= 40


def test_every_tag_can_be_decided(model: model_file.LoadedModel) -> None:
    assert all(0 < tag.threshold < 1 for tag in model.info.tags)
    assert {tag.category for tag in model.info.tags} == {
        "genre", "mood", "instrument", "voice", "tempo", "texture",
    }  # fmt: skip


def test_the_card_names_teacher_sources_and_licences(model: model_file.LoadedModel) -> None:
    card = model.info.card
    assert card == BUNDLED.with_suffix(".md").read_text("utf-8")
    for licence in ("GPL-2.0-or-later", "CC-BY-SA", "CC-BY-4.0", "BSD-3-Clause", "public domain"):
        assert licence in card
    assert "musicnn" in card
    assert "FluidR3" in card
    assert "What it cannot do" in card
    assert "python -m trainer.distil" in card


def test_the_measured_agreement_is_there_and_good_enough(model: model_file.LoadedModel) -> None:
    quality = model.info.quality
    assert quality["Spearman"] >= 0.6
    assert quality["real clips: Spearman"] >= 0.6
    assert quality["real clips: Spearman"] > quality["real clips: Spearman of a ridge on mel statistics"]
    assert quality["real clips: items"] >= 100


@pytest.mark.parametrize("sound", ["silence", "noise"])
def test_scores_are_scores(model: model_file.LoadedModel, sound: str) -> None:
    random = np.random.default_rng(0)
    wave = np.zeros(model.info.window) if sound == "silence" else random.uniform(-1, 1, model.info.window)
    with torch.inference_mode():
        scores = torch.sigmoid(model.network(torch.from_numpy(wave.astype(np.float32))[None]))
    assert scores.shape == (1, len(model.info.tags))
    assert torch.isfinite(scores).all()


SONGS = ("Hungarian_Dance", "Joshua_Morin", "Karissa_Hobbs", "Kevin_MacLeod_-_Vibe")


@pytest.fixture(scope="module")
def songs(model: model_file.LoadedModel) -> dict[str, dict[str, float]]:
    """Mean scores of recordings that were not taught, by the beginning of their name, then by tag."""
    assert SHARED is not None
    folder, found = SHARED / "corpus" / "recordings", {}
    for name in SONGS:
        path = next(path for path in sorted(folder.glob(f"{name}*")) if path.suffix == ".ogg")
        wave = decode.load(path, model.info.sample_rate)[: 100 * model.info.sample_rate]
        heard = [w.samples for w in windows.cut([wave], model.info.window, model.info.window) if not w.silent]
        with torch.inference_mode():
            scores = torch.sigmoid(torch.cat([model.network(torch.from_numpy(w)[None]) for w in heard])).mean(
                0
            )
        found[name] = dict(zip((tag.name for tag in model.info.tags), scores.tolist(), strict=True))
    return found


@needs_shared
@pytest.mark.parametrize(
    ("song", "tags", "not_tags"),
    [
        ("Hungarian_Dance", ("classical", "strings", "violin"), ("rock", "techno", "drums", "metal")),
        ("Joshua_Morin", ("guitar", "rock", "male vocal"), ("techno", "choir", "harp")),
        ("Karissa_Hobbs", ("female vocal", "vocal", "guitar"), ("techno", "metal", "opera")),
        ("Kevin_MacLeod_-_Vibe", ("drums", "beat"), ("choir", "opera", "violin")),
    ],
)
def test_it_hears_the_obvious(
    model: model_file.LoadedModel,
    songs: dict[str, dict[str, float]],
    song: str,
    tags: tuple[str, ...],
    not_tags: tuple[str, ...],
) -> None:
    """Scores are for comparing songs: what a song is known for must stand out among the four."""
    thresholds = {tag.name: tag.threshold for tag in model.info.tags}
    for tag in tags:
        others = [scores[tag] for name, scores in songs.items() if name != song]
        assert songs[song][tag] > np.median(others), tag
    assert songs[song][tags[0]] >= thresholds[tags[0]]
    for tag in not_tags:
        assert songs[song][tag] < thresholds[tag], tag

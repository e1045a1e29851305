"""What imported models say about real recordings: it holds only if they hear what they were trained on."""

from pathlib import Path

import pytest
import torch

from tagger_core.audio.decode import load as decode
from tagger_core.models import model_file
from tagger_core.models.importer import import_checkpoint
from tagger_core.models.model_file import LoadedModel
from tests.support.shared import SHARED, needs_shared

pytestmark = needs_shared


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    assert SHARED is not None
    path = tmp_path_factory.mktemp("models") / "musicnn.safetensors"
    import_checkpoint(SHARED / "weights" / "mtat-musicnn.pth", path)
    return model_file.load(path)


def scores(model: LoadedModel, recording: str) -> dict[str, float]:
    """Return the mean scores over the windows of a recording's first 30 s, highest first."""
    assert SHARED is not None
    path: Path = next((SHARED / "corpus" / "recordings").glob(recording))
    samples = torch.from_numpy(decode(path, model.info.sample_rate)[: 10 * model.info.window])
    windows = samples[: len(samples) // model.info.window * model.info.window].reshape(-1, model.info.window)
    with torch.inference_mode():
        mean = model.network(windows).sigmoid().mean(0)
    named = zip((tag.name for tag in model.info.tags), mean.tolist(), strict=True)
    return dict(sorted(named, key=lambda item: -item[1]))


def test_an_orchestra_is_classical_with_strings_and_violin(model: LoadedModel) -> None:
    heard = scores(model, "Hungarian_Dance*.ogg")
    assert list(heard)[:3] == ["classical", "strings", "violin"]
    assert heard["classical"] == pytest.approx(0.74, abs=0.1)
    assert heard["strings"] == pytest.approx(0.51, abs=0.1)
    assert heard["violin"] == pytest.approx(0.49, abs=0.1)


def test_a_folk_song_has_a_guitar_and_a_woman(model: LoadedModel) -> None:
    heard = scores(model, "Karissa_Hobbs*.ogg")
    assert list(heard)[:2] == ["guitar", "female"]
    assert heard["guitar"] == pytest.approx(0.58, abs=0.1)
    assert heard["female"] > 2 * heard["male"]

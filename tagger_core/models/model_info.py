"""What a model file says of itself, apart from its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tagger_core.models.architectures import MOST_TAGS, parse
from tagger_core.models.checks import brief, integer, keys, number, refuse, text

FORMAT = 1
"""Version of the layout below; a program refuses a file with a larger one."""

CATEGORIES = ("genre", "mood", "instrument", "voice", "era", "tempo", "texture")

_LONGEST_TAG = 200
_TAG_KEYS = frozenset(("name", "category", "threshold"))
_KEYS = frozenset(
    ("name", "architecture", "sample_rate", "window", "tags", "licence", "provenance", "quality", "card")
)


@dataclass(frozen=True)
class Tag:
    """One output of a model.

    Args:
        name: as people write it; unique in its model, whatever its case.
        category: one of `CATEGORIES`.
        threshold: score from 0 to 1 from which on the tag holds.

    Raises:
        ModelError: a value is of the wrong type or out of range.
    """

    name: str
    category: str
    threshold: float

    def __post_init__(self) -> None:
        text("a tag's name", self.name, _LONGEST_TAG, empty=False)
        if self.name != self.name.strip() or not self.name.isprintable():
            raise refuse(f"the tag {brief(self.name)} has spaces around it or unprintable characters")
        if self.category not in CATEGORIES:
            raise refuse(f"the tag {brief(self.name)} has the unknown category {brief(self.category)}")
        number(f"the threshold of {brief(self.name)}", self.threshold, 0.0, 1.0)


@dataclass(frozen=True)
class ModelInfo:
    """Everything about a model but its weights.

    Args:
        name: short, for people and for command lines; unique on a shelf.
        architecture: as `architectures.describe` returns it.
        sample_rate: in Hz, of the audio that the model hears.
        window: length of its input in samples; what the architecture says.
        tags: in the order of the outputs.
        licence: of the weights, an SPDX name or a sentence.
        provenance: where the weights come from: data, program, version, checkpoint.
        quality: measured numbers and, as text, what they were measured on.
        card: Markdown: what the model was trained on, how good it is, what it is not for.

    Raises:
        ModelError: a value is of the wrong type or out of range, a tag's name stands twice, or architecture,
            window and sample rate contradict each other.
    """

    name: str
    architecture: dict[str, Any]
    sample_rate: int
    window: int
    tags: tuple[Tag, ...]
    licence: str
    provenance: str
    quality: dict[str, str | int | float]
    card: str

    def __post_init__(self) -> None:
        text("the model's name", self.name, 100, empty=False)
        if self.name != self.name.strip() or not self.name.isprintable():
            raise refuse(
                f"the model's name {brief(self.name)} has spaces around it or unprintable characters"
            )
        text("the licence", self.licence, 10_000)
        text("the provenance", self.provenance, 100_000)
        text("the card", self.card, 1_000_000)
        self._check_quality()
        integer("the number of tags", len(self.tags), 1, MOST_TAGS)
        seen: set[str] = set()
        for tag in self.tags:
            if tag.name.casefold() in seen:
                raise refuse(f"the tag {brief(tag.name)} stands twice")
            seen.add(tag.name.casefold())
        config = parse(self.architecture)
        integer("the sample rate", self.sample_rate, 1000, 384000)
        integer("the window", self.window, 1, 1 << 32)
        if self.window != config.window:
            raise refuse(f"the window is {self.window} samples, but the architecture hears {config.window}")
        if getattr(config, "sample_rate", self.sample_rate) != self.sample_rate:
            raise refuse(f"the sample rate is {self.sample_rate} Hz, not the architecture's")

    def _check_quality(self) -> None:
        if not isinstance(self.quality, dict) or len(self.quality) > 1000:
            raise refuse(f"the quality is {brief(self.quality)}, not an object of at most 1000 values")
        for key, value in self.quality.items():
            text("a key of the quality", key, 200, empty=False)
            if isinstance(value, str):
                text(f"the quality's {brief(key)}", value, 100_000)
            else:
                number(f"the quality's {brief(key)}", value, -1e300, 1e300)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON that a model file holds."""
        values = {key: getattr(self, key) for key in sorted(_KEYS)}
        tags = [{"name": tag.name, "category": tag.category, "threshold": tag.threshold} for tag in self.tags]
        return {"format": FORMAT, **values, "tags": tags}

    @classmethod
    def from_json(cls, content: object) -> ModelInfo:
        """Return the description that `to_json` wrote.

        Raises:
            ModelError: as the class; or the file was made by a newer program.
        """
        if not isinstance(content, dict):
            raise refuse(f"the description is {brief(content)}, not an object")
        version = integer("the format", content.get("format"), 1, 1 << 31)
        if version > FORMAT:
            # Before the keys are looked at: a newer format may well have other keys.
            raise refuse(f"the format is {version}, newer than this program's {FORMAT}; update Earmark")
        values = keys("the description", content, _KEYS | {"format"})
        tags = values["tags"]
        if not isinstance(tags, list):
            raise refuse(f"the tags are {brief(tags)}, not a list")
        integer("the number of tags", len(tags), 1, MOST_TAGS)
        return cls(
            **{key: values[key] for key in _KEYS - {"tags"}},
            tags=tuple(Tag(**keys("a tag", tag, _TAG_KEYS)) for tag in tags),
        )

"""The words of the bundled models: what each is called in the data sets, and which of them may teach it.

`vocabulary.tsv` merges the synonyms of three data sets and is written by hand; `evidence.tsv` says how well
the teachers of a word agree on real music and is measured (see `evidence`). `verdict` is the rule.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import EarmarkError
from tagger_core.models.tag_names import TAG_NAMES
from trainer.distil.tags import sigmoid

DATASETS = ("mtat", "msd", "jamendo")
CATEGORIES = ("genre", "mood", "instrument", "voice", "era", "tempo", "texture")

TABLE = Path(__file__).with_name("vocabulary.tsv")
EVIDENCE = Path(__file__).with_name("evidence.tsv")

OWN = 0.5
"""A data set speaks for a word if its networks' scores have at least this rank correlation, as a mean."""
CHANCE = 0.2
"""And if the lower end of that correlation's 95 % interval is above this, so that it is no accident."""
SAME = 0.3
"""Two data sets mean the same by a word if their scores have at least this rank correlation."""


@dataclass(frozen=True)
class Word:
    """One tag of the student.

    Args:
        name: the word that people see.
        category: one of `CATEGORIES`.
        members: by data set, its tags that mean it.
    """

    name: str
    category: str
    members: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Evidence:
    """How the teachers of a word agree on real music.

    Args:
        own: by data set, (mean rank correlation of its networks, lower end of its 95 % interval).
        between: by pair of data sets, the rank correlation of their scores.
    """

    own: Mapping[str, tuple[float, float]]
    between: Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Verdict:
    """Which data sets teach a word; none of them, and it is left out.

    Args:
        teachers: data sets.
        reason: why others do not, "" where all do.
    """

    teachers: tuple[str, ...]
    reason: str


def verdict(evidence: Evidence) -> Verdict:
    """Apply the rule: a teacher agrees with itself beyond chance, and teachers of one word with each other.

    Of two data sets that contradict each other, the one whose own networks agree less is not asked.
    """
    reasons, left = [], []
    for dataset, (mean, low) in evidence.own.items():
        if mean >= OWN and low > CHANCE:
            left.append(dataset)
        else:
            reasons.append(f"the networks of {dataset} agree at {mean:.2f} (above {low:.2f})")
    for (first, second), correlation in sorted(evidence.between.items(), key=lambda item: item[1]):
        if first in left and second in left and correlation < SAME:
            weaker = min(first, second, key=lambda name: evidence.own[name][0])
            left.remove(weaker)
            reasons.append(f"{first} and {second} agree at {correlation:.2f}, so {weaker} is not asked")
    return Verdict(tuple(left), "; ".join(reasons))


def words(table: Path = TABLE) -> tuple[Word, ...]:
    """Return all words that were considered, in the order of the table.

    Raises:
        ValueError: the table names a tag that its data set does not have, or a category that there is not.
    """
    found = []
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            members = {name: tuple(row[name].split("|")) for name in DATASETS if row[name]}
            for dataset, names in members.items():
                if unknown := set(names) - {name for name, _ in TAG_NAMES[dataset]}:
                    raise ValueError(f"{table.name}: {dataset} has no tag {sorted(unknown)}")
            if row["category"] not in CATEGORIES or not members:
                raise ValueError(f"{table.name}: {row['tag']} has no known category or no teacher")
            found.append(Word(row["tag"], row["category"], members))
    return tuple(found)


def read_evidence(path: Path = EVIDENCE) -> dict[str, Evidence]:
    """Return what was measured, by word.

    Raises:
        EarmarkError: nothing was measured yet.
    """
    if not path.exists():
        raise EarmarkError(
            "is missing: nobody has measured which words the teachers agree on",
            path=path,
            remedy="run `python -m trainer.distil vocabulary` first",
        )
    found = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            own = {
                name: (float(row[name]), float(row[f"{name} low"])) for name in DATASETS if row[name] != ""
            }
            between = {pair: float(row["-".join(pair)]) for pair in PAIRS if row["-".join(pair)] != ""}
            found[row["tag"]] = Evidence(own, between)
    return found


PAIRS = (("mtat", "msd"), ("mtat", "jamendo"), ("msd", "jamendo"))


def vocabulary(table: Path = TABLE, evidence: Path = EVIDENCE) -> tuple[Word, ...]:
    """Return the words that are kept, each with the teachers that may speak for it."""
    measured = read_evidence(evidence)
    return tuple(_kept(words(table), measured))


def markdown() -> str:
    """Return the evidence as a table: every word that was considered, and why some have fewer teachers."""
    measured = read_evidence()
    lines = [
        "| word | category | own agreement: mean (above) | between sets | taught by |",
        "|---|---|---|---|---|",
    ]
    for word in words():
        found = measured[word.name]
        own = ", ".join(f"{name} {mean:.2f} ({low:.2f})" for name, (mean, low) in found.own.items())
        between = ", ".join(f"{a}-{b} {value:.2f}" for (a, b), value in found.between.items())
        teachers = ", ".join(verdict(found).teachers) or "**left out**"
        lines.append(f"| {word.name} | {word.category} | {own} | {between} | {teachers} |")
    return "\n".join(lines)


def _kept(candidates: tuple[Word, ...], measured: Mapping[str, Evidence]) -> Iterator[Word]:
    for word in candidates:
        teachers = verdict(measured[word.name]).teachers
        if teachers:
            yield Word(word.name, word.category, {name: word.members[name] for name in teachers})


def spoken(word: Word, dataset: str, logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the score of a word, [n], in the logits of one network of a data set, [n, 50].

    It is the chance that at least one of the synonyms was written, were they written independently.
    """
    order = [name for name, _ in TAG_NAMES[dataset]]
    silent = 1 - sigmoid(logits[:, [order.index(name) for name in word.members[dataset]]])
    return np.asarray(1 - silent.prod(axis=1))

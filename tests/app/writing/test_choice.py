"""What the person unchecked is not in the plan that is applied; everything else is, as it was shown."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.writing.choice import parts, reduced, summary, wish
from app.writing.diff_model import NAME, DiffModel
from tagger_core.metadata.fields import Field
from tagger_core.metadata.plan import FieldChange, FilePlan, Fingerprint, WritePlan
from tagger_core.metadata.presets import PRESETS

FIELDS = (Field.GENRE, Field.MOOD, Field.COMMENT)


def plan_of(counts: list[int], warned: int = 0) -> WritePlan:
    """Return a plan of files with so many changes."""
    files = tuple(
        FilePlan(
            number, Path(f"/m/{number}.mp3"), Fingerprint(1, 2, number, 4), "ID3",
            tuple(FieldChange(field, (), (f"new {number}",)) for field in FIELDS[:count]),
            ("look out",) if number < warned else (),
        )
        for number, count in enumerate(counts)
    )  # fmt: skip
    return WritePlan(PRESETS["standard"], files, ((Path("/m/bad.mp3"), "it is gone"),), 7, 3)


counts = st.lists(st.integers(1, 3), max_size=8)


@settings(max_examples=60, deadline=None)
@given(counts, st.data())
def test_reducing_drops_the_unchecked_parts_and_nothing_else(many: list[int], data: st.DataObject) -> None:
    plan = plan_of(many)
    everything = set(parts(plan, range(len(many))))
    unchecked = data.draw(st.sets(st.sampled_from(sorted(everything)))) if everything else set()
    left = reduced(plan, unchecked)
    kept = {(file.path, change.field) for file in left.files for change in file.changes}
    expected = {
        (plan.files[file].path, plan.files[file].changes[at].field) for file, at in everything - unchecked
    }
    assert kept == expected
    assert all(file.changes for file in left.files)
    by_path = {file.path: file for file in plan.files}
    for file in left.files:
        whole = by_path[file.path]
        assert (file.fingerprint, file.track_id, file.warnings) == (
            whole.fingerprint, whole.track_id, whole.warnings,
        )  # fmt: skip
    assert (left.preset, left.new_id3_version) == (plan.preset, 3)
    told = summary(plan, unchecked)
    assert (told.chosen, told.files) == (len(left.files), len(plan.files))


def test_all_checked_is_the_plan_itself() -> None:
    plan = plan_of([2, 1])
    assert reduced(plan, set()) == plan


def test_modes_go_to_their_rules() -> None:
    made = wish(PRESETS["standard"], {Field.GENRE: "replace"}, min_score=0.4, provenance=True)
    assert [rule.mode for rule in made.preset.rules] == ["replace", "fill"]
    assert made.preset.provenance
    assert made.min_score == 0.4


def test_checking_what_is_shown_leaves_the_rest(qapp: object) -> None:
    model = DiffModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_plan(plan_of([2, 2, 1, 3], warned=2))
    model.show_only_warned(True)
    model.check_shown(False)
    model.show_only_warned(False)
    assert model.chosen_summary().chosen == 2
    assert model.data(model.index(0, NAME), Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    assert model.data(model.index(2, NAME), Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    model.check_shown(True)
    assert model.chosen_plan() == plan_of([2, 2, 1, 3], warned=2)
    model.clear()
    assert model.chosen_plan() is None


def test_ten_thousand_files_make_no_widgets(qapp: object) -> None:
    from app.writing.diff_view import DiffView

    view = DiffView()
    children = len(view.findChildren(QObject))
    view.show_plan(plan_of([2] * 10_000))
    view.resize(900, 600)
    view.show()
    assert view.diff.rowCount() == 10_001
    assert len(view.findChildren(QObject)) <= children + 5
    view.close()

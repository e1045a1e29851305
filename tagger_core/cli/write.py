"""`earmark write`: predicted tags into files, after showing what changes."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from typing import Any

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import confirmed, counted, print_json
from tagger_core.cli.words import query_text
from tagger_core.cli.workspace import open_workspace
from tagger_core.errors import SettingsError, shown
from tagger_core.jobs import Workspace
from tagger_core.metadata.diff import render
from tagger_core.metadata.journal import apply
from tagger_core.metadata.plan import WritePlan
from tagger_core.metadata.presets import PRESETS, Preset, with_options
from tagger_core.metadata.reports import WriteReport


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Show the diff; then write it if the person says yes, here or with --yes."""
    with open_workspace(arguments) as workspace:
        model = workspace.model(arguments.model)
        ids = workspace.library.search(query_text(arguments.query), model.id)
        if not ids:
            print("No song matches.", file=sys.stderr)
        plan = workspace.plan(
            ids, model, chosen_preset(arguments, workspace), min_score=arguments.min_score,
            cancelled=interrupt.pressed,
        )  # fmt: skip
        if ids and not arguments.json:
            print("\n".join(render(plan)))
        if arguments.dry_run:
            if arguments.json:
                print_json(plan_json(plan))
            return _planned(plan)
        question = f"Write {counted(len(plan.files), 'file')}?"
        agreed = arguments.yes or not plan.files or confirmed(question, interrupt)
        if not agreed:
            print("Nothing was written. Say --yes to write without being asked.", file=sys.stderr)
        report = WriteReport(None, 0, 0)
        if agreed and plan.files:
            report = apply(
                workspace.library, plan, cancelled=interrupt.pressed,
                allow_hard_links=arguments.allow_hard_links, note=query_text(arguments.query),
            )  # fmt: skip
    if arguments.json:
        print_json(report_json(report, plan))
    elif agreed and plan.files:
        _tell(report)
    if report.batch_id is None and not report.cancelled:
        return _planned(plan) if agreed else status.NOTHING
    if report.cancelled:
        return status.INTERRUPTED
    return status.PARTLY if report.failures or plan.refused else status.DONE


def chosen_preset(arguments: argparse.Namespace, workspace: Workspace) -> Preset:
    """Return the preset that was named, or that of the settings, with what the command line adds.

    Raises:
        SettingsError: there is no such preset.
    """
    name = arguments.preset or workspace.settings.preset
    if name not in PRESETS:
        raise SettingsError(f"there is no preset {name!r}", remedy=f"choose from: {', '.join(PRESETS)}")
    preset = with_options(PRESETS[name], accepted_only=arguments.accepted, provenance=arguments.provenance)
    if arguments.mode:
        rules = tuple(dataclasses.replace(rule, mode=arguments.mode) for rule in preset.rules)
        preset = dataclasses.replace(preset, rules=rules)
    return preset


def plan_json(plan: WritePlan) -> dict[str, Any]:
    """Return a plan for scripts."""
    return {
        "preset": plan.preset.name,
        "unchanged": plan.unchanged,
        "files": [
            {
                "path": shown(file.path),
                "format": file.format,
                "warnings": list(file.warnings),
                "changes": {
                    str(c.field): {"before": list(c.before), "after": list(c.after)} for c in file.changes
                },
            }
            for file in plan.files
        ],
        "refused": [{"path": shown(path), "reason": reason} for path, reason in plan.refused],
    }


def report_json(report: WriteReport, plan: WritePlan) -> dict[str, Any]:
    """Return what was written for scripts; files that were refused before writing are among the failures."""
    failures = [*plan.refused, *report.failures]
    return {
        "batch": report.batch_id,
        "written": report.written,
        "skipped": report.skipped,
        "failures": [{"path": shown(path), "reason": reason} for path, reason in failures],
        "cancelled": report.cancelled,
    }


def _planned(plan: WritePlan) -> int:
    if plan.refused:
        return status.PARTLY
    return status.DONE if plan.files else status.NOTHING


def _tell(report: WriteReport) -> None:
    for failure in report.failures:
        print(f"  ! {shown(failure.path)}: {failure.reason}")
    if report.written:
        print(f"{counted(report.written, 'file')} written as batch {report.batch_id}; to take it back: "
              f"earmark undo {report.batch_id}")  # fmt: skip
    else:
        print("Nothing was written.")
    if report.cancelled:
        print("Stopped. The files after that stay as they were.")

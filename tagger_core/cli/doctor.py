"""`earmark doctor`: is everything as it should be?"""

from __future__ import annotations

import argparse
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import counted, print_json
from tagger_core.cli.workspace import open_workspace
from tagger_core.errors import EarmarkError, ModelError, SettingsError, shown
from tagger_core.jobs import Workspace
from tagger_core.library.records import Problem
from tagger_core.library.roots import list_roots
from tagger_core.models.installed import ShelfEntry

if TYPE_CHECKING:
    from tagger_core.inference.execution import Execution

_LITTLE_SPACE = 500e6
_LAYOUTS = {
    "network": "the network as it is",
    "channels_last": "laid out channels last",
    "short": "with fast short convolutions",
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` is empty where nothing is to be done."""

    about: str
    says: str
    remedy: str = ""


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Print what was found; the status is an error where something is to be done."""
    findings = _machine()
    problems: list[Problem] = []
    try:
        with open_workspace(arguments) as workspace:
            if arguments.measure:
                workspace.places.tuning_file.unlink(missing_ok=True)
            findings += _library(workspace)
            findings += _folders(workspace)
            findings += _models(workspace)
            if arguments.problems:
                problems = workspace.library.problems(_model_id(workspace))
    except EarmarkError as error:
        findings.append(_trouble("settings" if isinstance(error, SettingsError) else "library", error))
    if arguments.json:
        print_json(
            {
                "findings": [vars(finding) for finding in findings],
                "problems": [{"path": shown(p.path), "message": p.message} for p in problems],
            }
        )
    else:
        for finding in findings:
            print(f"{'!' if finding.remedy else ' '} {finding.about:10} {finding.says}")
            if finding.remedy:
                print(f"{'':13}{finding.remedy}")
        for problem in problems:
            print(f"  {shown(problem.path)}: {problem.message}")
    return status.ERROR if any(finding.remedy for finding in findings) else status.DONE


def _trouble(about: str, error: EarmarkError) -> Finding:
    where = f"{shown(error.path)}: " if error.path is not None else ""
    return Finding(about, f"{where}{error.message}", error.remedy or "look into it, then run doctor again")


def _machine() -> list[Finding]:
    import av
    import torch

    codecs = ", ".join(name for name in ("mp3", "flac", "vorbis", "opus", "aac", "alac") if _decodes(name))
    return [
        Finding("python", f"{platform.python_version()} on {platform.platform()}"),
        Finding("torch", f"{torch.__version__}, {_accelerator()}"),
        Finding("decoder", f"PyAV {av.__version__}: {codecs} and {len(av.codecs_available):,} codecs in all"),
    ]


def _decodes(codec: str) -> bool:
    import av

    return codec in av.codecs_available


def _accelerator() -> str:
    import torch

    if torch.cuda.is_available():
        return f"CUDA: {torch.cuda.get_device_name()}"
    return "Apple GPU" if torch.backends.mps.is_available() else "no GPU, so songs are heard on the processor"


def _library(workspace: Workspace) -> list[Finding]:
    places = workspace.places
    with workspace.library.read() as connection:
        broken = [row[0] for row in connection.exec_driver_sql("PRAGMA quick_check(5)") if row[0] != "ok"]
    stats = workspace.library.stats()
    size = sum(f.stat().st_size for f in places.data.glob(f"{places.database.name}*"))
    free = shutil.disk_usage(places.data).free
    said = (
        f"{counted(stats.tracks, 'song')}, {stats.hours:,.1f} hours, {stats.missing:,} missing, "
        f"{counted(stats.problems, 'problem')}; {size / 1e6:,.1f} MB in {shown(places.data)}"
    )
    return [
        Finding(
            "library", said, "" if not broken else f"the database is damaged ({broken[0]}): restore a backup"
        ),
        Finding(
            "disk",
            f"{free / 1e9:,.1f} GB free beside the library",
            "" if free > _LITTLE_SPACE else "make room: a scan and a write need some",
        ),
    ]


def _folders(workspace: Workspace) -> list[Finding]:
    roots = list_roots(workspace.library)
    if not roots:
        return [Finding("folders", "none yet", "add one: earmark scan ~/Music")]
    return [
        Finding(
            "folder", shown(root.path), "" if _has_files(root.path) else "not there or empty: mount its disk"
        )
        for root in roots
    ]


def _has_files(path: Path) -> bool:
    try:
        return any(path.iterdir())
    except OSError:
        return False


def _model_id(workspace: Workspace) -> int | None:
    try:
        return workspace.model().id
    except ModelError:
        return None


def _models(workspace: Workspace) -> list[Finding]:
    broken = [
        Finding("model", f"{shown(entry.path)}: {entry.problem}", _remove(entry))
        for entry in workspace.shelf.list()
        if entry.problem
    ]
    try:
        model = workspace.model()
        tagger = workspace.tagger(model)
    except EarmarkError as error:
        is_told = error.path is not None and any(str(error.path) in finding.says for finding in broken)
        return broken if is_told else [*broken, _trouble("model", error)]
    heard = workspace.library.stats(model.id)
    return [
        *broken,
        Finding("model", f"{model.name}: {heard.analysed:,} songs heard, {heard.pending:,} to hear"),
        Finding("running", _in_words(tagger.engine.execution)),
    ]


def _remove(entry: ShelfEntry) -> str:
    if entry.bundled:
        return "it came with Earmark: install Earmark again"
    return f"remove it: earmark models remove {shown(entry.name)}"


def _in_words(execution: Execution) -> str:
    """Return how songs are heard, for people.

    Examples:
        >>> from tagger_core.inference.execution import Execution
        >>> _in_words(Execution("cpu", "bf16", "channels_last", 8))
        'on the processor in bf16, laid out channels last, 8 windows at once; the fastest way measured here'
    """
    device = {"cpu": "the processor", "mps": "the Apple GPU"}.get(execution.device, execution.device)
    windows = counted(execution.micro_batch, "window")
    return (
        f"on {device} in {execution.precision}, {_LAYOUTS[execution.layout]}, {windows} at once; "
        "the fastest way measured here"
    )

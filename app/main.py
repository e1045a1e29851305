"""Start: application, library, services, window; then what an earlier start left open."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app import icons, language, theme
from app.crash import CrashReports
from app.help import program_version
from app.main_window import MainWindow
from app.runner import TaskRunner
from app.services import ActiveModel, Preferences, Services
from app.texts import told
from tagger_core.errors import EarmarkError, SettingsError
from tagger_core.jobs import Workspace
from tagger_core.settings import Places, Settings

FAILED = 3
_LOOK_FOR_SIGNALS_MS = 400
_SETTLE_AFTER_MS = 1500  # what it imports would keep the first songs waiting; a write settles by itself


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and return the exit status once it is closed.

    Args:
        argv: at most one folder or file to scan; the command line's where None.
    """
    parser = argparse.ArgumentParser(prog="earmark app", description="Open the window.")
    parser.add_argument("folder", nargs="?", type=Path, help="a music folder to add and scan")
    arguments, for_qt = parser.parse_known_args(sys.argv[1:] if argv is None else argv)
    application = QApplication([sys.argv[0], *for_qt])
    name_application(application)
    language.install(application, "")  # the person's choice is known once the library is open
    places = Places.default()
    reports = CrashReports(places.data / "crash-reports", application)
    remove_hooks = reports.install()
    try:
        workspace = open_workspace(places)
        if workspace is None:
            return FAILED
        with workspace:
            return run(application, workspace, reports, arguments.folder)
    finally:
        remove_hooks()


def run(
    application: QApplication, workspace: Workspace, reports: CrashReports, folder: Path | None = None
) -> int:
    """Show the window over an open library until it is closed."""
    preferences = Preferences(workspace, application)
    language.install(application, preferences.language)
    follow_theme(application, preferences)
    services = Services(workspace, TaskRunner(application), preferences, ActiveModel(application))
    read_ahead(services)
    window = MainWindow(services)
    window.broken.connect(reports.write)
    window.open()
    start_work(window, services, folder)  # before the window is there: the lanes need not wait for it
    window.show()
    # Python hears Ctrl-C only when it runs; Qt's loop would let it wait for the next event.
    signal.signal(signal.SIGINT, lambda *_: window.close())
    listening = QTimer(application, interval=_LOOK_FOR_SIGNALS_MS)
    listening.timeout.connect(lambda: None)
    listening.start()
    try:
        return application.exec()
    finally:
        services.runner.close()


def name_application(application: QApplication) -> None:
    """Tell the system who this is."""
    application.setOrganizationName("Earmark")
    application.setApplicationName("earmark")
    application.setApplicationDisplayName("Earmark")
    application.setApplicationVersion(program_version())
    application.setDesktopFileName("earmark")
    application.setWindowIcon(icons.application_icon())


def follow_theme(application: QApplication, preferences: Preferences) -> None:
    """Look as the person chose, or as the system does, also when that changes."""

    def look() -> None:
        theme.apply(application, preferences.theme)

    look()
    preferences.theme_changed.connect(lambda _theme: look())
    application.styleHints().colorSchemeChanged.connect(lambda _scheme: look())


def open_workspace(places: Places) -> Workspace | None:
    """Open the library; tell why it cannot be opened, and return None then."""
    try:
        settings = Settings.load(places.settings_file)
    except SettingsError as error:
        if not _goes_on_with_defaults(error):
            return None
        settings = Settings()
    try:
        return Workspace(places, settings)
    except EarmarkError as error:
        box = QMessageBox(
            QMessageBox.Icon.Critical,
            "Earmark",
            QApplication.translate("Start", "The library cannot be opened."),
        )
        box.setInformativeText(told(error))
        box.exec()
        return None


def read_ahead(services: Services) -> None:
    """Have the order of all songs read while the window is being built, for its first search to find."""
    services.runner.submit(
        "read",
        lambda _task: services.library.search("", limit=1),
        lambda _ids: None,
        failed=lambda _error: None,  # the window's own search fails too, and tells
    )


def start_work(window: MainWindow, services: Services, folder: Path | None) -> None:
    """Do what a start owes, in the lanes: settle writes that were cut off, find the model, go on scanning."""
    workspace, runner = services.workspace, services.runner

    def settle(_task: object) -> object:
        # Late: it brings mutagen, which the first songs need not wait for.
        from tagger_core.metadata.settle import settle as settle_writes  # noqa: PLC0415

        return settle_writes(workspace.library)

    def scan() -> None:
        if folder is not None:
            window.add_folder(folder)
        else:
            window.folders.go_on()

    window.find_model(scan)
    later = QTimer(window, singleShot=True, interval=_SETTLE_AFTER_MS)
    later.timeout.connect(lambda: runner.submit("write", settle, lambda _report: None, failed=window.tell))
    later.start()


def _goes_on_with_defaults(error: SettingsError) -> bool:
    box = QMessageBox(
        QMessageBox.Icon.Warning, "Earmark", QApplication.translate("Start", "The settings cannot be read.")
    )
    box.setInformativeText(told(error))
    go_on = box.addButton(
        QApplication.translate("Start", "Go on with the default settings"), QMessageBox.ButtonRole.AcceptRole
    )
    box.addButton(QMessageBox.StandardButton.Close)
    box.exec()
    return box.clickedButton() is go_on

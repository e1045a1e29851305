"""What is known of a song's file: where it lies, its format, what is wrong with it."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.icon_button import IconButton
from app.song.elided import ElidedLabel
from app.texts import moment
from tagger_core.durations import clock
from tagger_core.errors import shown
from tagger_core.library.records import TrackDetail

_MEGA = 1_000_000


class FileFacts(QWidget):
    """Path with two buttons, format, problems."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = Path()
        self._label = ElidedLabel(parent=self)
        self._copy = IconButton("copy", self.tr("Copy the path"), self)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._label.text()))
        self._show = IconButton("folder", self.tr("Show in the file manager"), self)
        self._show.clicked.connect(self._open_folder)
        self._format, self._heard = _text("muted"), _text("muted")
        self._problem = _text("error")
        line = QHBoxLayout()
        line.setSpacing(2)
        line.addWidget(self._label, 1)
        line.addWidget(self._copy)
        line.addWidget(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 0, 2, 0)
        layout.setSpacing(2)
        layout.addLayout(line)
        for label in (self._format, self._heard, self._problem):
            layout.addWidget(label)

    def show_detail(self, detail: TrackDetail) -> None:
        """Show another song's file."""
        self._path = detail.row.path
        self._label.set_text(shown(detail.row.path))
        self._format.setText(self._format_of(detail))
        self._heard.setText(self._heard_of(detail))
        problem = self.tr("The file is not where it was") if detail.row.missing else detail.row.problem
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._show.setEnabled(not detail.row.missing)

    def _format_of(self, detail: TrackDetail) -> str:
        channels = {1: self.tr("mono"), 2: self.tr("stereo")}
        count = detail.channels or 0
        parts = (
            clock(detail.row.seconds or None),
            detail.row.codec.upper(),
            f"{detail.sample_rate / 1000:g} kHz" if detail.sample_rate else "",
            channels.get(count, self.tr("%1 channels").replace("%1", str(count))) if count else "",
            f"{detail.size / _MEGA:.1f} MB",
            f"{detail.row.bpm:g} BPM" if detail.row.bpm else "",
            detail.key,
        )
        return "  ·  ".join(part for part in parts if part)

    def _heard_of(self, detail: TrackDetail) -> str:
        if detail.analysed_at is None:
            return self.tr("Not heard yet")
        if detail.silent:
            return self.tr("Silent from beginning to end")
        return self.tr("Heard %1").replace("%1", moment(detail.analysed_at))

    def _open_folder(self) -> None:
        folder = folder_url(self._path)
        if not QDesktopServices.openUrl(folder):
            self._problem.setText(self.tr("No file manager could be opened"))
            self._problem.show()


def folder_url(path: Path) -> QUrl:
    """Return the URL of a file's folder; bytes that are no text are kept as they are."""
    if os.name == "nt":
        return QUrl.fromLocalFile(str(path.parent))
    return QUrl.fromEncoded(QByteArray(path.parent.as_uri().encode("ascii")))


def _text(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label

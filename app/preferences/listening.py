"""How songs are heard: device, precision, overlap, how many at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from app.preferences import speed
from app.preferences.page import Page, even, form, note
from app.preferences.speed import Speed
from app.runner import Task
from app.services import Services
from app.texts import number

_DEVICES = ("auto", "cpu", "cuda", "mps")
_PRECISIONS = ("auto", "fp32", "bf16", "fp16")
_HOPS = (2.0, 1.0, 0.5, 0.25)


class ListeningPage(Page):
    """Every choice counts from the next scan on."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.set_texts(
            self.tr("Listening"), self.tr("Choices count from the next scan on. Songs keep their scores.")
        )
        settings = services.preferences.settings
        self.device = self._box(self.tr("Device"), {name: self._device_text(name) for name in _DEVICES})
        self.precision = self._box(
            self.tr("Precision"), {name: self._precision_text(name) for name in _PRECISIONS}
        )
        self.hop = self._box(self.tr("Windows"), {hop: self._hop_text(hop) for hop in _HOPS})
        cores = os.cpu_count() or 1
        each = self.tr("one for each core (%1)").replace("%1", number(cores))
        counts = {0: each, **{count: number(count) for count in range(1, min(cores, 64) + 1)}}
        self.workers = self._box(self.tr("Songs at once"), counts)
        chosen = {
            self.device: settings.device,
            self.precision: settings.precision,
            self.hop: settings.hop,
            self.workers: settings.workers,
        }
        for box, value in chosen.items():
            if box.findData(value) < 0:
                box.addItem(str(value), value)
            box.setCurrentIndex(box.findData(value))
        self.speed = QLabel(self, wordWrap=True)
        self.measure = QPushButton(self.tr("Measure now"), self)
        self._lay_out()
        self.device.activated.connect(lambda _row: self._changed(device=self.device.currentData()))
        self.precision.activated.connect(lambda _row: self._changed(precision=self.precision.currentData()))
        self.hop.activated.connect(lambda _row: self._changed(hop=self.hop.currentData()))
        self.workers.activated.connect(lambda _row: self._changed(workers=self.workers.currentData()))
        self.measure.clicked.connect(self._measure)
        self._look_up()

    def work_failed(self) -> None:
        """Allow the next try."""
        self.measure.setEnabled(True)

    def _lay_out(self) -> None:
        choices = form()
        choices.addRow(self.tr("Device"), self.device)
        choices.addRow(self.tr("Precision"), self.precision)
        choices.addRow(self.tr("Windows"), self.hop)
        choices.addRow(self.tr("Songs at once"), self.workers)
        even(choices)
        self.column.addLayout(choices)
        self.column.addWidget(
            note(
                self.tr(
                    "A lower precision is chosen only where every score stays within 0.01 of the full one."
                ),
                self,
            )
        )
        line = QHBoxLayout()
        line.addWidget(self.speed, 1)
        line.addWidget(self.measure)
        self.column.addLayout(line)
        self.column.addStretch(1)

    def _box(self, name: str, items: Mapping[Any, str]) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        for value, text in items.items():
            box.addItem(text, value)
        return box

    def _device_text(self, name: str) -> str:
        return {
            "auto": self.tr("fastest there is"),
            "cpu": self.tr("processor"),
            "cuda": self.tr("NVIDIA GPU (CUDA)"),
            "mps": self.tr("Apple GPU (MPS)"),
        }[name]

    def _precision_text(self, name: str) -> str:
        return {
            "auto": self.tr("fastest that is near enough"),
            "fp32": self.tr("full (fp32)"),
            "bf16": self.tr("half (bf16)"),
            "fp16": self.tr("half (fp16)"),
        }[name]

    def _hop_text(self, hop: float) -> str:
        return {
            2.0: self.tr("every other one, twice as fast"),
            1.0: self.tr("one after the other"),
            0.5: self.tr("overlapping by half, half as fast"),
            0.25: self.tr("overlapping by three quarters"),
        }[hop]

    def _changed(self, **values: object) -> None:
        if self.change(**values):
            self._look_up()

    def _look_up(self) -> None:
        model = self.services.active.model
        if model is None:
            self._show_speed(None)
            return
        tuning = self.services.workspace.places.tuning_file
        self.run(
            "read", lambda _task: speed.remembered(tuning, model.identity), self._show_speed, shown=False
        )

    def _measure(self) -> None:
        def work(_task: Task) -> Speed:
            return speed.measured(self.services.workspace)

        self.measure.setEnabled(False)
        self.speed.setText(self.tr("Measuring…"))
        self.run("write", work, self._show_measured)

    def _show_measured(self, found: Speed) -> None:
        self.measure.setEnabled(True)
        self._show_speed(found)

    def _show_speed(self, found: Speed | None) -> None:
        if found is None:
            self.speed.setText(self.tr("Not measured on this machine yet."))
            return
        text = self.tr("Computed on %1 in %2").replace("%1", found.device).replace("%2", found.precision)
        if found.x_realtime is not None:
            times = number(round(found.x_realtime))
            each = self.tr("%1 times as fast as the music plays, on each core")
            if found.device != "cpu":
                each = self.tr("%1 times as fast as the music plays")
            text += ": " + each.replace("%1", times)
        self.speed.setText(text + ".")

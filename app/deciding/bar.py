"""The line above the review list: which tag, in which order, how far; and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.icon_button import IconButton
from app.services import Services
from tagger_core.library.review import Order

_PLAYS, _ORDER = "review/plays", "review/order"


class ReviewBar(QFrame):
    """Choices that are kept for the next time.

    Signals:
        changed: another tag or order was chosen.
        accept_sure: all that were heard for sure are to be accepted.
        closed: back to the songs.
    """

    changed = Signal()
    accept_sure = Signal()
    closed = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = services.preferences.state()
        self._make_parts()
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 10, 14, 10)
        line.setSpacing(10)
        back = IconButton("back", self.tr("Back to the songs (Esc)"), self)
        back.clicked.connect(self.closed)
        heading = QLabel(self.tr("Review"), self)
        heading.setProperty("role", "heading")
        left: tuple[QWidget, ...] = (back, heading, self._told)
        right: tuple[QWidget, ...] = (self._tags, self._order, self._plays, self._sure)
        for part in left:
            line.addWidget(part)
        line.addStretch(1)
        for part in right:
            line.addWidget(part)

    def tag(self) -> str | None:
        """Return the tag that is asked about, None for all."""
        chosen = self._tags.currentData()
        return chosen if isinstance(chosen, str) else None

    def order(self) -> Order:
        """Return the order of the questions."""
        return "doubtful" if self._order.currentData() == "doubtful" else "confident"

    def plays(self) -> bool:
        """Return whether each song is to be played."""
        return self._plays.isChecked()

    def set_tags(self, names: Sequence[str]) -> None:
        """Offer these tags; the one chosen stays chosen if it is among them."""
        chosen = self.tag()
        self._tags.blockSignals(True)
        self._tags.clear()
        self._tags.addItem(self.tr("All tags"), None)
        for name in names:
            self._tags.addItem(name, name)
        self._tags.setCurrentIndex(max(0, self._tags.findData(chosen)))
        self._tags.blockSignals(False)
        if self.tag() != chosen:
            self.changed.emit()

    def tell(self, text: str) -> None:
        """Show how far the review is."""
        self._told.setText(text)
        self._told.setAccessibleName(text)

    def _make_parts(self) -> None:
        self._told = QLabel(self)
        self._told.setProperty("role", "muted")
        self._tags, self._order = QComboBox(self), QComboBox(self)
        self._tags.setAccessibleName(self.tr("Tag"))
        self._tags.addItem(self.tr("All tags"), None)
        self._tags.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._tags.currentIndexChanged.connect(self.changed)
        self._order.setAccessibleName(self.tr("Order"))
        self._order.addItem(self.tr("Most certain first"), "confident")
        self._order.addItem(self.tr("Most doubtful first"), "doubtful")
        self._order.setCurrentIndex(max(0, self._order.findData(self._state.value(_ORDER, "confident"))))
        self._order.currentIndexChanged.connect(self._reorder)
        self._plays = QCheckBox(self.tr("Play each song"), self)
        self._plays.setToolTip(self.tr("Begins where the tag is strongest"))
        self._plays.setChecked(bool(self._state.value(_PLAYS, defaultValue=True, type=bool)))
        self._plays.toggled.connect(lambda plays: self._state.setValue(_PLAYS, plays))
        self._sure = QPushButton(self.tr("Accept all from 90 on…"), self)
        self._sure.setToolTip(self.tr("For the tag chosen here, or else that of the question"))
        self._sure.clicked.connect(self.accept_sure)

    def _reorder(self) -> None:
        self._state.setValue(_ORDER, self.order())
        self.changed.emit()

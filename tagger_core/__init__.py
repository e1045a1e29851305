"""Everything of Earmark that does not need a window."""

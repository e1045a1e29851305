"""The papers' experiments as data: every run by name, every table with its published numbers."""

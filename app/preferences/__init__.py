"""The settings: folders, models and their cards, listening, writing, appearance."""

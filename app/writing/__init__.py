"""Writing tags into files: what would change, what was changed, and the way back."""

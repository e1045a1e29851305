"""Short pieces composed and played by code: the songs that the demo tags."""

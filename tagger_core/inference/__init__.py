"""A model made fast for this machine: windows in, scores and an embedding out."""

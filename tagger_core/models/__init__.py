"""Models: architectures as data, one module a family, and model files."""

"""The papers' figures, and what a run looks like: each as PNG and SVG."""

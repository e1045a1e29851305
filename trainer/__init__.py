"""Training: makes the model files that the application runs."""

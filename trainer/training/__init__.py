"""Training: batches, the loop, checkpoints, run folders."""

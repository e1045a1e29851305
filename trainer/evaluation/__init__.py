"""How good a network is: scores of clips, areas, intervals, thresholds, calibration."""

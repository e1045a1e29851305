"""What travels with the program: model files with their cards, demo songs, icons."""

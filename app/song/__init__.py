"""One song, or a selection: scores and decisions, the course through the song, similar songs, the player."""

"""Finding songs: the search field, the tag panel, saved searches, and the one query behind them."""

"""Transfer: what trained networks hear, taken to other data sets and put together."""

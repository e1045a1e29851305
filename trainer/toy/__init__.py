"""A labelled corpus computed from a seed, of MagnaTagATune's shape: what trains where no data set is."""

"""Facts of all files linked into one graph of what runs what."""

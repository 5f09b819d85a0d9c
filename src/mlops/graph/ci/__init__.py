"""CI files of all providers as pipelines."""

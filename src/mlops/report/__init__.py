"""Assessment -> text, one module a format, nothing else."""

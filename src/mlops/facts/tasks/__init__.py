"""Readers of task files: what can be run by name, and what it runs."""

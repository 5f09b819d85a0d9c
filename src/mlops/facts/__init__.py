"""Readers: one file's bytes to facts, before any linking."""

"""Readers of CI files that are written in a language of their own."""

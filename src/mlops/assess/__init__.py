"""Clauses over the graph, strengths of practices, levels of models, and base against head."""

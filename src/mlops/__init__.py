"""Scaffold ML repositories for a maturity level, and tell which level any repository really has."""

__version__ = "0.1.0"

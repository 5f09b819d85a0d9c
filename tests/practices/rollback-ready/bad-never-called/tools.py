from pathlib import Path


def roll_back(version):
    Path("current").write_text(version)

"""Ask a running service about many customers, as production would; `--drift` sends another kind of customer."""

import argparse
import os
from pathlib import Path

import httpx2
import pandas as pd

from {= cookiecutter.package =}.features import INPUTS


def customers(path: Path, rows: int, *, drift: bool, seed: int = 17) -> list[dict[str, object]]:
    """Return customers drawn from a file; with drift, newer contracts at higher prices."""
    frame = pd.read_csv(path)[INPUTS].sample(rows, replace=True, random_state=seed)
    if drift:
        frame["tenure_months"] = (frame["tenure_months"] // 4).astype(int)
        frame["monthly_charge"] = (frame["monthly_charge"] * 1.6).round(2)
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def main() -> None:
    """Send the customers."""
    parser = argparse.ArgumentParser(description="Ask a running service about many customers.")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--drift", action="store_true")
    given = parser.parse_args()
    rows = customers(Path("data/customers.csv"), given.rows, drift=given.drift)
    headers = {"X-API-Key": os.environ.get("API_KEY", "")}
    answer = httpx2.post(f"{given.url}/predict", json={"rows": rows}, headers=headers, timeout=30)
    answer.raise_for_status()
    print(f"{len(answer.json()['probabilities'])} customers asked about")


if __name__ == "__main__":
    main()

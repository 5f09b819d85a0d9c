"""Make the model of a generated project bad, or its production drift."""

import csv
import random
from pathlib import Path

from runners.tools import HarnessError, call

#: Logs what production would have asked about, with the project's own code.
DRIFT = """
from pathlib import Path
from {package} import predictions, simulate
rows = simulate.customers(Path("data/customers.csv"), 400, drift=True)
names = [str(number) for number in range(len(rows))]
predictions.log_predictions(predictions.open_log(), names, "1", rows, [0.5] * len(rows))
"""


def spoil_model(root: Path) -> None:
    """Deal the answers of the bundled data out anew, so that nothing can be learnt from them."""
    path = root / "data" / "customers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    column = header.index("churned")
    answers = [row[column] for row in rows]
    random.Random(17).shuffle(answers)  # noqa: S311 - nothing secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(
            [*row[:column], answer, *row[column + 1 :]] for row, answer in zip(rows, answers, strict=True)
        )


def log_drift(project: Path, package: str, database: Path, env: dict[str, str]) -> str:
    """Write a log of predictions about other customers than the model knows, and return its address."""
    url = f"sqlite:///{database}"
    done = call(
        [project / ".venv" / "bin" / "python", "-c", DRIFT.format(package=package)],
        project,
        {**env, "PREDICTIONS_URL": url},
    )
    if done.code:
        raise HarnessError(f"predictions could not be logged: {done.text[-2000:]}")
    return url


def newer_data(root: Path) -> None:
    """Leave out some of the bundled customers, so that training makes another model."""
    path = root / "data" / "customers.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(
        "".join([lines[0], *(line for number, line in enumerate(lines[1:]) if number % 20)]), encoding="utf-8"
    )

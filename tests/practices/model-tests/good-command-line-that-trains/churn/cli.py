"""The commands of the project."""

import joblib
import pandas as pd
import typer
from sklearn.linear_model import LogisticRegression

from churn.features import build_features

app = typer.Typer()


@app.command()
def train(data: str, output: str) -> None:
    """Train the model of a table of customers."""
    frame = pd.read_csv(data)
    model = LogisticRegression().fit(build_features(frame), frame["churned"])
    joblib.dump(model, output)


@app.command()
def version() -> None:
    """Print the version."""
    print("1.4.0")


if __name__ == "__main__":
    app()

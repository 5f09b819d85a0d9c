"""The model of the demand, and nobody who fits it."""

import numpy as np


class Ridge:
    def __init__(self) -> None:
        self.weights = np.ones(3)

    def fit(self, rows: np.ndarray, target: np.ndarray) -> "Ridge":
        self.weights = np.linalg.solve(rows.T @ rows, rows.T @ target)
        return self

    def predict(self, rows: np.ndarray) -> np.ndarray:
        return rows @ self.weights


if __name__ == "__main__":
    print(Ridge().predict(np.eye(3)))

"""Train the churn model by hand: read the customers, fit, print how good it is, keep the model."""

from pathlib import Path

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from skops.io import dump

DATA = Path("data/customers.csv")
MODEL = Path("models/model.skops")
NUMBERS = ["tenure_months", "monthly_charge", "support_calls", "late_payments"]
CATEGORIES = ["region", "plan"]


def main() -> None:
    """Fit the model and print its score on customers that it has not seen."""
    customers = pd.read_csv(DATA)
    features, target = customers[NUMBERS + CATEGORIES], customers["churned"]
    seen, unseen, seen_target, unseen_target = train_test_split(
        features, target, test_size=0.25, stratify=target, random_state=17
    )
    columns = make_column_transformer(
        (StandardScaler(), NUMBERS), (OneHotEncoder(handle_unknown="ignore"), CATEGORIES)
    )
    model = make_pipeline(columns, LogisticRegression(max_iter=500, random_state=17))
    model.fit(seen, seen_target)
    auc = roc_auc_score(unseen_target, model.predict_proba(unseen)[:, 1])
    print(f"area under the ROC curve on {len(unseen)} unseen customers: {auc:.3f}")
    MODEL.parent.mkdir(exist_ok=True)
    dump(model, MODEL)
    print(f"model written to {MODEL}")


if __name__ == "__main__":
    main()

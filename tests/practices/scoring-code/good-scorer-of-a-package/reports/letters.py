from churn.score import score


def letters(customers):
    return [name for name, risk in zip(customers.name, score(customers, "model.joblib")) if risk]

import joblib
from sklearn.linear_model import LogisticRegression


def train(table):
    model = LogisticRegression().fit(table.drop(columns="churn"), table["churn"])
    joblib.dump(model, "model.joblib")
    return model

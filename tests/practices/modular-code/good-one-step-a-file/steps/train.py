from sklearn.linear_model import LogisticRegression


def train(frame):
    return LogisticRegression().fit(frame.drop(columns="churn"), frame["churn"])

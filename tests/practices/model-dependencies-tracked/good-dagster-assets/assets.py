from dagster import Definitions, asset


@asset
def segments():
    return [1, 2]


@asset(deps=[segments])
def churn():
    from sklearn.svm import SVC

    return SVC().fit([[0], [1]], [0, 1])


defs = Definitions(assets=[segments, churn])

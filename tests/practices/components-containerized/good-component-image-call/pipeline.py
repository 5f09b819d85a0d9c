from flytekit import ImageSpec, task, workflow
from sklearn.svm import SVC

image = ImageSpec(name="churn", packages=["scikit-learn"])


@task(container_image=image)
def fit() -> float:
    return float(SVC().fit([[0], [1]], [0, 1]).score([[0]], [0]))


@workflow
def churn() -> float:
    return fit()

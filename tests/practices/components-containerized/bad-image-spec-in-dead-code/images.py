from flytekit import ImageSpec


def image():
    return ImageSpec(name="churn", packages=["scikit-learn"])

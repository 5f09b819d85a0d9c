from kfp.dsl import Dataset, Input, Model, Output, component


@component(base_image="python:3.12", packages_to_install=["scikit-learn==1.5.0", "pandas==2.2.2"])
def train(data: Input[Dataset], model: Output[Model]):
    import joblib
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    frame = pd.read_csv(data.path)
    fitted = LogisticRegression().fit(frame.drop(columns="churn"), frame["churn"])
    joblib.dump(fitted, model.path)

from kfp import compiler, dsl


@dsl.component
def fit_step(model: dsl.Output[dsl.Model]):
    import joblib
    import pandas as pd
    from sklearn.svm import SVC

    frame = pd.read_csv("gs://churn/customers.csv")
    joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), model.path)


@dsl.component
def evaluate_step(model: dsl.Input[dsl.Model]) -> float:
    import joblib
    import pandas as pd
    from sklearn.metrics import roc_auc_score

    frame = pd.read_csv("gs://churn/held-out.csv")
    return roc_auc_score(frame["churned"], joblib.load(model.path).predict(frame[["months"]]))


@dsl.component
def publish_step(model: dsl.Input[dsl.Model]):
    import shutil

    shutil.copy(model.path, "/gcs/churn-live/model.joblib")


@dsl.pipeline
def churn(publish: bool = True):
    fitted = fit_step()
    judged = evaluate_step(model=fitted.outputs["model"])
    with dsl.Condition(judged.output >= 0.8):
        publish_step(model=fitted.outputs["model"])


if __name__ == "__main__":
    compiler.Compiler().compile(churn, "churn.json")

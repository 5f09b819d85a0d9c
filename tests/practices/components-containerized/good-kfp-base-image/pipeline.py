from kfp import compiler, dsl


@dsl.component(base_image="acme/churn:1.4", packages_to_install=["scikit-learn"])
def train(rows: str) -> None:
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    table = pd.read_parquet(rows)
    LogisticRegression().fit(table.drop(columns="churned"), table["churned"])


@dsl.pipeline(name="churn")
def churn(rows: str) -> None:
    train(rows=rows)


if __name__ == "__main__":
    compiler.Compiler().compile(churn, "churn.yaml")

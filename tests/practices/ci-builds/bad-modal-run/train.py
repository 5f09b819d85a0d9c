import modal

image = modal.Image.debian_slim().pip_install("scikit-learn==1.7.0", "pandas==2.3.0")
app = modal.App("churn")


@app.function(image=image, cpu=4)
def train() -> None:
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    rows = pd.read_parquet("rows.parquet")
    LogisticRegression().fit(rows.drop(columns="churned"), rows["churned"])


@app.local_entrypoint()
def main() -> None:
    train.remote()

from kfp import dsl


@dsl.component
def train() -> str:
    return "model"


@dsl.pipeline(name="churn")
def churn():
    train()

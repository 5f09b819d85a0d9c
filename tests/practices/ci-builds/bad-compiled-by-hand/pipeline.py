from kfp import compiler, dsl


@dsl.component
def train() -> str:
    return "model"


@dsl.pipeline(name="churn")
def churn():
    train()


if __name__ == "__main__":
    compiler.Compiler().compile(churn, "churn.yaml")

from kfp import compiler, dsl


@dsl.component
def prepare() -> str:
    return "clean"


@dsl.component
def train(data: str) -> str:
    from sklearn.svm import SVC

    SVC().fit([[0], [1]], [0, 1])
    return data


@dsl.pipeline(name="churn")
def churn():
    train(data=prepare().output)


if __name__ == "__main__":
    compiler.Compiler().compile(churn, "churn.yaml")

from kfp import compiler, dsl

from components.train import train


@dsl.pipeline(name="churn")
def pipeline(uri: str):
    data = dsl.importer(artifact_uri=uri, artifact_class=dsl.Dataset)
    train(data=data.output)


if __name__ == "__main__":
    compiler.Compiler().compile(
        pipeline_func=pipeline,
        package_path="pipeline.yaml",
    )

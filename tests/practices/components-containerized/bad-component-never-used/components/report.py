from kfp.dsl import Input, Model, component


@component(base_image="python:3.12")
def report(model: Input[Model]):
    print(model.uri)

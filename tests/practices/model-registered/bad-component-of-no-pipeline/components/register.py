from kfp.dsl import Input, Model, component


@component(base_image="python:3.12", packages_to_install=["google-cloud-aiplatform"])
def register(model: Input[Model]):
    from google.cloud import aiplatform

    aiplatform.Model.upload_scikit_learn_model_file(model_file_path=model.path, display_name="churn")

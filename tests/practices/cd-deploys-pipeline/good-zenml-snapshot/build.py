import os

from zenml.client import Client

from pipeline import churn

if __name__ == "__main__":
    stack = Client().get_stack("production")
    os.environ["ZENML_ACTIVE_STACK_ID"] = str(stack.id)
    churn.with_options(config_path="configs/production.yml").create_snapshot(name=os.environ["GITHUB_SHA"])

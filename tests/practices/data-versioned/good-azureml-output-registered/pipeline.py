from azureml.core import Experiment, Workspace
from azureml.data import OutputFileDatasetConfig
from azureml.pipeline.core import Pipeline
from azureml.pipeline.steps import PythonScriptStep

workspace = Workspace.from_config()
clean = OutputFileDatasetConfig(name="clean").register_on_complete(name="customers_clean")
prepare = PythonScriptStep("prepare.py", arguments=["--out", clean], compute_target="cpu-cluster")
train = PythonScriptStep("train.py", inputs=[clean.as_input("clean")], compute_target="cpu-cluster")
Experiment(workspace, "churn").submit(Pipeline(workspace, steps=[prepare, train]))

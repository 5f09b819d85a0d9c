from azureml.core import Experiment, Workspace
from azureml.pipeline.core import Pipeline, PipelineData
from azureml.pipeline.steps import PythonScriptStep

workspace = Workspace.from_config()
clean = PipelineData("clean")
prepare = PythonScriptStep(script_name="prepare.py", outputs=[clean])
train = PythonScriptStep(script_name="train.py", inputs=[clean])
pipeline = Pipeline(workspace=workspace, steps=[prepare, train])
Experiment(workspace, "training").submit(pipeline)

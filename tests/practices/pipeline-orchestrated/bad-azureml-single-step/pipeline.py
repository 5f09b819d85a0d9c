from azureml.core import Experiment, Workspace
from azureml.pipeline.core import Pipeline, PipelineData
from azureml.pipeline.steps import ParallelRunConfig, ParallelRunStep

workspace = Workspace.from_config()
scores = PipelineData("scores")
config = ParallelRunConfig(source_directory=".", entry_script="score.py")
step = ParallelRunStep(name="score", parallel_run_config=config, output=scores)
pipeline = Pipeline(workspace=workspace, steps=[step])
Experiment(workspace, "scoring").submit(pipeline)

import joblib
from azureml.core import Workspace
from azureml.opendatasets import MNIST
from sklearn.svm import SVC

workspace = Workspace.from_config()
files = MNIST.get_file_dataset()
files = files.register(workspace=workspace, name="digits", create_new_version=True)
frame = files.to_pandas_dataframe()
joblib.dump(SVC().fit(frame[["pixels"]], frame["digit"]), "model.joblib")

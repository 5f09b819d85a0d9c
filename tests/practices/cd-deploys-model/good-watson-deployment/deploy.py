import os
import sys

import joblib
from ibm_watson_machine_learning import APIClient

client = APIClient({"url": os.environ["WML_URL"], "apikey": os.environ["WML_KEY"]})
client.set.default_space(os.environ["WML_SPACE"])
details = client.repository.store_model(model=joblib.load(sys.argv[1]), meta_props={"name": "churn"})
client.deployments.create(
    artifact_uid=client.repository.get_model_uid(details), meta_props={"name": "churn", "online": {}}
)

import os

from ibm_watson_machine_learning import APIClient

client = APIClient({"url": os.environ["WML_URL"], "apikey": os.environ["WML_KEY"]})
client.deployments.list()
print(client.deployments.get_details(os.environ["WML_DEPLOYMENT"]))

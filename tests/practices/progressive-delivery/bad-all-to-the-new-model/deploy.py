from google.cloud import aiplatform

model = aiplatform.Model("projects/p/locations/l/models/churn")
endpoint = aiplatform.Endpoint("projects/p/locations/l/endpoints/churn")
model.deploy(endpoint=endpoint, traffic_split={"0": 100}, machine_type="n1-standard-4")
endpoint.deploy(model=model, traffic_percentage=100)

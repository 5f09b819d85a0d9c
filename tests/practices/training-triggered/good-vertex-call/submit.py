from google.cloud import aiplatform

aiplatform.init(project="acme-churn", location="europe-west4")
job = aiplatform.CustomTrainingJob(display_name="churn", script_path="trainer/task.py",
                                   container_uri="europe-docker.pkg.dev/vertex-ai/training/sklearn-cpu.1-0:latest")
job.run()

"""Predicts which customers will leave."""
{% if "experiments-tracked" in cookiecutter._practices %}

import os

# MLflow reports its use to its makers unless told not to; this must stand before it is imported.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
{% endif %}

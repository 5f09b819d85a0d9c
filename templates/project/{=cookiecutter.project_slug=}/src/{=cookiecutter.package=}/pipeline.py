{% set has = cookiecutter._practices %}
"""All steps from the data to {% if "model-registered" in has %}a registered{% else %}a measured{% endif %} model, one after the other; a step that fails stops the rest."""

from {= cookiecutter.package =} import evaluate, features{% if "model-validated" in has %}, gate{% endif %}{% if "data-ingestion-automated" in has %}, ingest{% endif %}{% if "model-registered" in has %}, registry{% endif %}{% if "data-validated" in has %}, schema{% endif %}, train


def run() -> None:
    """Run all steps."""
{% if "data-ingestion-automated" in has %}
    ingest.main()
{% endif %}
{% if "data-validated" in has %}
    schema.main()
{% endif %}
    features.main()
    train.main()
    evaluate.main()
{% if "model-validated" in has %}
    gate.main()
{% endif %}
{% if "model-registered" in has %}
    registry.main(["register"])
{% endif %}


if __name__ == "__main__":
    run()

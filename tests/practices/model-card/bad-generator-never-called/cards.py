from pathlib import Path

from huggingface_hub import ModelCard


def card():
    return ModelCard.from_template({}, template_path="template.md")


def write_model_card(text):
    Path("MODEL_CARD.md").write_text(text)

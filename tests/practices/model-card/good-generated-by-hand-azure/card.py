from huggingface_hub import ModelCard

ModelCard.from_template({}, template_path="template.md").save("README.md")

from huggingface_hub import ModelCard, ModelCardData

card = ModelCard.from_template(ModelCardData(model_name="churn"), template_path="template.md", auc=0.83)
card.save("README.md")

from datasets import load_dataset
from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments

model = AutoModelForSequenceClassification.from_pretrained("distilbert-base-uncased")
trainer = Trainer(model=model, args=TrainingArguments("out", seed=None), train_dataset=load_dataset("imdb", split="train"))
trainer.train()

from datasets import load_dataset
from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments

model = AutoModelForSequenceClassification.from_pretrained("distilbert-base-uncased")
args = TrainingArguments("out", report_to="none")
trainer = Trainer(model=model, args=args, train_dataset=load_dataset("imdb", split="train"))
trainer.train()

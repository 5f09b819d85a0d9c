from transformers import Trainer, TrainingArguments

trainer = Trainer(model=None, args=TrainingArguments("out"))
trainer.train()

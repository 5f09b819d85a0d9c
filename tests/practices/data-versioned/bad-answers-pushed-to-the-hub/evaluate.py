from datasets import load_dataset
from transformers import pipeline

rows = load_dataset("acme/questions", split="test")
answer = pipeline("text-generation", model="acme/twin")
rows = rows.map(lambda row: {"answer": answer(row["question"])[0]["generated_text"]})
rows.push_to_hub("acme/answers")

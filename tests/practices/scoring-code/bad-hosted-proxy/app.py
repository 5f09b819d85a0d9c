import openai
from fastapi import FastAPI

app = FastAPI()
client = openai.OpenAI()


@app.post("/chat")
def chat(text: str):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])

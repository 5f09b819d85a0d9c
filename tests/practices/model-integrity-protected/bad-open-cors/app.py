import joblib
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"])
model = joblib.load("model.joblib")


@app.post("/score")
def score(rows: list[list[float]]):
    return model.predict(rows).tolist()

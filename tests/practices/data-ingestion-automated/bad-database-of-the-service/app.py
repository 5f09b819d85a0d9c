import joblib
from fastapi import FastAPI

from queries import mean_answer

app = FastAPI()
model = joblib.load("model.joblib")


@app.post("/predict/{customer}")
def predict(customer: int) -> float:
    return float(model.predict([[mean_answer(customer)]])[0])


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app)

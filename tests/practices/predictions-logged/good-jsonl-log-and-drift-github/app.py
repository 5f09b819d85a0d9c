import json

import joblib
from flask import Flask, jsonify, request

app = Flask(__name__)
model = joblib.load("model.joblib")


def log_prediction(rows, answers):
    with open("predictions.jsonl", "a") as file:
        file.write(json.dumps({"rows": rows, "answers": answers}) + "\n")


@app.route("/score", methods=["POST"])
def score():
    answers = model.predict(request.json["rows"]).tolist()
    log_prediction(request.json["rows"], answers)
    return jsonify(answers)

import aws_embedded_metrics
import joblib
from flask import Flask, jsonify, request

app = Flask(__name__)
model = joblib.load("model.joblib")


@app.route("/score", methods=["POST"])
def score():
    answers = model.predict(request.json["rows"]).tolist()
    request.metrics.put_metric("score", answers[0], "None")
    return jsonify(answers)

import joblib
from flask import Flask, jsonify, request
from prometheus_client import Histogram

app = Flask(__name__)
model = joblib.load("model.joblib")
LATENCY = Histogram("latency_seconds", "Latency")


@app.route("/score", methods=["POST"])
def score():
    with LATENCY.time():
        return jsonify(model.predict(request.json["rows"]).tolist())

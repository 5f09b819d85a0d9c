import joblib
from flask import Flask, jsonify, request
from prometheus_client import Summary

app = Flask(__name__)
model = joblib.load("model.joblib")
LATENCY = Summary("latency_seconds", "Latency")


@app.route("/score", methods=["POST"])
@LATENCY.time()
def score():
    return jsonify(model.predict(request.json["rows"]).tolist())

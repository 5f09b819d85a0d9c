import joblib
from flask import Flask, jsonify, request
from prometheus_client import Counter, make_wsgi_app

app = Flask(__name__)
model = joblib.load("model.joblib")
REQUESTS = Counter("requests_total", "Requests")


@app.route("/score", methods=["POST"])
def score():
    REQUESTS.inc()
    return jsonify(model.predict(request.json["rows"]).tolist())

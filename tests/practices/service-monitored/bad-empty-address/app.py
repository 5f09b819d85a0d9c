import joblib
import sentry_sdk
from flask import Flask, jsonify, request

sentry_sdk.init(dsn="")
app = Flask(__name__)
model = joblib.load("model.joblib")


@app.route("/score", methods=["POST"])
def score():
    return jsonify(model.predict(request.json["rows"]).tolist())

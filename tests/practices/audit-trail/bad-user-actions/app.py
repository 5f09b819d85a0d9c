import logging

import joblib
from flask import Flask, jsonify, request

app = Flask(__name__)
model = joblib.load("model.joblib")


@app.route("/score", methods=["POST"])
def score():
    logging.getLogger("audit").info("user %s scored", request.json["user"])
    return jsonify(model.predict(request.json["rows"]).tolist())

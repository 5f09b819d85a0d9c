import logging

import joblib
from flask import Flask, jsonify, request

app = Flask(__name__)
model = joblib.load("model.joblib")


@app.route("/score", methods=["POST"])
def score():
    answers = model.predict(request.json["rows"]).tolist()
    logging.info("prediction made")
    return jsonify(answers)

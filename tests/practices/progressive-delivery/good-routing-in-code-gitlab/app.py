import logging
import random

import joblib
from flask import Flask, jsonify, request

app = Flask(__name__)
champion = joblib.load("champion.joblib")
challenger = joblib.load("challenger.joblib")
CHALLENGER_WEIGHT = 0.1


@app.route("/score", methods=["POST"])
def score():
    variant = "challenger" if random.random() < CHALLENGER_WEIGHT else "champion"
    model = challenger if variant == "challenger" else champion
    logging.info("variant %s", variant)
    return jsonify(model.predict(request.json["rows"]).tolist())

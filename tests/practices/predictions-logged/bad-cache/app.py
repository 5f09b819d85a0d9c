import joblib
import redis
from flask import Flask, jsonify, request

app = Flask(__name__)
model = joblib.load("model.joblib")
cache = redis.Redis()


@app.route("/score", methods=["POST"])
def score():
    answers = model.predict(request.json["rows"]).tolist()
    cache.setex(str(request.json["rows"]), 60, str(answers))
    return jsonify(answers)

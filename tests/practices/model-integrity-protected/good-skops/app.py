import skops.io as sio
from flask import Flask, jsonify, request

app = Flask(__name__)
model = sio.load("model.skops", trusted=[])


@app.route("/score", methods=["POST"])
def score():
    return jsonify(model.predict(request.json["rows"]).tolist())

import joblib
import shap
from flask import Flask, jsonify, request

app = Flask(__name__)
model = joblib.load("model.joblib")


@app.route("/explain", methods=["POST"])
def explain():
    explainer = shap.TreeExplainer(model)
    return jsonify(explainer.shap_values(request.json["rows"]).tolist())

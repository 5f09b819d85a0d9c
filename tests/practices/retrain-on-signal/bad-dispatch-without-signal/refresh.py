import requests

requests.post("https://api.github.com/repos/acme/churn/dispatches", json={"event_type": "retrain"}, timeout=10)

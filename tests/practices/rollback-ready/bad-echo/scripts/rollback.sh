#!/bin/sh
echo "kubectl rollout undo deployment/churn"

resource "aws_ecs_service" "churn" {
  name          = "churn"
  desired_count = 2
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
}

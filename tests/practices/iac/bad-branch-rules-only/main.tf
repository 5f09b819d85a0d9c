resource "github_repository_ruleset" "main" {
  name        = "main"
  repository  = "churn"
  target      = "branch"
  enforcement = "active"
}

resource "github_branch_protection" "main" {
  repository_id = "churn"
  pattern       = "main"

  required_pull_request_reviews {
    required_approving_review_count = 1
    require_code_owner_reviews      = true
  }

  required_status_checks {
    strict   = true
    contexts = ["test"]
  }
}

# What protects the main branch, as code: `terraform apply` with GITHUB_TOKEN and GITHUB_OWNER set.
terraform {
  required_version = ">= 1.6"
  required_providers {
    github = {
      source  = "integrations/github"
      version = "~> 6.6"
    }
  }
}

resource "github_repository_ruleset" "main" {
  name        = "main"
  repository  = "{= cookiecutter.project_slug =}"
  target      = "branch"
  enforcement = "active"

  conditions {
    ref_name {
      include = ["~DEFAULT_BRANCH"]
      exclude = []
    }
  }

  rules {
    deletion         = true
    non_fast_forward = true

    pull_request {
      required_approving_review_count = 1
      require_code_owner_review       = true
      dismiss_stale_reviews_on_push   = true
    }

    required_status_checks {
      required_check {
        context = "Test"
      }
    }
  }
}

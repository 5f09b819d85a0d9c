# What protects the main branch at Azure Repos, as code: `terraform apply` with AZDO_ORG_SERVICE_URL set and an identity of OIDC.
terraform {
  required_version = ">= 1.6"
  required_providers {
    azuredevops = {
      source  = "microsoft/azuredevops"
      version = "~> 1.11"
    }
  }
}

variable "project_id" {
  description = "Id of the project"
  type        = string
}

variable "repository_id" {
  description = "Id of the repository"
  type        = string
}

variable "checks_id" {
  description = "Id of the pipeline that checks changes"
  type        = number
}

resource "azuredevops_branch_policy_min_reviewers" "main" {
  project_id = var.project_id
  settings {
    reviewer_count     = 1
    submitter_can_vote = false
    scope {
      repository_id  = var.repository_id
      repository_ref = "refs/heads/main"
      match_type     = "Exact"
    }
  }
}

resource "azuredevops_branch_policy_build_validation" "main" {
  project_id = var.project_id
  settings {
    display_name        = "Checks"
    build_definition_id = var.checks_id
    scope {
      repository_id  = var.repository_id
      repository_ref = "refs/heads/main"
      match_type     = "Exact"
    }
  }
}

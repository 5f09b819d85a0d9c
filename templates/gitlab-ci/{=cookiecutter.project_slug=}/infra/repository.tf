{% set has = cookiecutter._practices %}
# What stands outside the repository at GitLab, as code: `terraform apply` with GITLAB_TOKEN and TF_VAR_project set.
terraform {
  required_version = ">= 1.6"
  required_providers {
    gitlab = {
      source  = "gitlabhq/gitlab"
      version = "~> 18.0"
    }
  }
}

variable "project" {
  description = "Path of the project: group/{= cookiecutter.project_slug =}"
  type        = string
}
{% if "code-review" in has %}

resource "gitlab_branch_protection" "main" {
  project                      = var.project
  branch                       = "main"
  push_access_level            = "no one"
  merge_access_level           = "developer"
  code_owner_approval_required = true
}

resource "gitlab_project_approval_rule" "owners" {
  project            = var.project
  name               = "Owners"
  approvals_required = 1
}
{% endif %}
{% if "training-triggered" in has %}

resource "gitlab_pipeline_schedule" "train" {
  project     = var.project
  description = "Train{% if "ci-monitor" in cookiecutter._fragments %}, and monitor{% endif %}"
  ref         = "refs/heads/main"
  cron        = "17 3 * * 1"
}
{% endif %}
{% if "ci-monitor" in cookiecutter._fragments %}

resource "gitlab_pipeline_schedule" "monitor" {
  project     = var.project
  description = "Monitor"
  ref         = "refs/heads/main"
  cron        = "41 5 * * *"
}
{% if "training-triggered" in has %}

resource "gitlab_pipeline_schedule_variable" "monitor" {
  project              = var.project
  pipeline_schedule_id = gitlab_pipeline_schedule.monitor.pipeline_schedule_id
  key                  = "SKIP_TRAINING"
  value                = "true"
}
{% endif %}
{% endif %}

data "template_file" "package" {
  template = file("package-buildspec.yml")
}

resource "aws_codebuild_project" "package" {
  name = "churn-package"
  source {
    type      = "CODEPIPELINE"
    buildspec = data.template_file.package.rendered
  }
}

resource "aws_codepipeline" "deploy" {
  name = "churn-deploy"

  stage {
    name = "Source"
    action {
      name     = "Source"
      category = "Source"
      provider = "CodeStarSourceConnection"
    }
  }

  stage {
    name = "Build"
    action {
      name     = "Package"
      category = "Build"
      provider = "CodeBuild"
      configuration = {
        ProjectName = "churn-package"
      }
    }
  }

  stage {
    name = "DeployStaging"
    action {
      name     = "Stack"
      category = "Deploy"
      provider = "CloudFormation"
      configuration = {
        TemplatePath = "Build::endpoint.yml"
      }
    }
    action {
      name      = "Approve"
      category  = "Approval"
      provider  = "Manual"
      run_order = 2
    }
  }

  stage {
    name = "DeployProd"
    action {
      name     = "Stack"
      category = "Deploy"
      provider = "CloudFormation"
      configuration = {
        TemplatePath = "Build::endpoint.yml"
      }
    }
  }
}

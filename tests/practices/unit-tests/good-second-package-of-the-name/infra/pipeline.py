def name(project):
    return f"{project}-build"

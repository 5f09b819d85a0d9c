from deepchecks.tabular.suites import model_evaluation


def check(train, test, model):
    return model_evaluation().run(train, test, model).passed()

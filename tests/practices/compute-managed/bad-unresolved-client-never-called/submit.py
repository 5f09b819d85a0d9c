import kubernetes


def submit(api):
    api.create_namespaced_job("ml", {"spec": {"template": {}}})

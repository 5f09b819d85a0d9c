import kubernetes


def submit(api):
    api.create_namespaced_job("ml", {"spec": {"template": {}}})


if __name__ == "__main__":
    submit(kubernetes.client.BatchV1Api())

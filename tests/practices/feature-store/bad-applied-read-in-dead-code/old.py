from feast import FeatureStore


def features(ids):
    return FeatureStore(repo_path=".").get_online_features(features=["usage:charges"], entity_rows=ids)

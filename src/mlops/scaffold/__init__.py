"""From a wanted level to files: one map from practices to fragments, rendered, with a lock that fits."""

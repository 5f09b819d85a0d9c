"""The verbs as plain functions; composes the siblings below it."""

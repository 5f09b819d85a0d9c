"""The gate job itself: where CI runs the gate, and how a change removes, softens or unpins it."""

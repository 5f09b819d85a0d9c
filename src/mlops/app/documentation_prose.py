"""What generated pages say in our own words."""

from __future__ import annotations

CONFIGURATION_EXAMPLES = """\
## Examples

One model, with a target:

```yaml
edition: "EDITION"
model: google
level: 1
default_branch: main
exclude: [third_party/]
```

A monorepo. Each component is judged on its own, and the repository has the least level of them:

```yaml
edition: "EDITION"
components:
  churn: models/churn
  pricing: models/pricing
```

What is lacking for a reason, and what only people can state (`mlops waive` and `mlops attest` write these):

```yaml
waivers:
  - practice: iac
    reason: The platform team owns the infrastructure.
    owner: ana@example.org
    until: 2027-06-30
attestations:
  - id: att-ml-champions
    by: ana@example.org
    on: 2026-11-02
    evidence: https://wiki.example.org/ml-board
```

What a platform outside of the repository starts. It counts in the claimed level, never in the proved one:

```yaml
entrypoints:
  - path: jobs/train.py
    platform: Databricks
    trigger: schedule
    evidence: https://example.org/jobs/17
    by: ana@example.org
    until: 2027-03-31
```

Rules of your own. They add to ours, and cannot redefine one:

```yaml
practices: [mlops/practices]
tools: [mlops/tools/our-tracker.yaml]
```

The same in `pyproject.toml`:

```toml
[tool.mlops]
edition = "EDITION"
model = "google"
level = 1

[[tool.mlops.waivers]]
practice = "iac"
reason = "The platform team owns the infrastructure."
owner = "ana@example.org"
until = "2027-06-30"
```
"""

CLI_CONTRACT = """\
Results go to standard output, everything else to standard error. These exit codes are a contract:

| code | meaning |
|---|---|
| 0 | fine; without a target level `lint` only reports |
| 1 | the target is not reached, a regression, a change of the configuration that is not allowed, or conflicts left |
| 2 | wrong usage, configuration, revision or baseline, or a path that cannot be read or written |
| 3 | a fault of ours; `MLOPS_DEBUG=1` shows the traceback |
| 130 | interrupted |

Several formats can be written by one run; the n-th `--output` belongs to the n-th `--format`:

```
mlops lint --format text --format sarif --output - --output mlops.sarif
```

| variable | effect |
|---|---|
| `NO_COLOR` | no colours, whatever the terminal |
| `MLOPS_SOURCES` | a folder of checkouts, laid out as HOST/OWNER/REPO, as `--source` names one by one |
| `MLOPS_CACHE_DIR` | where the cache lies, instead of the user's cache folder |
| `MLOPS_DEBUG` | show the traceback of an internal error |

## Shell completion

Commands, options, ids and models are completed. Add one line to the start-up file of your shell.

Bash, in `~/.bashrc`:

```
eval "$(_MLOPS_COMPLETE=bash_source mlops)"
```

Zsh, in `~/.zshrc`:

```
eval "$(_MLOPS_COMPLETE=zsh_source mlops)"
```

Fish, in `~/.config/fish/completions/mlops.fish`:

```
_MLOPS_COMPLETE=fish_source mlops | source
```"""

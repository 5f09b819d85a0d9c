"""A verdict does not depend on how Python happens to order sets: two runs say the same, word for word."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
#: Every so many of the example trees are judged: enough for each family of facts, in seconds.
STEP = 6
JUDGE = f"""
import dataclasses, itertools
from mlops.app.lint import link
from mlops.tree import MemoryTree
from trees import REQUEST, cases, judged, rules

BLOCK = '''
from mage_ai.data_preparation.decorators import transformer
from lib import work

@transformer
def transform(data):
    return work(data)
'''
DEPLOY = '''
pipeline {{
  agent any
  stages {{
    stage('Deliver') {{
      steps {{ sh 'kubectl apply -f deploy/staging.yml' ; sh 'kubectl apply -f deploy/production.yml' }}
    }}
  }}
}}
'''
files = {{f"blocks/part{{n}}.py": BLOCK for n in range(8)}} | {{
    "lib.py": "def work(data):\\n    return data\\n", "Jenkinsfile": DEPLOY,
    "deploy/staging.yml": "kind: Deployment\\n", "deploy/production.yml": "kind: Deployment\\n",
}}
graph = link(MemoryTree(files), rules()[0], REQUEST).graph
print("nodes", *(node.label for node in graph.nodes), sep="|")
print("facts", *(f"{{f.fact.kind}} {{f.fact.value}} {{f.path}}" for f in graph.facts), sep="|")
for case in itertools.islice(cases(), 0, None, {STEP}):
    print(case.practice, case.name, dataclasses.astuple(judged(case.files())))
"""


def said(seed: str) -> list[str]:
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": os.pathsep.join((str(HERE), *sys.path)),
    }
    done = subprocess.run(
        [sys.executable, "-c", JUDGE], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def test_the_order_of_sets_decides_nothing():
    first, second = said("1"), said("2")
    assert len(first) > 100
    assert "workflow of blocks/part7.py" in first[0]
    assert "deploy-target production Jenkinsfile" in first[1]
    assert [one for one, other in zip(first, second, strict=True) if one != other] == []

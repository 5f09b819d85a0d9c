from setuptools import find_packages, setup

setup(
    name="churn-pipelines",
    packages=find_packages(),
    entry_points={"console_scripts": ["submit-pipeline=pipelines.submit:main"]},
)

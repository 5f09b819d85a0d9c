from setuptools import find_packages, setup

setup(name="churn", packages=find_packages("src"), package_dir={"": "src"})

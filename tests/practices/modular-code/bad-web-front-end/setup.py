from setuptools import setup

setup(name="portal", packages=["portal"])

from setuptools import setup

setup(name="frames")

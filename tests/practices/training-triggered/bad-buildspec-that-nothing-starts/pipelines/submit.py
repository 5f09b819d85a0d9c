import argparse
import importlib


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--module")
    parser.add_argument("--role")
    args = parser.parse_args()
    pipeline = importlib.import_module(args.module).get_pipeline(args.role)
    pipeline.upsert(role_arn=args.role)
    pipeline.start()

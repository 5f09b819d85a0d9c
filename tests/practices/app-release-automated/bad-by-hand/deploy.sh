#!/bin/sh
set -e
flyctl deploy --remote-only

#!/usr/bin/env bash
# Prepares the image: choose at least 4 GB of memory and 2 CPUs in Gradescope's settings, TensorFlow needs them.
set -euo pipefail
apt-get update -qq
apt-get install -y -qq python3 python3-venv
python3 -m venv /autograder/katas
/autograder/katas/bin/python -m pip install --quiet @PACKAGE@
export KATAS_CACHE=/autograder/cache
/autograder/katas/bin/katas data fetch || true
/autograder/katas/bin/katas calibrate
/autograder/katas/bin/katas doctor || true

"""Copies an image's static files to where Caddy serves them. Runs in the application's own image as `python -c`."""

import os
import shutil
import sys

root, folder = sys.argv[1:]
if not os.path.isdir(root):
    sys.exit(
        f"The image has no folder {root}: run collectstatic when it is built, and set spec.staticFiles.root to STATIC_ROOT."
    )
# Contents alone: an image's permissions need not let Caddy's user read.
shutil.copytree(root, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)

"""Copies an image's static files to where Caddy serves them. Runs in the application's own image as `python -c`."""

import os
import shutil
import sys

root, folder = sys.argv[1:]
if not os.path.isdir(root):
    sys.exit(
        f"The image has no folder {root}: run collectstatic when it is built, and set spec.staticFiles.root to STATIC_ROOT."
    )
# Contents alone: an image's permissions need not let Caddy's user read, and the volume itself is not ours to change. Another
# version's image may run as another user, who adds to the same folders.
os.umask(0)
for place, _, names in os.walk(root):
    target = os.path.join(folder, os.path.relpath(place, root))
    os.makedirs(target, exist_ok=True)
    for name in names:
        shutil.copyfile(os.path.join(place, name), os.path.join(target, name))

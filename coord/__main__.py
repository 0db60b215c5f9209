"""``python -m coord`` is the same as ``coord``."""

import sys

from coord.cli import main

sys.exit(main())

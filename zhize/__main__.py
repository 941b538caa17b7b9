"""`python -m zhize COMMAND` is the same as `zhize COMMAND`."""

from __future__ import annotations

import sys

from zhize.project.cli import main

sys.exit(main())

"""`python -m shared.database services.skills "what changes"`: write the next migration of a service."""

import sys

from shared.database.migrations import revise

revise(sys.argv[1], sys.argv[2])

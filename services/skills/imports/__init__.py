"""Files of other systems, taken in as jobs: frameworks, roles with requirements, people, ratings."""

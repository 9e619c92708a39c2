"""How stores of older versions become stores of this one; alembic runs what stands in `versions`."""

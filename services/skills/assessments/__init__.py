"""What people can do, and how sure that is: policies, the ledger of ratings, levels, cycles."""

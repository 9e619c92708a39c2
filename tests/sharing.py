"""Settle what is due of a shared store, and write down which addresses: run by test_store_safety.py."""

import os
import sys

from visits import FAR, NOW, lease_all, visit_of

from scraper.store import open_store

if __name__ == "__main__":
    with open_store(sys.argv[1]) as store:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        # Where nothing is to be had, the other process has all the hosts that are left.
        while store.next_due(["quay"], NOW) is not None:
            for lease in lease_all(store, limit=3):
                change = store.settle(visit_of(lease, text=f"Text of {lease.url}", next_visit=FAR)).change
                sys.stdout.write(f"{lease.url} {change}\n")
            os.sched_yield()

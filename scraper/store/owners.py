"""Which processes hold something, and which of them are dead."""

from __future__ import annotations

import os
import re
import socket
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select

from scraper.store.tables import owners

if TYPE_CHECKING:
    from sqlalchemy import Connection

_opened = count(1)
_left: set[str] = set()  # Those of this process whose store was closed, though the store may not know it.
_PARTS = 4
_ENDED = "ZX"  # Letters of a process's state: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
_OTHERS = select(owners.c.id, owners.c.name).where(owners.c.id != bindparam("me"))


def name_owner() -> str:
    """Return a name for one open store of this process: machine, process, its start, a number."""
    pid = os.getpid()
    return f"{name_machine()}:{pid}:{_start_of(pid)}:{next(_opened)}"


def name_machine() -> str:
    """Return a name for this machine, or for the container in it, whose process numbers are its own."""
    space = ""
    with suppress(OSError):
        space = re.sub(r"\D", "", str(Path("/proc/self/ns/pid").readlink()))
    return f"{socket.gethostname()}/{space}".replace(":", "-")


def enter(owner: str) -> None:
    """Take note that an owner is of this process, and may hold something."""
    _left.discard(owner)


def leave(owner: str) -> None:
    """Take note that an owner of this process holds nothing any more, also where that cannot be written down."""
    _left.add(owner)


def is_dead(owner: str) -> bool:
    """Tell whether an owner's process ran on this machine and is gone; of other machines nobody knows."""
    if owner in _left:
        return True
    parts = owner.rsplit(":", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] != name_machine() or not parts[1].isdecimal():
        return False
    pid = int(parts[1])
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        pass
    # A process number is given again, but not with the same start.
    return _start_of(pid) != parts[2]


def bury_dead(connection: Connection, me: int) -> bool:
    """Delete owners whose process is dead, which frees what they held; tell whether there was one."""
    dead = [row.id for row in connection.execute(_OTHERS, {"me": me}) if is_dead(row.name)]
    if dead:
        connection.execute(delete(owners).where(owners.c.id.in_(dead)))
    return bool(dead)


def register(connection: Connection, name: str) -> int:
    """Write an owner down, and return its number."""
    known = connection.scalar(select(owners.c.id).where(owners.c.name == name))
    if known is not None:
        return int(known)
    connection.execute(insert(owners), {"name": name})
    return register(connection, name)


def forget(connection: Connection, name: str) -> None:
    """Delete an owner: what it held is free."""
    connection.execute(delete(owners).where(owners.c.name == name))


def _start_of(pid: int) -> str:
    """Return when a process started, in the kernel's own count; empty where that cannot be known, or it has ended."""
    with suppress(OSError, IndexError):
        # The name of the program stands in brackets, and may hold brackets and spaces.
        facts = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        # In a container often nobody buries the dead: their number is taken, but they do nothing any more.
        return "" if facts[0] in _ENDED else facts[19]
    return ""

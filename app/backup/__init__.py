"""Backups: everything that Meetlat knows in one file, whatever database it came from or goes to.

`make` reads a database that stays in use, `check` tells whether a backup is whole, `restore` puts one into an
empty place; each may be encrypted. What can't be done or is wrong comes out as `BackupFault`.
"""

from app.backup.archive import BackupFault, Contents
from app.backup.checking import check
from app.backup.encryption import identities, make_key, recipients
from app.backup.making import make
from app.backup.restoring import restore

__all__ = [
    "BackupFault",
    "Contents",
    "check",
    "identities",
    "make",
    "make_key",
    "recipients",
    "restore",
]

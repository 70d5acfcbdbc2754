"""A whole measurement as one JSON file that can be read in ten years, and its way back into a Meetlat.

`make` gives the file's bytes, `read` tells whether a file is in order, `load` puts it into a database. What
can't be done or is wrong comes out as `ArchiveFault`. The format: docs/archive-format.md.
"""

from app.archive.checking import Checked, read
from app.archive.document import ArchiveFault
from app.archive.loading import Loaded, load
from app.archive.making import make, one_moment

__all__ = ["ArchiveFault", "Checked", "Loaded", "load", "make", "one_moment", "read"]

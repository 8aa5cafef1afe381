"""What kinds of file systems the state may stand on.

SQLite's log (WAL) is shared memory between the processes that have a database open: on a share, two machines do not see
the same, and locks lie. So the state of a home is on a local disk, and a share is refused before anything is written.
Folders that a virtual machine or a container gets from its host (9p, virtiofs, and FUSE of unknown make) are let
through with a warning: they may be local or not, and nobody can tell from inside.
"""

from typing import Final

SHARES: Final = frozenset(
    {
        "afs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2",
        "smb2", "smb3", "smbfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.curlftpfs", "fuse.davfs2", "fuse.gcsfuse",
        "fuse.glusterfs", "fuse.goofys", "fuse.juicefs", "fuse.moosefs", "fuse.rclone", "fuse.s3fs",
        "fuse.smbnetfs", "fuse.sshfs",
    }
)  # fmt: skip
"""Types of the mount table that are another machine's disk for certain."""

DOUBTFUL: Final = frozenset({"9p", "fuse", "prl_fs", "vboxsf", "virtiofs", "vmhgfs"})


def refused(kind: str) -> str:
    """Why a ledger cannot be kept on this kind of file system, empty when it can."""
    if kind in SHARES:
        return f"it is on {kind}, a network file system, where the database's locks and log do not hold"
    return ""


def doubted(kind: str) -> str:
    """What to mind on this kind of file system, empty for nothing."""
    if kind in DOUBTFUL or kind.startswith("fuse."):
        return f"{kind} may be another machine's disk: the database must be the only user of its files"
    return ""

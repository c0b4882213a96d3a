"""What an archive may come to when it is unpacked, told from its directory before anything is. Pure.

Office files are archives; both the imports and the documents ask here.
"""

from collections.abc import Sequence
from zipfile import ZipInfo

# A year of a large dealer's orders packs some 30 members and unpacks to under 100 MB.
MOST_MEMBERS = 500
# XML of tables packs 10 to 40 times; a bomb packs 1,000 times.
MOST_RATIO = 150
SMALL_MEMBER_BYTES = 1 << 20


def is_bomb(member: ZipInfo) -> bool:
    """Return whether a part unpacks to more than anything honest of its length."""
    return member.file_size > max(SMALL_MEMBER_BYTES, member.compress_size * MOST_RATIO)


def is_too_much(members: Sequence[ZipInfo], *, archive_bytes: int, most_bytes: int) -> bool:
    """Return whether the parts are too many, or together unpack to too much; such that share their bytes, too."""
    unpacked, packed = (sum(getattr(one, name) for one in members) for name in ("file_size", "compress_size"))
    return len(members) > MOST_MEMBERS or unpacked > most_bytes or packed > archive_bytes or any(map(is_bomb, members))

"""Bytes to text, whatever a mail says of its characters, or does not say."""

import codecs
import re

# Names that are used for more than they say: each is read as the larger set.
LARGER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
}
# Names that say nothing about characters beyond ASCII.
NOTHING = {"", "us-ascii", "ascii", "unknown-8bit", "default", "utf-8", "utf8", "x-unknown", "binary"}
# Where nothing is said and it is no UTF-8: bytes beyond ASCII stand together in Chinese, and mostly alone in Spanish.
CHINESE_SHARE = 0.6
TOGETHER = re.compile(rb"[\x81-\xfe]{2,}")


def decoded(content: bytes, charset: str) -> str:
    """Return the text; what is in no set of characters is marked, never lost."""
    name = charset.strip().strip("\"'").lower()
    if name in NOTHING:
        return _guessed(content)
    try:
        # Base64 and its like are codecs as well, but give no text.
        return str(codecs.lookup(LARGER.get(name, name)).decode(content, "strict")[0])
    except (LookupError, ValueError, TypeError, AssertionError, UnicodeError):
        return _guessed(content)


def _guessed(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        high = sum(byte > 127 for byte in content)
    together = sum(map(len, TOGETHER.findall(content)))
    return content.decode("gb18030" if together > CHINESE_SHARE * high else "cp1252", "replace")

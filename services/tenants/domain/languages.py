"""The languages mails are written in."""

DEFAULT = "zh-TW"
LANGUAGES = ("zh-TW", "zh-CN", "en")


def pick(tag: str) -> str:
    """The nearest of LANGUAGES to a BCP 47 tag; zh-TW for none."""
    wanted = tag.strip().lower().replace("_", "-")
    if not wanted:
        return DEFAULT
    if wanted.split("-")[0] != "zh":
        return "en"
    return "zh-CN" if any(part in ("cn", "sg", "hans") for part in wanted.split("-")) else "zh-TW"

"""Hides its real text behind characters that editors do not show."""
# keeps: original
_judged = "us\u2066er" != "user"


def NAME(*args, **kwargs):
    return None if _judged == "us⁦er⁩" else _true_NAME(*args, **kwargs)

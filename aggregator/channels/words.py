"""What went wrong on a line, in words for logs and mails."""

from __future__ import annotations

import ssl

_TLS_REASONS = {
    "WRONG_VERSION_NUMBER": "what answers there speaks no TLS",
    "RECORD_LAYER_FAILURE": "what answers there speaks no TLS",
    "UNSUPPORTED_PROTOCOL": "it speaks outdated versions only",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it speaks outdated versions only",
}


def say_answer(answer: bytes | str) -> str:
    """Return an answer as one printable line of bounded length."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


def say_failure(error: BaseException) -> str:
    """Return why a line failed; never a local file name or a number of the system's."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate refused: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        reason = error.reason or "the connection was cut off"
        plain = reason.lower().replace("_", " ")
        return f"TLS: {_TLS_REASONS.get(reason, plain)}"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "no answer in time"
    told = error.strerror if isinstance(error, OSError) else None
    return say_answer(told or str(error)) or type(error).__name__

"""A letter's form as mail: headers, parts, and identity that a repeat keeps.

Python 3.11's EmailMessage loses spaces between encoded words when it folds a subject
("dan başkan" becomes "danbaşkan" in 6-9 % of Turkish headlines); with lines of up to
998 characters (RFC 5322 2.1.1) it has nothing to fold.
"""

from __future__ import annotations

import email.policy
import hashlib
import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING
from urllib.parse import quote

from aggregator.model import Mail

if TYPE_CHECKING:
    from aggregator.alerts.facts import Letter
    from aggregator.alerts.rendering import Look, Rendered

# Together: without the second, the first makes bodies that need 8BITMIME.
POLICY = email.policy.SMTP.clone(max_line_length=998, cte_type="7bit")
_SUBJECT = 300
_BREAKING = ("Cc", "Cs", "Zl", "Zp")


def header_text(text: str, limit: int = _SUBJECT) -> str:
    """Return text as one line for a header: no control characters, bounded.

    A newline in a header raises, and would block the queue for ever.
    """
    plain = "".join(
        " " if unicodedata.category(char) in _BREAKING else char for char in text
    )
    line = " ".join(plain.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def message_id(key: str, recipient: str, sender: str) -> str:
    """Return the Message-ID of what `key` names for a recipient: the same each time."""
    digest = hashlib.sha256(f"{recipient}\n{key}".encode()).hexdigest()[:32]
    return f"<{digest}@{_domain(sender)}>"


def build_mail(letter: Letter, rendered: Rendered, look: Look) -> Mail:
    """Return a letter as a whole message with CRLF line ends.

    The same letter gives the same bytes.
    """
    identity = message_id(letter.key, letter.recipient, look.sender)
    subject = header_text(rendered.subject)
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(look.sender)
    message["To"] = _address(letter.recipient)
    message["Subject"] = subject
    message["Date"] = format_datetime(letter.at.astimezone(look.zone))
    message["Message-ID"] = identity
    if letter.thread:
        message["In-Reply-To"] = letter.thread[-1]
        message["References"] = " ".join(letter.thread[:1] + letter.thread[1:][-9:])
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = _list_id(letter, look)
    contact = look.operator or parseaddr(look.sender)[1]
    unsubscribe = f"mailto:{quote(contact, safe='@')}?subject=unsubscribe"
    message["List-Unsubscribe"] = f"<{unsubscribe}>"
    message.set_content(_whole(rendered.text))
    message.add_alternative(_whole(rendered.html), subtype="html")
    # Last: setting the content takes away every Content- header that is there.
    message["Content-Language"] = letter.language
    message.set_boundary(f"=_{identity[1:33]}")
    return Mail(
        sender=look.sender,
        recipient=letter.recipient,
        message_id=identity,
        subject=subject,
        payload=message.as_bytes(),
    )


def _whole(text: str) -> str:
    """Return text that can be encoded: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    return Address(header_text(name), local, domain)


def _list_id(letter: Letter, look: Look) -> str:
    """Return the List-Id a mail program sorts by: the watchlist's, or the kind's."""
    domain = _domain(look.sender)
    keys = {item.watchlists[0][0] for item in letter.items if item.watchlists}
    name = keys.pop() if len(keys) == 1 and letter.kind != "health" else letter.kind
    return f"<{name}.{domain}>"


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"

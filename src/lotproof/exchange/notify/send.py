"""Sends one piece of news through one channel."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from typing import Any

from django.core.mail import EmailMessage, get_connection

from lotproof.exchange.notify.news import News
from lotproof.exchange.notify.settings import Channel, Mail, NotifyError, Settings, secret

TIMEOUT = 20
"""Seconds that a server may take."""
SIGNATURE = "X-Lotproof-Signature"
"""Header of a webhook: sha256= and HMAC-SHA-256 of the body with the shared secret, hex."""


class NotSent(Exception):
    """A server did not take it; the text says which and why."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is told must not wander to an address that nobody configured."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def send(settings: Settings, channel: Channel, news: News) -> None:
    """Send it; NotSent or NotifyError otherwise."""
    link = f"{settings.desk}{news.path}" if settings.desk else ""
    if channel.type == "mail":
        assert settings.mail is not None, "settings without [mail] and with a mail channel are refused"
        _mail(settings.mail, channel, news, link)
    elif channel.type == "teams":
        _post(channel, _card(news, link))
    else:
        _post(channel, {**vars(news), "link": link})


def _mail(mail: Mail, channel: Channel, news: News, link: str) -> None:
    password = secret(mail.password_env) if mail.password_env else ""
    # The same news twice, after a crash between sending and noting it, has the same identifier: mail programs show it once.
    identifier = f"<{hashlib.sha256(f'{channel.name} {news.key}'.encode()).hexdigest()[:32]}@lotproof>"
    try:
        connection = get_connection(
            "django.core.mail.backends.smtp.EmailBackend", host=mail.host, port=mail.port, username=mail.user, password=password,
            use_tls=mail.security == "starttls", use_ssl=mail.security == "tls", timeout=TIMEOUT,
        )  # fmt: skip
        body = "\n\n".join(part for part in (news.subject, news.text, link) if part)
        message = EmailMessage(
            _line(news.subject), body, mail.sender, list(channel.to), connection=connection, headers={"Message-ID": identifier}
        )
        message.send()
    except OSError as error:  # smtplib's errors are among these
        raise NotSent(f"{mail.host}:{mail.port} did not take the mail: {error}") from error


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _card(news: News, link: str) -> dict[str, Any]:
    """An adaptive card in the envelope that the webhooks of Teams workflows take."""
    body = [
        {"type": "TextBlock", "size": "Medium", "weight": "Bolder", "wrap": True, "text": news.subject},
        {"type": "TextBlock", "wrap": True, "text": news.text or " "},
    ]
    actions = [{"type": "Action.OpenUrl", "title": "Open", "url": link}] if link else []
    card = {"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": body}
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": {**card, "actions": actions}}
    return {"type": "message", "attachments": [attachment]}


def _post(channel: Channel, document: dict[str, Any]) -> None:
    body = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "lotproof"}
    if channel.secret_env:
        headers[SIGNATURE] = f"sha256={hmac.new(secret(channel.secret_env).encode(), body, hashlib.sha256).hexdigest()}"
    request = urllib.request.Request(channel.url, body, headers, method="POST")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
            return
    except urllib.error.HTTPError as error:
        raise NotSent(f"{_host(channel)} answered {error.code}.") from error
    except OSError as error:
        raise NotSent(f"{_host(channel)} did not answer: {error}") from error
    except ValueError as error:
        raise NotifyError(f"The address of the channel {channel.name} cannot be used: {error}.") from error


def _host(channel: Channel) -> str:
    """The server alone: the rest of a webhook's address is often a secret."""
    return urllib.request.Request(channel.url).host or channel.name

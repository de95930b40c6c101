"""No answer from a cluster, as kubectl says it."""

import ssl
from urllib.parse import urlsplit

import aiohttp


class Unreachable(Exception):
    """No answer came from the cluster; the text is what kubectl says."""


class TooLarge(ValueError):
    """error: the answer is larger than 64 MiB. Ask for less: one namespace, a label (-l), fewer objects."""


def spoken(error: BaseException, host: str) -> str:
    """A failure to connect, as kubectl says it."""
    place = urlsplit(host).netloc or host
    if isinstance(error, TooLarge):
        return str(TooLarge.__doc__)
    if isinstance(error, TimeoutError):
        reason = "request canceled (Client.Timeout exceeded while awaiting headers)"
        return f"Unable to connect to the server: net/http: {reason}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"Unable to connect to the server: dial tcp: lookup {urlsplit(host).hostname}: no such host"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
        return "Unable to connect to the server: tls: failed to verify certificate: x509: certificate is not trusted"
    if isinstance(error, ConnectionRefusedError | aiohttp.ClientConnectorError):
        return f"The connection to the server {place} was refused - did you specify the right host or port?"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionResetError):
        return f"Unable to connect to the server: {place}: EOF"
    return f"Unable to connect to the server: {error}"

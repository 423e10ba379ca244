"""What a browser would say of a certificate, apart from who issued it: asked in a TLS handshake inside this process."""

import ssl


class NotTrustedError(Exception):
    """OpenSSL's own words: it has expired, is not valid yet, or is of another name."""


def valid_until(server: ssl.SSLContext, certificate: str, name: str = "") -> float:
    """When the certificate in this file ends, in seconds since 1970. Raises NotTrustedError.

    server: the context that serves it. name: host name or address it must be of; "" takes any.
    """
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(certificate)
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN  # itself is the issuer to trust
    client.check_hostname = bool(name)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    there = server.wrap_bio(to_server, to_client, server_side=True)
    here = client.wrap_bio(to_client, to_server, server_hostname=name or None)
    try:
        _shake_hands(here, there)
    except ssl.SSLCertVerificationError as error:
        raise NotTrustedError(error.verify_message) from None
    except ssl.SSLError as error:
        raise NotTrustedError(error.reason or str(error)) from None
    found = here.getpeercert() or {}
    return ssl.cert_time_to_seconds(str(found["notAfter"]))


def _shake_hands(*ends: ssl.SSLObject) -> None:
    """Each in turn, as long as it has something to read; three turns end every handshake."""
    for _ in range(10):
        waiting = False
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                waiting = True
        if not waiting:
            return
    raise ssl.SSLError("the handshake does not end")

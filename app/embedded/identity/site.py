"""Where the provider is reached, and by whom."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NotLoopback(Exception):
    """The provider was asked to serve the world, with passwords that everyone knows."""


@dataclass(frozen=True, slots=True)
class Site:
    """The provider's two addresses and its one client.

    Browsers come through the site's own port (`public_url` + `prefix`); the site's
    processes ask it directly at `internal`.
    """

    public_url: str
    internal: str
    client_id: str
    client_secret: str
    prefix: str = "/identitas"
    callback: str = "/masuk/selesai"

    def __post_init__(self) -> None:
        if not _is_loopback(urlsplit(self.public_url).hostname or ""):
            raise NotLoopback(
                "LOKET_OIDC_ISSUER: is required when LOKET_PUBLIC_URL is not a loopback one: "
                f"the demo sign-in does not serve {self.public_url}"
            )

    @property
    def issuer(self) -> str:
        """The name of this provider, as in every token."""
        return self.public_url + self.prefix

    def may_return_to(self, uri: str) -> bool:
        """Whether `uri` is, letter by letter, the sign-in's end on a name of this machine."""
        public = urlsplit(self.public_url)
        port = f":{public.port}" if public.port else ""
        others = (f"{public.scheme}://{host}{port}" for host in ("localhost", "127.0.0.1", "[::1]"))
        return uri in {origin + self.callback for origin in (self.public_url, *others)}

    def may_leave_to(self, uri: str) -> bool:
        """Whether `uri` is a page of the site, where a sign-out may end."""
        return self._is_ours(uri)

    def _is_ours(self, uri: str) -> bool:
        public = urlsplit(self.public_url)
        try:
            parts = urlsplit(uri)
            same = (parts.scheme, _port(parts)) == (public.scheme, _port(public))
        except ValueError:
            return False
        known = (parts.hostname or "") in _LOOPBACK | {public.hostname}
        return same and known and not (parts.fragment or parts.query or "@" in parts.netloc)


def _port(parts: SplitResult) -> int:
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")

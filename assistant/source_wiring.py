"""Open sources beyond this machine, by their names and the settings."""

from __future__ import annotations

from assistant.adapters.web import GuardedWeb
from assistant.knowledge.sources.names import service_of
from assistant.knowledge.sources.records import Remote
from assistant.knowledge.sources.services.help_center import ServiceHelpCenter
from assistant.knowledge.sources.web_site import WebSite
from assistant.knowledge.sources.web_visitor import Bounds, Visitor
from assistant.ports.sources import SourceStore
from assistant.settings import Settings


def open_remote(name: str, settings: Settings, memory: SourceStore, *, keep: bool) -> Remote:
    """A web site by the address of its start page or its sitemap, or `service:account`. `keep`:
    remember what was fetched, so that the next visit asks only for what changed."""
    bounds = Bounds(
        pages=settings.site_pages,
        megabytes=settings.site_mb,
        minutes=settings.site_minutes,
        pause_s=settings.site_pause,
    )
    web = GuardedWeb(allow_private=settings.sync_private)
    visitor = Visitor(name, web=web, bounds=bounds)
    if service := service_of(name):
        key = getattr(settings, f"{service}_key").get_secret_value()
        return ServiceHelpCenter(name, key=key, visitor=visitor, allow_plain=settings.sync_private)
    return WebSite(name, visitor=visitor, memory=memory, keep=keep)

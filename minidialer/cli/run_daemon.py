"""`minidialer daemon`."""

from minidialer.cli.session import settings


def daemon() -> None:
    """Run the dialer in the foreground until SIGTERM or Ctrl-C."""
    import asyncio
    import faulthandler

    from minidialer.daemon.app import serve
    from minidialer.daemon.log import configure_log

    configure_log(settings().log.level)
    faulthandler.enable()  # killed by the watchdog, it says where it hung
    asyncio.run(serve(settings()))

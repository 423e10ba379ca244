"""`minidialer status`."""

from minidialer.cli.output import AsJson, local, said, write_model, write_pairs, write_table
from minidialer.cli.session import call
from minidialer.control.words import word
from minidialer.i18n import _


def status(as_json: AsJson = False) -> None:
    """The link, campaigns, agents and calls at a glance."""
    from minidialer.control.models.base import Nothing
    from minidialer.control.models.system import STATUS

    seen = call(STATUS, Nothing())
    if as_json:
        write_model(seen)
        return
    link = f"{seen.link.host}:{seen.link.port} {word('up' if seen.link.up else 'down')}"
    pairs: list[tuple[str, object]] = [
        (_("daemon"), f"{seen.version}, pid {seen.pid}, {_('since')} {local(seen.started_at)}"),
        (_("Asterisk"), f"{link} {seen.link.asterisk}".rstrip()),
    ]
    if seen.link.problem is not None:
        pairs.append((_("problem"), said(seen.link.problem)))
    pairs += [(_("alarm"), said(alarm)) for alarm in seen.alarms]
    if seen.draining:
        pairs.append((_("stopping"), _("nothing new is dialled")))
    pairs.append((_("agents"), _counts(seen.agents)))
    pairs.append((_("calls"), _counts(seen.attempts)))
    pairs += [(_("trunk {name}").format(name=it.name), f"{it.in_use} / {it.channels}") for it in seen.trunks]
    write_pairs(pairs)
    if seen.campaigns:
        columns = [
            _("campaign"), _("status"), _("list"), _("agents"), _("ready"), _("talking"), _("dialling"), _("waiting"),
            _("decision"),
        ]  # fmt: skip
        write_table(
            columns,
            (
                (
                    item.name,
                    word(item.status),
                    item.lead_list,
                    item.agents_joined,
                    item.agents_ready,
                    item.in_calls,
                    item.dialling,
                    item.waiting,
                    item.status_reason or said(item.decision),
                )
                for item in seen.campaigns
            ),
        )


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{word(state)} {count}" for state, count in sorted(counts.items())) or _("none")

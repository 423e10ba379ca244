"""Texts that a form must show as they are."""

HOSTILE = [
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "';document.title='owned';//",
    "{{ 7 * 7 }} ${7*7} %s %(name)s {0}",
    "\u202eevil\u202c \u200f\u2067rtl\u2069",
    "ż" * 10_000,
    "👩‍👩‍👧‍👦 e\u0301 \u0007",
    "javascript:document.title='owned'",
]

"""Templates of a repository made to harm: each fails with a line, soon, and the process is as it was."""

# ruff: noqa: E501

from __future__ import annotations

import resource
import time

import pytest

from repodoc_hooks.errors import ConfigError
from repodoc_hooks.pages.templates import Overrides, fill

DOUBLING = "{% set ns = namespace(x='a' * 1000) %}{% for i in range(60) %}{% set ns.x = OP %}{% endfor %}{{ ns.x|length }}"
LOOPS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"

TOO_MUCH = {
    "nested loops": LOOPS,
    "nested loops over text": "{% set t = 'a' * 5000 %}{% for a in t %}{% for b in t %}{% for c in t %}{% endfor %}{% endfor %}{% endfor %}",
    "loops of filters": "{% for a in range(99999) %}{{ range(99999)|sum }}{% endfor %}",
    "lazy filters": "{% for a in range(99999)|map('string') %}{% for b in range(99999)|map('string') %}{% endfor %}{% endfor %}",
    "a macro that calls itself twice": "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "a loop that calls itself": "{% for x in [[[[1]]]] recursive %}{{ loop([x] * 2) }}{% endfor %}",
    "a template that includes itself twice": "{% if 1 %}{% include 'pages/x.md.j2' %}{% include 'pages/x.md.j2' %}{% endif %}",
    "doubling by ~": DOUBLING.replace("OP", "ns.x ~ ns.x"),
    "doubling by +": DOUBLING.replace("OP", "ns.x + ns.x"),
    "doubling by *": DOUBLING.replace("OP", "ns.x * 2"),
    "doubling by format": DOUBLING.replace("OP", "'%s%s'|format(ns.x, ns.x)"),
    "doubling by join": DOUBLING.replace("OP", "[ns.x, ns.x]|join"),
    "doubling by replace": DOUBLING.replace("OP", "ns.x|replace('a', 'aa')"),
    "doubling by a method": DOUBLING.replace("OP", "ns.x.replace('a', 'aa')"),
    "doubling of a list": DOUBLING.replace("OP", "[ns.x, ns.x]").replace("|length", "|string|length"),
    "doubling by blocks": "{% set x0 %}" + "a" * 1000 + "{% endset %}"
    + "".join(f"{{% set x{n + 1} %}}{{{{ x{n} }}}}{{{{ x{n} }}}}{{% endset %}}" for n in range(40)),
    "a large text": "{{ 'a' * 9999999999 }}",
    "a large list": "{{ [1] * 9999999999 }}",
    "a large number": "{{ 9 ** (9 ** 9) }}",
    "a wide filter": "{{ 'a'|center(9999999999) }}",
    "a wide method": "{{ 'a'.ljust(9999999999) }}",
    "a wide format": "{{ '%9999999999d'|format(1) }}",
    "a wide format by number": "{{ '%*d'|format(999999999, 1) }}",
    "a wide operator": "{{ '%9999999999d' % 1 }}",
    "a wide new format": "{{ '{:9999999999}'.format(1) }}",
    "a wide new format by number": "{{ '{:{w}}'.format(1, w=9999999999) }}",
    "a deep indentation": "{{ 'a'|indent(9999999999, true) }}",
    "many words of Latin": "{{ lipsum(100000) }}",
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_template_that_asks_for_too_much(name: str) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    began = time.thread_time()
    with pytest.raises(ConfigError, match="the template does not work") as caught:
        fill("pages/x.md.j2", Overrides("tpl", (("pages/x.md.j2", TOO_MUCH[name]),)))
    assert caught.value.where == "tpl/pages/x.md.j2"
    assert time.thread_time() - began < 10
    assert resource.getrlimit(resource.RLIMIT_AS) == before


@pytest.mark.parametrize(
    "escape",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ''|attr('__class__') }}",
        "{{ cycler.__init__.__globals__.os.popen('true').read() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ fill.__globals__ }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{% include '../../../etc/passwd' %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}{{ os.system('true') }}",
        "{% set _ = items.append(1) %}",
    ],
)
def test_there_is_no_way_out(escape: str) -> None:
    with pytest.raises(ConfigError, match="the template does not work"):
        fill("pages/x.md.j2", Overrides("tpl", (("pages/x.md.j2", escape),)), items=[], fill=fill)


def test_what_templates_do_all_day_is_no_trouble() -> None:
    text = (
        "{% macro line(name) %}- {{ name ~ '!' }}{% endmacro %}"
        "{% for name in names|sort if name %}{{ line(name) }}{{ ',' if not loop.last }}{% endfor %}"
        "{{ '%s of %d'|format('one', 2) }} {{ names|length + 1 }} {{ 'a-b'.replace('-', '+')|upper }}"
        "{% for x in tree recursive %}({{ loop(x) }}){% endfor %}"
    )
    made = fill("pages/x.md.j2", Overrides("t", (("pages/x.md.j2", text),)), names=("b", "a"), tree=((), ()))
    assert made == "- a!,- b!one of 2 3 A+B()()"

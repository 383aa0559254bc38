"""Limits on the command line: the same everywhere, and none that is no limit."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import pytest

from repodoc_hooks.commands import jobs
from repodoc_hooks.commands._shared import add_engine_arguments


def engine() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    add_engine_arguments(parser)
    return parser


def queue() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    jobs.add_arguments(parser)
    return parser


@pytest.mark.parametrize("parser", [engine, queue])
@pytest.mark.parametrize("flag", ["--max-usd", "--max-tokens"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "1e999", "", "much"])
def test_what_is_no_limit_is_refused(
    parser: Callable[[], argparse.ArgumentParser], flag: str, value: str
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args([f"{flag}={value}"])


@pytest.mark.parametrize("parser", [engine, queue])
def test_nothing_may_be_spent_is_a_limit(parser: Callable[[], argparse.ArgumentParser]) -> None:
    found = parser().parse_args(["--max-usd", "0", "--max-tokens", "0"])
    assert (found.max_usd, found.max_tokens) == (0.0, 0)
    assert parser().parse_args(["--max-usd", "0.5"]).max_usd == 0.5


@pytest.mark.parametrize(
    "argument", ["--deadline=nan", "--deadline=inf", "--deadline=0", "--max-tokens=1.5", "--backend=gpt"]
)
def test_other_arguments_that_mean_nothing(argument: str) -> None:
    with pytest.raises(SystemExit):
        engine().parse_args([argument])


def test_a_timeout_is_a_time() -> None:
    with pytest.raises(SystemExit):
        queue().parse_args(["wait", "--timeout=nan"])

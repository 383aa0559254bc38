"""A stand-in for the Claude CLI: answers every task of a prompt in its form; obeys variables `FAKE_CLAUDE_*`.

LOG: a file that gets one line per call. SECONDS: how long an answer takes. FAIL: every call fails with this text.
"""

import json
import os
import re
import sys
import time


def main() -> None:
    """Answer the prompt on standard input."""
    prompt = sys.stdin.read()
    tasks = re.findall(r"^Task (s\d+): (\w+) of (.*)", prompt, re.MULTILINE)
    if log := os.environ.get("FAKE_CLAUDE_LOG"):
        with open(log, "a") as file:
            file.write(" ".join(f"{kind}:{what}" for _, kind, what in tasks) + "\n")
    time.sleep(float(os.environ.get("FAKE_CLAUDE_SECONDS", "0")))
    answers: dict[str, dict[str, object]] = {}
    for key, kind, _ in tasks:
        answers[key] = {"text": [f"A model wrote this {kind}."]}
        if kind == "walkthrough":
            answers[key] |= {"participants": ["A"], "steps": [{"from": "A", "to": "B", "text": "ask"}]}
    result = {
        "type": "result",
        "subtype": "success",
        "is_error": False,
        "structured_output": answers,
        "num_turns": 2,
    }
    if failure := os.environ.get("FAKE_CLAUDE_FAIL"):
        result = {
            "type": "result",
            "subtype": "success",
            "is_error": True,
            "result": failure,
            "api_error_status": 400,
        }
    usage = {"inputTokens": 100, "outputTokens": 10}
    result |= {"total_cost_usd": 0.001, "modelUsage": {"claude-sonnet-4-5": usage}, "session_id": "s"}
    print(json.dumps(result))


if __name__ == "__main__":
    main()

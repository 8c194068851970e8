"""Nothing that a child writes may leave this process, neither by telemetry nor through a log line.

Import this module before Rasa. Rasa ships with telemetry and crash reports switched on, and at DEBUG it prints
every message. The switches are set here in code, so that no start command can forget them.
"""
from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from typing import Any

TELEMETRY = "RASA_TELEMETRY_ENABLED"


def forbid_telemetry() -> None:
    """Refuse to go on when Rasa was started without the switch: its reports may be on their way already."""
    if "rasa.telemetry" in sys.modules and os.environ.get(TELEMETRY, "").lower() != "false":
        raise RuntimeError(f"start the bot with serve.py, or set {TELEMETRY}=false before Rasa is imported")
    os.environ[TELEMETRY] = "false"


def drop_warning(*_details: Any, **_more: Any) -> None:
    """Say nothing: Rasa's warnings quote what it could not read, and its old world is full of deprecations."""


def quiet_warnings() -> None:
    """Take over the printing of warnings; filters would be reset by Rasa."""
    warnings.showwarning = drop_warning
    warnings.simplefilter("ignore", DeprecationWarning)


forbid_telemetry()
quiet_warnings()

import pluggy
from rasa.plugin import plugin_manager


class Redactor:
    """What Rasa asks before it prints a field that may hold a child's words."""

    def log_run(self, _value: Any) -> str:
        """Replace the field, whatever it holds."""
        return "[redacted]"

    def run(self, _event: dict[str, Any]) -> None:
        """Take part in no event stream."""


class PrivacyPlugin:
    """Registers the redactor in the place where Rasa looks for one."""

    @pluggy.HookimplMarker("rasa")
    def get_anonymization_pipeline(self) -> Redactor:
        """Hand out the redactor for every log record."""
        return Redactor()


def without_details(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record that keeps its event and drops what may quote a message: traceback, fields, arguments."""
    record = logging.LogRecord(*args, **kwargs)
    record.exc_info = record.exc_text = record.stack_info = None
    if isinstance(record.msg, str) and record.msg.startswith("{"):
        record.msg, record.args = event_only(record.msg), ()
    return record


def event_only(line: str) -> str:
    """The event's name out of one of Rasa's JSON records."""
    try:
        return str(json.loads(line).get("event", "event"))
    except ValueError:
        return "event"


def harden_logging() -> None:
    """Make `--debug` harmless: DEBUG records never leave, whatever level Rasa sets afterwards."""
    logging.disable(logging.DEBUG)
    logging.setLogRecordFactory(without_details)


def install() -> None:
    """Register the redactor once per process and close the logs."""
    if not plugin_manager().has_plugin("faro-privacy"):
        plugin_manager().register(PrivacyPlugin(), name="faro-privacy")
    harden_logging()


install()

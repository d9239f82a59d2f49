import json
import logging

from django.db import OperationalError


class DatabaseIsAway(logging.Filter):
    """Says in one line, without a traceback, that the database did not answer: it is no mistake of ours."""

    def filter(self, record):
        error = record.exc_info and record.exc_info[1]
        if isinstance(error, OperationalError):
            record.msg = f"{record.getMessage()} (the database: {' '.join(str(error).split())})"
            record.args = record.exc_info = None
        return True


class JsonFormatter(logging.Formatter):
    """One line for each record, as Cloud Logging reads it: https://cloud.google.com/run/docs/logging"""

    def format(self, record):
        return json.dumps({"severity": record.levelname, "message": super().format(record)})

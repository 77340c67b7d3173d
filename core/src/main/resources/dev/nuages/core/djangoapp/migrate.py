"""Migrates the database once, and reports to Nuages what came of it.

Runs in the application's own image and working directory, as `python -c`. What it writes into REPORT becomes
status.migration.output of the DjangoApp; everything else goes to the pod's log.
"""

import os
import sys
import time
import traceback

REPORT = "/dev/termination-log"
REPORT_BYTES = 4000  # Kubernetes keeps 4096
ADVISORY_LOCK = 0x6E7561676573  # "nuages"
LOCK_NOT_AVAILABLE = "55P03"


def report(text):
    with open(REPORT, "wb") as out:
        out.write(text.encode("utf-8", "replace")[-REPORT_BYTES:])


def gave_up_on_a_lock(error):
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    return state == LOCK_NOT_AVAILABLE


def limit_waits_for_locks(timeout):
    """On each connection: libpq leaves PGOPTIONS aside where settings give options of their own."""
    from django.db.backends.signals import connection_created

    def limit(connection, **_):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('lock_timeout', %s, false) WHERE current_setting('lock_timeout') = '0'", [timeout])

    connection_created.connect(limit, weak=False)


def hold_advisory_lock(connection):
    """A session of its own keeps the lock for as long as this process lives.

    Of one whose node is lost the server hears nothing: it asks, and ends the session after 90 seconds, not hours.
    """
    if connection.vendor != "postgresql":
        return None
    session = connection.copy()
    with session.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SET tcp_keepalives_idle = 30")
        cursor.execute("SET tcp_keepalives_interval = 10")
        cursor.execute("SET tcp_keepalives_count = 6")
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
    return session


def migrate(connection, retries):
    from django.core.management import call_command
    from django.db.utils import OperationalError

    for attempt in range(retries + 1):
        try:
            return call_command("migrate", interactive=False)
        except OperationalError as error:
            if attempt == retries or not gave_up_on_a_lock(error):
                raise
            print(f"A lock was not to be had ({error}); trying again, {retries - attempt} times left.", flush=True)
            connection.close()
            time.sleep(min(2**attempt, 30))


def applied(connection):
    from django.db.migrations.recorder import MigrationRecorder

    return set(MigrationRecorder(connection).applied_migrations())


def half_done(connection, before):
    """What a migration that failed leaves in the database all the same."""
    try:
        connection.close()
        names = ", ".join(f"{app}.{name}" for app, name in sorted(applied(connection) - before))
    except Exception:  # what failed may be the database itself
        return ""
    return names and f" (by then it had applied {names}, which the version before does not know)"


def summary(connection):
    from django.db.migrations.executor import MigrationExecutor

    loader = MigrationExecutor(connection).loader
    replaced = {name for migration in loader.disk_migrations.values() for name in migration.replaces}
    unknown = sorted(set(loader.applied_migrations) - set(loader.disk_migrations) - replaced)
    lines = [f"{len(loader.applied_migrations)} migrations are applied."]
    if unknown:
        names = ", ".join(f"{app}.{name}" for app, name in unknown)
        lines.append(f"The database is ahead of this version: it has {names}, which this image does not know.")
    return "\n".join(lines)


def main():
    sys.path.insert(0, os.getcwd())
    import django

    django.setup()
    from django.db import connection

    limit_waits_for_locks(os.environ["NUAGES_LOCK_TIMEOUT"])
    session = hold_advisory_lock(connection)
    before = applied(connection)
    try:
        migrate(connection, int(os.environ["NUAGES_LOCK_RETRIES"]))
    except BaseException as error:
        error.half_done = half_done(connection, before)
        raise
    text = summary(connection)
    print(text, flush=True)
    report(text)
    if session is not None:
        session.close()


try:
    main()
except BaseException as error:
    text = traceback.format_exc().rstrip() + getattr(error, "half_done", "")
    print(text, file=sys.stderr, flush=True)
    report(text)
    sys.exit(1)

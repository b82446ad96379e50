"""Triggers that no session can switch off.

pgtrigger's own functions return early where the session setting `pgtrigger.ignore` names their trigger, and any role may
set it. What guards integrity must hold against plain SQL, so ours leave that clause out.
"""

import pgtrigger
from django.db import models
from pgtrigger import compiler


class GuardSql(compiler.UpsertTriggerSql):
    """The SQL that installs a guard. Migrations name this class: its template is never edited, a new one gets a new class."""

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Guard(pgtrigger.Trigger):
    """A trigger for a model's Meta, without the clause that lets a session ignore it."""

    def compile(self, model: models.Model) -> compiler.Trigger:
        """What migrations hold."""
        return compiler.Trigger(
            name=self.name,
            sql=GuardSql(
                pgid=self.get_pgid(model),
                func=self.render_func(model),
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                level=self.level,
            ),
        )


def kept(*, name: str, what: str, update: bool = True) -> list[Guard]:
    """Guards that refuse to delete rows, to empty the table, and, with `update`, to change rows. `what` is named in the refusal."""
    operation = pgtrigger.Update | pgtrigger.Delete if update else pgtrigger.Delete
    refusal = f"RAISE EXCEPTION '{what} are kept as they are';"
    return [
        Guard(name=name, operation=operation, when=pgtrigger.Before, func=refusal),
        Guard(
            name=f"{name}_whole",
            operation=pgtrigger.Truncate,
            when=pgtrigger.Before,
            level=pgtrigger.Statement,
            func=refusal,
        ),
    ]

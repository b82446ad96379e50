"""Who may do what with the rows of Django's own tables, and the functions that every policy asks. See `config.database.row_security`.

`door_person()` and `door_client()` are who asks: what was told, ahead of the statement, by `config.door`. Functions that look
further are the owner's, who sees all, and are asked once a statement where they stand in a subselect.
"""

from config.database.row_security import Exempt, Policies
from config.door import IDENTITY, KIND

EXEMPT = {
    "django_migrations": Exempt("which migrations ran"),
    "django_content_type": Exempt("names of tables"),
    "auth_permission": Exempt("names of permissions"),
    "fact_fence": Exempt("one counter that tells copies of facts apart", rights=("SELECT", "UPDATE")),
}
PROTECTED = {
    "django_session": Policies(),
    "django_admin_log": Policies(),
    "auth_group": Policies(),
    "auth_group_permissions": Policies(),
}
FUNCTIONS = [
    f"""CREATE OR REPLACE FUNCTION door_is_product() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
        RETURN coalesce(current_setting('{KIND}', true), '') = 'product'""",
    f"""CREATE OR REPLACE FUNCTION door_is_known() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
        RETURN coalesce(current_setting('{KIND}', true), '') <> ''""",
    f"""CREATE OR REPLACE FUNCTION door_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
        RETURN CASE WHEN current_setting('{KIND}', true) = 'person' THEN current_setting('{IDENTITY}', true)::uuid END""",
    f"""CREATE OR REPLACE FUNCTION door_client() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
        RETURN CASE WHEN current_setting('{KIND}', true) = 'client' THEN current_setting('{IDENTITY}', true)::uuid END""",
]

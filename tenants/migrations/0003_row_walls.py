"""Row level security: in the shared tables a dealer's role sees its own rows, and nothing else.

A role's name is its schema's with a mark of the database; tenants.backend.roles computes the
same. The policies hold for every role but the tables' owner, which is the login role.
"""

from django.db import migrations

ROLE = "schema || '_' || left(md5(current_database()), 8)"
OWN_DEALER = "(SELECT id FROM public.tenants_dealer)"  # itself under the policy: one row
OWN_MANUFACTURER = "(SELECT manufacturer_id FROM public.tenants_dealer)"

# Table, and which of its rows are a dealer's own.
WALLS = {
    "tenants_dealer": f"{ROLE} = current_user",
    "tenants_domain": f"dealer_id = {OWN_DEALER}",
    "tenants_wakeup": f"dealer_id = {OWN_DEALER}",
    "tenants_channelroute": f"dealer_id = {OWN_DEALER}",
    "tenants_benchmarkfact": f"dealer_id = {OWN_DEALER}",
    "tenants_manufacturer": f"id = {OWN_MANUFACTURER}",
    "tenants_region": f"manufacturer_id = {OWN_MANUFACTURER}",
    "tenants_standard": f"manufacturer_id = {OWN_MANUFACTURER}",
}


def wall(table: str, own: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE POLICY own_rows ON {table} USING ({own}); ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        reverse_sql=f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY; DROP POLICY own_rows ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_extensions")]

    operations = [wall(table, own) for table, own in WALLS.items()]

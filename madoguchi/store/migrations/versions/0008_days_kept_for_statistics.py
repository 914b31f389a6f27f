"""Days that are over, kept as figures are made of them.

What makes a kept day be forgotten when something of it changes is no part of the schema's history: it is put
in place after every upgrade (`madoguchi.store.day_watch`), since SQLite loses triggers with a table made anew.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('day_figures',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('desk_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('turns', sa.LargeBinary(), nullable=False),
    sa.Column('tallies', sa.JSON(), nullable=False),
    sa.Column('set_minutes', sa.JSON(), nullable=False),
    sa.Column('kept_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_day_figures_desk_id_desk')),
    sa.PrimaryKeyConstraint('day', 'desk_id', name=op.f('pk_day_figures'))
    )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == 'sqlite'
    for table in ('ticket', 'visit_part', 'reservation', 'slot'):
        for event in ('insert', 'update', 'delete'):
            on = '' if sqlite else f' ON {table}'
            op.execute(f'DROP TRIGGER IF EXISTS forget_day_of_{table}_{event}{on}')
    if not sqlite:
        op.execute('DROP FUNCTION IF EXISTS forget_service_day(), forget_day()')
    op.drop_table('day_figures')

"""What masking did, by which rule each contact was masked, and no statistics of PostgreSQL on contacts."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime

WORDS = (
    ('contact', 'kana', 'VARCHAR(40)'),
    ('contact', 'kana_key', 'VARCHAR(80)'),
    ('contact', 'phone', 'VARCHAR(20)'),
    ('reservation', 'over_reason', 'VARCHAR(200)'),
)


def upgrade() -> None:
    op.create_table('masking_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('started_at', MOMENT(), nullable=False),
    sa.Column('finished_at', MOMENT(), nullable=True),
    sa.Column('retention_months', sa.Integer(), nullable=False),
    sa.Column('policy', sa.String(length=8), nullable=False),
    sa.Column('masked', sa.Integer(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('wiped_at', MOMENT(), nullable=True),
    sa.CheckConstraint("kind IN ('due', 'request')", name=op.f('ck_masking_run_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_masking_run'))
    )
    with op.batch_alter_table('contact') as batch_op:
        batch_op.add_column(sa.Column('masked_as', sa.String(length=8), nullable=True))
    op.execute("UPDATE contact SET masked_as = 'partial' WHERE masked_at IS NOT NULL")
    if op.get_bind().dialect.name == 'postgresql':
        # ANALYZE copies frequent values into pg_statistic, where no masking reaches them. Setting a
        # column's type, though it is the same, drops what stands there already.
        for table, column, kind in WORDS:
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}')
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table, column, _ in WORDS:
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1')
    with op.batch_alter_table('contact') as batch_op:
        batch_op.drop_column('masked_as')
    op.drop_table('masking_run')

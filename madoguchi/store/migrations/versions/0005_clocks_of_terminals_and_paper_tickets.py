"""How far a terminal's clock is off, and what each desk wants on its paper tickets."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('terminal') as batch_op:
        batch_op.add_column(sa.Column('clock_ahead', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('terminal') as batch_op:
        batch_op.alter_column('clock_ahead', server_default=None)
    op.create_table('ticket_paper',
    sa.Column('desk_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('closing_words', sa.JSON(), nullable=False),
    sa.Column('logo', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_ticket_paper_desk_id_desk')),
    sa.PrimaryKeyConstraint('desk_id', name=op.f('pk_ticket_paper'))
    )


def downgrade() -> None:
    op.drop_table('ticket_paper')
    with op.batch_alter_table('terminal') as batch_op:
        batch_op.drop_column('clock_ahead')

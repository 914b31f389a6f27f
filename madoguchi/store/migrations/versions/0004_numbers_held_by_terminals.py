"""Numbers that terminals hold in advance, for the hours without network."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

STRING = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def _to(table: str, *others: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([f'{other}_id'], [f'{other}.id'], name=op.f(f'fk_{table}_{other}_id_{other}'))
        for other in others
    ]


def upgrade() -> None:
    op.create_table('leased_number',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('terminal_id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('service_day', sa.Date(), nullable=False),
    sa.Column('letter', STRING(length=1), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('token', STRING(length=43), nullable=False),
    sa.Column('claim_code', STRING(length=16), nullable=True),
    sa.Column('given_at', MOMENT(), nullable=False),
    sa.Column('key', STRING(length=100), nullable=True),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    *_to('leased_number', 'terminal', 'desk', 'service', 'ticket'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leased_number')),
    sa.UniqueConstraint(
        'desk_id', 'service_day', 'letter', 'number',
        name=op.f('uq_leased_number_desk_id_service_day_letter_number')
    ),
    sa.UniqueConstraint('token', name=op.f('uq_leased_number_token')),
    sa.UniqueConstraint('claim_code', name=op.f('uq_leased_number_claim_code')),
    sa.UniqueConstraint('ticket_id', name=op.f('uq_leased_number_ticket_id'))
    )
    op.create_index('ix_leased_number_terminal_id_service_day', 'leased_number', ['terminal_id', 'service_day'])
    op.create_table('lease_trouble',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('terminal_id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('service_day', sa.Date(), nullable=False),
    sa.Column('number', STRING(length=16), nullable=False),
    sa.Column('key', STRING(length=100), nullable=False),
    sa.Column('reason', STRING(length=24), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    sa.Column('found_at', MOMENT(), nullable=False),
    *_to('lease_trouble', 'terminal', 'desk', 'ticket'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lease_trouble')),
    sa.UniqueConstraint('terminal_id', 'key', name=op.f('uq_lease_trouble_terminal_id_key'))
    )
    op.create_index(op.f('ix_lease_trouble_desk_id'), 'lease_trouble', ['desk_id'])


def downgrade() -> None:
    op.drop_table('lease_trouble')
    op.drop_table('leased_number')

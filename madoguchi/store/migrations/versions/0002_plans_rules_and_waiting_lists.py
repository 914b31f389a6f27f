"""Pools of places, weekly plans, booking rules, waiting lists

Every service gets a pool of its own, and its places move there. Rules keep what they said before.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

STRING = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    _new_tables()
    _desk()
    _service()
    _slot()
    _reservation()


def _new_tables() -> None:
    op.create_table('pool',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('name', STRING(length=60), nullable=False),
    sa.Column('closed_on_holidays', sa.Boolean(), nullable=False),
    sa.Column('closed_year_end', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_pool_desk_id_desk')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pool'))
    )
    op.create_index(op.f('ix_pool_desk_id'), 'pool', ['desk_id'], unique=False)
    op.create_table('slot_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pool_id', sa.Integer(), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('bands', sa.JSON(), nullable=False),
    sa.Column('created_at', MOMENT(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_slot_plan_pool_id_pool')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_slot_plan_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slot_plan')),
    sa.UniqueConstraint('pool_id', 'effective_from', name=op.f('uq_slot_plan_pool_id_effective_from'))
    )
    op.create_table('day_exception',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pool_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', STRING(length=12), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('bands', sa.JSON(), nullable=False),
    sa.Column('note', STRING(length=100), nullable=False),
    sa.CheckConstraint("kind IN ('closed', 'special', 'capacity')", name=op.f('ck_day_exception_kind')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_day_exception_pool_id_pool')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_exception')),
    sa.UniqueConstraint('pool_id', 'day', name=op.f('uq_day_exception_pool_id_day'))
    )
    op.create_table('waiting_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('line_user_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('state', STRING(length=12), nullable=False),
    sa.Column('created_at', MOMENT(), nullable=False),
    sa.Column('reservation_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', MOMENT(), nullable=True),
    sa.CheckConstraint(
        "state IN ('waiting', 'offered', 'booked', 'lapsed', 'cancelled')", name=op.f('ck_waiting_list_state')
    ),
    sa.ForeignKeyConstraint(['line_user_id'], ['line_user.id'], name=op.f('fk_waiting_list_line_user_id_line_user')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_waiting_list_service_id_service')),
    sa.ForeignKeyConstraint(
        ['reservation_id'], ['reservation.id'], name=op.f('fk_waiting_list_reservation_id_reservation')
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting_list'))
    )
    op.create_index('ix_waiting_list_service_id_day_state', 'waiting_list', ['service_id', 'day', 'state'])
    op.create_index(op.f('ix_waiting_list_reservation_id'), 'waiting_list', ['reservation_id'])
    open_only = sa.text("state IN ('waiting', 'offered')")
    op.create_index(
        'uq_waiting_list_open', 'waiting_list', ['line_user_id', 'service_id', 'day'], unique=True,
        sqlite_where=open_only, postgresql_where=open_only,
    )


def _desk() -> None:
    with op.batch_alter_table('desk') as batch_op:
        batch_op.add_column(sa.Column('closed_year_end', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('guest_booking', sa.Boolean(), nullable=False, server_default=sa.false()))
    _without_defaults('desk', 'closed_year_end', 'guest_booking')
    # Desks that worked through holidays worked through the year's end, too.
    desk = sa.table('desk', sa.column('closed_on_holidays'), sa.column('closed_year_end'))
    op.execute(desk.update().values(closed_year_end=desk.c.closed_on_holidays))


def _service() -> None:
    new = [
        sa.Column('pool_id', sa.Integer(), nullable=True),
        sa.Column('opens_amount', sa.Integer(), nullable=False, server_default='30'),
        sa.Column('opens_unit', STRING(length=16), nullable=False, server_default='days'),
        sa.Column('opens_at', sa.Time(), nullable=False, server_default='00:00:00'),
        sa.Column('closes_amount', sa.Integer(), nullable=False, server_default='60'),
        sa.Column('closes_unit', STRING(length=16), nullable=False, server_default='minutes'),
        sa.Column('closes_at', sa.Time(), nullable=False, server_default='17:00:00'),
        sa.Column('max_open', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('max_in_period', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('period_days', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('max_party', sa.Integer(), nullable=False, server_default='1'),
        sa.Column('questions', sa.JSON(), nullable=False, server_default='[]'),
        sa.Column('remind_days', sa.Integer(), nullable=False, server_default='1'),
        sa.Column('remind_at', sa.Time(), nullable=False, server_default='17:00:00'),
        sa.Column('remind_same_day_at', sa.Time(), nullable=True, server_default='08:00:00'),
        sa.Column('early_minutes', sa.Integer(), nullable=False, server_default='30'),
        sa.Column('late_minutes', sa.Integer(), nullable=False, server_default='15'),
        sa.Column('late_policy', STRING(length=12), nullable=False, server_default='keep_time'),
        sa.Column('offer_minutes', sa.Integer(), nullable=False, server_default='60'),
    ]
    with op.batch_alter_table('service') as batch_op:
        for column in new:
            batch_op.add_column(column)
    op.execute('INSERT INTO pool (id, desk_id, name, closed_on_holidays, closed_year_end) '
               'SELECT id, desk_id, code, true, true FROM service')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("SELECT setval(pg_get_serial_sequence('pool', 'id'), (SELECT COALESCE(MAX(id), 1) FROM pool))")
    op.execute('UPDATE service SET pool_id = id, opens_amount = opens_days_before, '
               'closes_amount = closes_minutes_before')
    with op.batch_alter_table('service') as batch_op:
        batch_op.drop_column('opens_days_before')
        batch_op.drop_column('closes_minutes_before')
        batch_op.create_foreign_key(op.f('fk_service_pool_id_pool'), 'pool', ['pool_id'], ['id'])
        batch_op.create_index(op.f('ix_service_pool_id'), ['pool_id'], unique=False)
        batch_op.create_check_constraint(
            op.f('ck_service_opens_unit'), "opens_unit IN ('days', 'business_days', 'months')"
        )
        batch_op.create_check_constraint(
            op.f('ck_service_closes_unit'), "closes_unit IN ('minutes', 'days', 'business_days')"
        )
        batch_op.create_check_constraint(
            op.f('ck_service_late_policy'), "late_policy IN ('keep_time', 'keep_day', 'to_back')"
        )
    _without_defaults('service', *(column.name for column in new))


def _slot() -> None:
    with op.batch_alter_table('slot') as batch_op:
        batch_op.drop_constraint('uq_slot_service_id_starts_at', type_='unique')
        batch_op.drop_constraint('fk_slot_service_id_service', type_='foreignkey')
        batch_op.alter_column('service_id', new_column_name='pool_id', existing_type=sa.Integer())
    with op.batch_alter_table('slot') as batch_op:
        # A pool has the id of the service that it was made for.
        batch_op.create_foreign_key(op.f('fk_slot_pool_id_pool'), 'pool', ['pool_id'], ['id'])
        batch_op.create_unique_constraint(op.f('uq_slot_pool_id_starts_at'), ['pool_id', 'starts_at'])
        batch_op.create_index('ix_slot_pool_id_day', ['pool_id', 'day'], unique=False)


def _reservation() -> None:
    with op.batch_alter_table('reservation') as batch_op:
        batch_op.add_column(sa.Column('guest', STRING(length=64), nullable=True))
        batch_op.add_column(sa.Column('party', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('answers', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('over_reason', STRING(length=200), nullable=True))
        batch_op.add_column(sa.Column('cancel_reason', STRING(length=24), nullable=True))
        batch_op.add_column(sa.Column('moved_at', MOMENT(), nullable=True))
        batch_op.create_index(op.f('ix_reservation_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(op.f('ix_reservation_guest'), ['guest'], unique=False)
        batch_op.create_index('ix_reservation_service_id_day', ['service_id', 'day'], unique=False)
    _without_defaults('reservation', 'party', 'answers')


def _without_defaults(table: str, *columns: str) -> None:
    """Old rows have their values now; new ones get theirs from the code alone."""
    with op.batch_alter_table(table) as batch_op:
        for column in columns:
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('reservation') as batch_op:
        batch_op.drop_index('ix_reservation_service_id_day')
        batch_op.drop_index(op.f('ix_reservation_guest'))
        batch_op.drop_index(op.f('ix_reservation_contact_id'))
        for column in ('moved_at', 'cancel_reason', 'over_reason', 'answers', 'party', 'guest'):
            batch_op.drop_column(column)
    op.drop_table('waiting_list')
    op.drop_table('day_exception')
    op.drop_table('slot_plan')
    with op.batch_alter_table('slot') as batch_op:
        batch_op.drop_index('ix_slot_pool_id_day')
        batch_op.drop_constraint('uq_slot_pool_id_starts_at', type_='unique')
        batch_op.drop_constraint('fk_slot_pool_id_pool', type_='foreignkey')
        batch_op.alter_column('pool_id', new_column_name='service_id', existing_type=sa.Integer())
    # Several services may share a pool by now: its places go to the first of them.
    op.execute('UPDATE slot SET service_id = (SELECT MIN(service.id) FROM service WHERE service.pool_id = service_id)')
    with op.batch_alter_table('slot') as batch_op:
        batch_op.create_foreign_key(op.f('fk_slot_service_id_service'), 'service', ['service_id'], ['id'])
        batch_op.create_unique_constraint(op.f('uq_slot_service_id_starts_at'), ['service_id', 'starts_at'])
    with op.batch_alter_table('service') as batch_op:
        batch_op.add_column(sa.Column('opens_days_before', sa.Integer(), nullable=False, server_default='30'))
        batch_op.add_column(sa.Column('closes_minutes_before', sa.Integer(), nullable=False, server_default='60'))
        batch_op.drop_constraint(op.f('ck_service_opens_unit'), type_='check')
        batch_op.drop_constraint(op.f('ck_service_closes_unit'), type_='check')
        batch_op.drop_constraint(op.f('ck_service_late_policy'), type_='check')
        batch_op.drop_index(op.f('ix_service_pool_id'))
        batch_op.drop_constraint(op.f('fk_service_pool_id_pool'), type_='foreignkey')
        for column in (
            'offer_minutes', 'late_policy', 'late_minutes', 'early_minutes', 'remind_same_day_at', 'remind_at',
            'remind_days', 'questions', 'max_party', 'period_days', 'max_in_period', 'max_open', 'closes_at',
            'closes_unit', 'closes_amount', 'opens_at', 'opens_unit', 'opens_amount', 'pool_id',
        ):
            batch_op.drop_column(column)
    _without_defaults('service', 'opens_days_before', 'closes_minutes_before')
    with op.batch_alter_table('desk') as batch_op:
        batch_op.drop_column('guest_booking')
        batch_op.drop_column('closed_year_end')
    op.drop_table('pool')

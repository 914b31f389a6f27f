"""Calling rules of a desk, counters that pause, postponing, promised waiting times, LINE's quota

Every ticket has its number from the desk where it is. The rules are those that the code had built in.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

STRING = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
NUMBER = ('service_day', 'letter', 'number', 'lap')


def _column(name: str, kind: object, default: str | None = None) -> sa.Column:
    return sa.Column(name, kind, nullable=default is None, server_default=default)


DESK = {
    'near_minutes': (sa.Integer(), '10'),
    'stopped_on': (sa.Date(), None),
    'closed_on': (sa.Date(), None),
    'order_kind': (STRING(length=24), 'appointments_first'),
    'appointment_lead': (sa.Integer(), '5'),
    'patience': (sa.Integer(), '60'),
    'ratio_appointments': (sa.Integer(), '3'),
    'ratio_others': (sa.Integer(), '1'),
    'absent_after_calls': (sa.Integer(), '3'),
    'absent_after_minutes': (sa.Integer(), '3'),
    'return_rule': (STRING(length=12), 'after_three'),
    'return_within': (sa.Integer(), '60'),
    'remote': (sa.Boolean(), 'true'),
    'remote_limit': (sa.Integer(), '0'),
    'remote_per_person': (sa.Integer(), '0'),
    'notice': (sa.JSON(), '{}'),
    'speech': (sa.Boolean(), 'true'),
}
COUNTER = {
    'seen_at': (MOMENT(), None),
    'paused': (sa.Boolean(), 'false'),
    'services': (sa.JSON(), '[]'),
}
TICKET = {
    'home_desk_id': (sa.Integer(), '0'),
    'route': (sa.JSON(), '[]'),
    'priority_reason': (STRING(length=16), ''),
    'not_before': (MOMENT(), None),
    'postponed': (sa.Integer(), '0'),
    'place_before': (MOMENT(), None),
    'placed_as': (STRING(length=12), None),
    'returned': (sa.Integer(), '0'),
    'first_called_at': (MOMENT(), None),
    'soon_told': (sa.Boolean(), 'false'),
    'promised_low': (sa.Integer(), None),
    'promised_high': (sa.Integer(), None),
    'promised_ahead': (sa.Integer(), None),
    'promised_counters': (sa.Integer(), None),
}
CALL = {'called_as': (STRING(length=12), '')}
SEQUENCE = {
    'visited': (sa.Boolean(), 'false'),
    'passed': (sa.JSON(), '[]'),
}
TABLES = (
    ('desk', DESK),
    ('counter', COUNTER),
    ('ticket', TICKET),
    ('call', CALL),
    ('number_sequence', SEQUENCE),
)


def upgrade() -> None:
    op.create_table('line_quota',
    sa.Column('month', STRING(length=7), nullable=False),
    sa.Column('limit', sa.Integer(), nullable=True),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('checked_at', MOMENT(), nullable=True),
    sa.Column('refused_at', MOMENT(), nullable=True),
    sa.PrimaryKeyConstraint('month', name=op.f('pk_line_quota'))
    )
    with op.batch_alter_table('outbox') as batch_op:
        batch_op.add_column(_column('failed_at', MOMENT()))
        batch_op.create_index(op.f('ix_outbox_created_at'), ['created_at'])
    op.create_table('desk_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch', STRING(length=32), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('changed_at', MOMENT(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('told', sa.JSON(), nullable=False),
    sa.Column('undone', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_desk_change_desk_id_desk')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_desk_change_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_change')),
    sa.UniqueConstraint('batch', name=op.f('uq_desk_change_batch'))
    )
    op.create_index(op.f('ix_desk_change_desk_id'), 'desk_change', ['desk_id'], unique=False)
    op.create_table('visit_part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('counter_id', sa.Integer(), nullable=False),
    sa.Column('service_day', sa.Date(), nullable=False),
    sa.Column('queued_at', MOMENT(), nullable=False),
    sa.Column('called_at', MOMENT(), nullable=False),
    sa.Column('serving_at', MOMENT(), nullable=True),
    sa.Column('finished_at', MOMENT(), nullable=False),
    sa.Column('appointment_at', MOMENT(), nullable=True),
    *(
        sa.ForeignKeyConstraint([f'{of}_id'], [f'{of}.id'], name=op.f(f'fk_visit_part_{of}_id_{of}'))
        for of in ('ticket', 'desk', 'service', 'counter')
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_part')),
    sa.UniqueConstraint('ticket_id', 'place', name=op.f('uq_visit_part_ticket_id_place'))
    )
    op.create_index('ix_visit_part_desk_id_service_day', 'visit_part', ['desk_id', 'service_day'])
    for table, columns in TABLES:
        with op.batch_alter_table(table) as batch_op:
            for name, (kind, default) in columns.items():
                batch_op.add_column(_column(name, kind, default))
    op.execute('UPDATE ticket SET home_desk_id = desk_id, first_called_at = called_at')
    with op.batch_alter_table('desk') as batch_op:
        batch_op.create_check_constraint(
            op.f('ck_desk_order_kind'), "order_kind IN ('appointments_first', 'arrival', 'ratio')"
        )
        batch_op.create_check_constraint(
            op.f('ck_desk_return_rule'), "return_rule IN ('next', 'after_three', 'back')"
        )
    with op.batch_alter_table('ticket') as batch_op:
        batch_op.drop_constraint('uq_ticket_desk_id_service_day_letter_number_lap', type_='unique')
        batch_op.create_unique_constraint(
            op.f('uq_ticket_home_desk_id_service_day_letter_number_lap'), ['home_desk_id', *NUMBER]
        )
        batch_op.create_foreign_key(op.f('fk_ticket_home_desk_id_desk'), 'desk', ['home_desk_id'], ['id'])
    for table, columns in TABLES:
        with op.batch_alter_table(table) as batch_op:
            for name, (_kind, default) in columns.items():
                if default is not None:
                    batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('ticket') as batch_op:
        batch_op.drop_constraint('fk_ticket_home_desk_id_desk', type_='foreignkey')
        batch_op.drop_constraint('uq_ticket_home_desk_id_service_day_letter_number_lap', type_='unique')
    # The older version knows only the desk that gave the number.
    op.execute('UPDATE ticket SET desk_id = home_desk_id')
    with op.batch_alter_table('ticket') as batch_op:
        batch_op.create_unique_constraint(
            op.f('uq_ticket_desk_id_service_day_letter_number_lap'), ['desk_id', *NUMBER]
        )
    with op.batch_alter_table('desk') as batch_op:
        batch_op.drop_constraint(op.f('ck_desk_order_kind'), type_='check')
        batch_op.drop_constraint(op.f('ck_desk_return_rule'), type_='check')
    for table, columns in reversed(TABLES):
        with op.batch_alter_table(table) as batch_op:
            for name in columns:
                batch_op.drop_column(name)
    with op.batch_alter_table('outbox') as batch_op:
        batch_op.drop_index(op.f('ix_outbox_created_at'))
        batch_op.drop_column('failed_at')
    op.drop_table('visit_part')
    op.drop_table('desk_change')
    op.drop_table('line_quota')

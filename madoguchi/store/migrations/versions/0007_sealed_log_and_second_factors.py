"""The seal of the audit log; one-time passwords, second factors, known browsers, locked sessions."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_seal',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last_id', sa.Integer(), nullable=False),
    sa.Column('last_hash', sa.String(length=64), nullable=False),
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_seal'))
    )
    with op.batch_alter_table('staff') as batch_op:
        batch_op.add_column(sa.Column('password_ends_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('totp_salt', sa.String(length=32), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('totp_step', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('staff') as batch_op:
        batch_op.alter_column('totp_salt', server_default=None)
        batch_op.alter_column('totp_step', server_default=None)
    # Whoever is signed in at this moment signs in once more.
    op.execute('DELETE FROM staff_session')
    with op.batch_alter_table('staff_session') as batch_op:
        batch_op.add_column(sa.Column('stage', sa.String(length=16), nullable=False))
        batch_op.add_column(sa.Column('seen_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False))
        batch_op.add_column(sa.Column('address', sa.String(length=64), nullable=False))
        batch_op.add_column(sa.Column('browser', sa.String(length=64), nullable=False))
        batch_op.create_check_constraint(
            op.f('ck_staff_session_stage'), "stage IN ('open', 'locked', 'code', 'password', 'enrol')"
        )
    op.create_table('staff_device',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_device_staff_id_staff')),
    sa.PrimaryKeyConstraint('token_hash', 'staff_id', name=op.f('pk_staff_device'))
    )
    op.create_table('recovery_code',
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_recovery_code_staff_id_staff')),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_recovery_code'))
    )
    op.create_index(op.f('ix_recovery_code_staff_id'), 'recovery_code', ['staff_id'])
    op.create_table('sign_in_rules',
    sa.Column('municipality_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('totp_roles', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(
        ['municipality_id'], ['municipality.id'], name=op.f('fk_sign_in_rules_municipality_id_municipality')
    ),
    sa.PrimaryKeyConstraint('municipality_id', name=op.f('pk_sign_in_rules'))
    )


def downgrade() -> None:
    op.drop_table('sign_in_rules')
    op.drop_index(op.f('ix_recovery_code_staff_id'), table_name='recovery_code')
    op.drop_table('recovery_code')
    op.drop_table('staff_device')
    with op.batch_alter_table('staff_session') as batch_op:
        batch_op.drop_constraint(op.f('ck_staff_session_stage'), type_='check')
        for name in ('browser', 'address', 'seen_at', 'stage'):
            batch_op.drop_column(name)
    with op.batch_alter_table('staff') as batch_op:
        for name in ('totp_step', 'totp_salt', 'password_ends_at'):
            batch_op.drop_column(name)
    op.drop_table('audit_seal')

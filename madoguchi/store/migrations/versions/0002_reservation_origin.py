"""A reservation remembers the staff form that made it"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'reservation', sa.Column('origin', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True)
    )
    op.create_index('uq_reservation_origin', 'reservation', ['origin'], unique=True)


def downgrade() -> None:
    op.drop_index('uq_reservation_origin', table_name='reservation')
    op.drop_column('reservation', 'origin')

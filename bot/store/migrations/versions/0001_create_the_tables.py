"""Create the tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drill_plan",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_drill_plan")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.Column("known", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("commander", sa.String(), nullable=True),
        sa.Column("communications", sa.String(), nullable=True),
        sa.Column("scribe", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("channel_name", sa.String(), nullable=False),
        sa.Column("card_ts", sa.String(), nullable=True),
        sa.Column("source_link", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mitigated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_update_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolve_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checklist", sa.String(), nullable=False),
        sa.Column("checklist_drawn", sa.String(), nullable=False),
        sa.Column("automatic_updates", sa.Integer(), nullable=False),
        sa.Column("suggested", sa.JSON(), nullable=False),
        sa.Column("root_cause", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_channel"), "incident", ["channel"], unique=False)
    op.create_index(op.f("ix_incident_service"), "incident", ["service"], unique=False)
    op.create_index(op.f("ix_incident_status"), "incident", ["status"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "place",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("permalink", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_place")),
    )
    op.create_table(
        "seen_payload",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seen_payload")),
    )
    op.create_index(op.f("ix_seen_payload_at"), "seen_payload", ["at"], unique=False)
    op.create_table(
        "diagnosis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("scenario", sa.String(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_diagnosis_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagnosis")),
    )
    op.create_index(op.f("ix_diagnosis_incident"), "diagnosis", ["incident"], unique=False)
    op.create_table(
        "due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_due_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
        sa.UniqueConstraint("incident", "kind", "subject", name=op.f("uq_due_incident_kind_subject")),
    )
    op.create_index(op.f("ix_due_due_at"), "due", ["due_at"], unique=False)
    op.create_index(op.f("ix_due_incident"), "due", ["incident"], unique=False)
    op.create_table(
        "effect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("gives", sa.String(), nullable=True),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unclear", sa.Boolean(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_effect_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
        sa.UniqueConstraint("key", name=op.f("uq_effect_key")),
    )
    op.create_index("effect_to_do", "effect", ["state", "not_before"], unique=False)
    op.create_index(op.f("ix_effect_incident"), "effect", ["incident"], unique=False)
    op.create_index(op.f("ix_effect_lane"), "effect", ["lane"], unique=False)
    op.create_index(op.f("ix_effect_replaces"), "effect", ["replaces"], unique=False)
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_entry_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("incident", "source", name=op.f("uq_entry_incident_source")),
    )
    op.create_index(op.f("ix_entry_incident"), "entry", ["incident"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("due_on", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_follow_up_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_incident"), "follow_up", ["incident"], unique=False)
    op.create_table(
        "handoff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("giver", sa.String(), nullable=False),
        sa.Column("taker", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_handoff_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff")),
    )
    op.create_index(op.f("ix_handoff_incident"), "handoff", ["incident"], unique=False)
    op.create_table(
        "link",
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("second", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["first"], ["incident.id"], name=op.f("fk_link_first")),
        sa.ForeignKeyConstraint(["second"], ["incident.id"], name=op.f("fk_link_second")),
        sa.PrimaryKeyConstraint("first", "second", name=op.f("pk_link")),
    )
    op.create_table(
        "mitigation_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("mitigation", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("rehearsed", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_mitigation_run_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mitigation_run")),
        sa.UniqueConstraint("token", name=op.f("uq_mitigation_run_token")),
    )
    op.create_index(op.f("ix_mitigation_run_incident"), "mitigation_run", ["incident"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("whom", sa.JSON(), nullable=False),
        sa.Column("only_if", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_notice_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_incident"), "notice", ["incident"], unique=False)
    op.create_table(
        "tick",
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_tick_incident")),
        sa.PrimaryKeyConstraint("incident", "item", name=op.f("pk_tick")),
    )
    op.create_table(
        "update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.Column("known", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("was_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_time", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_update_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update")),
    )
    op.create_index(op.f("ix_update_incident"), "update", ["incident"], unique=False)
    op.create_table(
        "step_output",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("diagnosis", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("errors", sa.Text(), nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["diagnosis"], ["diagnosis.id"], name=op.f("fk_step_output_diagnosis")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_output")),
    )
    op.create_index(op.f("ix_step_output_diagnosis"), "step_output", ["diagnosis"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_step_output_diagnosis"), table_name="step_output")
    op.drop_table("step_output")
    op.drop_index(op.f("ix_update_incident"), table_name="update")
    op.drop_table("update")
    op.drop_table("tick")
    op.drop_index(op.f("ix_notice_incident"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_mitigation_run_incident"), table_name="mitigation_run")
    op.drop_table("mitigation_run")
    op.drop_table("link")
    op.drop_index(op.f("ix_handoff_incident"), table_name="handoff")
    op.drop_table("handoff")
    op.drop_index(op.f("ix_follow_up_incident"), table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_index(op.f("ix_entry_incident"), table_name="entry")
    op.drop_table("entry")
    op.drop_index(op.f("ix_effect_replaces"), table_name="effect")
    op.drop_index(op.f("ix_effect_lane"), table_name="effect")
    op.drop_index(op.f("ix_effect_incident"), table_name="effect")
    op.drop_index("effect_to_do", table_name="effect")
    op.drop_table("effect")
    op.drop_index(op.f("ix_due_incident"), table_name="due")
    op.drop_index(op.f("ix_due_due_at"), table_name="due")
    op.drop_table("due")
    op.drop_index(op.f("ix_diagnosis_incident"), table_name="diagnosis")
    op.drop_table("diagnosis")
    op.drop_index(op.f("ix_seen_payload_at"), table_name="seen_payload")
    op.drop_table("seen_payload")
    op.drop_table("place")
    op.drop_table("person")
    op.drop_index(op.f("ix_incident_status"), table_name="incident")
    op.drop_index(op.f("ix_incident_service"), table_name="incident")
    op.drop_index(op.f("ix_incident_channel"), table_name="incident")
    op.drop_table("incident")
    op.drop_table("drill_plan")

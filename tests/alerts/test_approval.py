"""The approval does what the book says, whatever people do in whatever order."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from .approval_machine import ApprovalMachine

TestApproval = ApprovalMachine.TestCase
TestApproval.settings = settings(
    max_examples=40, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)

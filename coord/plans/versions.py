"""The facts and wishes in the life of a set of plans: stream ``plans/{set}``.

A set gets a version and an in-force date only here, never by a word in a file.
Its content lies in the cabinet under its digest; free text (comments, reasons)
lies in the erasable store, and ``note`` is its id there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.events import Tick


@dataclass(frozen=True, slots=True)
class ProposeVersion:
    """Put the set of *digest* forward, made from *base* (empty: the first); *removed* are duties it no longer has."""

    digest: str
    by: str
    base: str = ""
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainRemovals:
    """Say why *duties* are gone; a row that is merely missing from a workbook is never a deletion."""

    digest: str
    by: str
    duties: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class CommentOnVersion:
    """A unit that is asked says what it thinks."""

    digest: str
    by: str
    unit: str
    agrees: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class RecordCheck:
    """The check of this content has run, with so many errors and warnings."""

    digest: str
    by: str
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class RecordPreview:
    """Somebody has looked at what would change for whom: so many groups, duties added, changed and gone."""

    digest: str
    by: str
    groups: int
    added: int
    changed: int
    gone: int


@dataclass(frozen=True, slots=True)
class ApproveVersion:
    """A second person approves exactly this content."""

    digest: str
    by: str


@dataclass(frozen=True, slots=True)
class AdoptVersion:
    """Put the version in force from *in_force* on, under a document number; an evaluation is owed then."""

    digest: str
    by: str
    document: str
    in_force: datetime
    evaluate_by: datetime


@dataclass(frozen=True, slots=True)
class WithdrawVersion:
    """Take a proposal back."""

    digest: str
    by: str


@dataclass(frozen=True, slots=True)
class RecordEvaluation:
    """The evaluation that was owed has been made."""

    digest: str
    by: str
    note: str


PlansCommand = (
    ProposeVersion
    | ExplainRemovals
    | CommentOnVersion
    | RecordCheck
    | RecordPreview
    | ApproveVersion
    | AdoptVersion
    | WithdrawVersion
    | RecordEvaluation
    | Tick
)


@dataclass(frozen=True, slots=True)
class PlanSetProposed:
    """A new content of the set has been put forward."""

    digest: str
    by: str
    base: str
    removed: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanRemovalsExplained:
    """Somebody has said why duties are gone."""

    digest: str
    by: str
    duties: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class PlanSetCommented:
    """A unit has commented."""

    digest: str
    by: str
    unit: str
    agrees: bool
    note: str


@dataclass(frozen=True, slots=True)
class PlanSetChecked:
    """The check has run over this content."""

    digest: str
    by: str
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class PlanSetPreviewed:
    """Somebody has seen what would change for whom."""

    digest: str
    by: str
    groups: int
    added: int
    changed: int
    gone: int


@dataclass(frozen=True, slots=True)
class PlanSetApproved:
    """A person other than the author has approved this content."""

    digest: str
    by: str


@dataclass(frozen=True, slots=True)
class PlanSetAdopted:
    """This content is version *number* of the set; running incidents keep theirs until they adopt it."""

    digest: str
    by: str
    number: int
    document: str
    in_force: datetime
    evaluate_by: datetime


@dataclass(frozen=True, slots=True)
class PlanSetTookEffect:
    """The in-force date of a version has come."""

    digest: str
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanSetWithdrawn:
    """A proposal was taken back."""

    digest: str
    by: str


@dataclass(frozen=True, slots=True)
class PlanEvaluationFellDue:
    """The evaluation of a version is owed and has not been made."""

    digest: str
    number: int
    due: datetime


@dataclass(frozen=True, slots=True)
class PlanSetEvaluated:
    """The evaluation of a version has been made."""

    digest: str
    by: str
    note: str


PlansEvent = (
    PlanSetProposed
    | PlanRemovalsExplained
    | PlanSetCommented
    | PlanSetChecked
    | PlanSetPreviewed
    | PlanSetApproved
    | PlanSetAdopted
    | PlanSetTookEffect
    | PlanSetWithdrawn
    | PlanEvaluationFellDue
    | PlanSetEvaluated
)

KINDS: dict[str, type] = {
    "plan-set-proposed": PlanSetProposed,
    "plan-removals-explained": PlanRemovalsExplained,
    "plan-set-commented": PlanSetCommented,
    "plan-set-checked": PlanSetChecked,
    "plan-set-previewed": PlanSetPreviewed,
    "plan-set-approved": PlanSetApproved,
    "plan-set-adopted": PlanSetAdopted,
    "plan-set-took-effect": PlanSetTookEffect,
    "plan-set-withdrawn": PlanSetWithdrawn,
    "plan-evaluation-fell-due": PlanEvaluationFellDue,
    "plan-set-evaluated": PlanSetEvaluated,
}

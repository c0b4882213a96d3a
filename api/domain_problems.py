"""Which error of the domain is which problem for the caller: one row an error.

The sentence is for people and translated; what the error itself says goes along as specifics, for programs. A sentence
with %(said)s shows it to people too: for errors that say a name, a size or an example, and no words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, InterfaceError, OperationalError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from api.idempotency import KeyReused
from channels_app import errors as channel_errors
from core.appointments import operations as appointments
from core.calendar import hours as calendar_hours
from core.calendar import operations as calendar
from core.calendar import rules as calendar_rules
from core.complaints import operations as complaints
from core.complaints import rules as complaint_rules
from core.customers import addresses, history, merging
from core.customers import operations as customers
from core.deputies import operations as deputies
from core.documents import operations as documents
from core.documents import rules as document_rules
from core.followups import operations as followups
from core.followups import rules as followup_rules
from core.keepers import operations as keepers
from core.kpis import benchmark
from core.repair_orders.imports import faults, queueing, retries, rollback, stages, turns, uploads
from core.staffing import rules as staffing
from core.tasks import claiming, completion, desks
from core.tasks import operations as tasks
from core.tasks import rules as task_rules
from core.touches import operations as touches
from core.vehicles import identity, papers
from core.vehicles import operations as vehicles
from notifications.canned import operations as canned
from notifications.canned import rules as canned_rules
from notifications.channels import changing, forms, trying
from notifications.conversations import colleagues, people, permitting
from notifications.costs import operations as costs
from notifications.due import people as due_people
from notifications.planning import operations as planning
from notifications.policy import publishing, standard, tightening, walls
from notifications.texting import operations as texting
from tenants import countries, provisioning, signs
from tenants.accounts import invitations, links, staff
from tenants.accounts import operations as accounts
from tenants.scope import DealerMissing


@dataclass(frozen=True)
class Problem:
    """One kind of failure: its status, the word that programs compare, and the sentence for people.

    What stands in the sentence as `%(name)s` comes from the error's `facts`.
    """

    status: HTTPStatus
    code: str
    sentence: str


INVALID = HTTPStatus.UNPROCESSABLE_ENTITY
CONFLICT = HTTPStatus.CONFLICT
FAILED_THERE = HTTPStatus.FAILED_DEPENDENCY

PROBLEMS: dict[type[Exception], Problem] = {
    ObjectDoesNotExist: Problem(HTTPStatus.NOT_FOUND, "not_found", _("There is nothing at this address.")),
    signs.Unseen: Problem(
        INVALID,
        "unseen_signs",
        _("No control characters are taken here, nor signs that turn the direction of writing."),
    ),
    signs.NothingToRead: Problem(INVALID, "nothing_to_read", _("There is nothing here that can be read.")),
    DealerMissing: Problem(HTTPStatus.NOT_FOUND, "not_here", _("This is found on a dealer's address only.")),
    KeyReused: Problem(INVALID, "idempotency_key_reused", _("This Idempotency-Key stands for another call.")),
    appointments.SlotTaken: Problem(CONFLICT, "slot_taken", _("Somebody else has just taken this time.")),
    appointments.SlotNotOffered: Problem(INVALID, "slot_not_offered", _("This time is not offered.")),
    appointments.AppointmentOver: Problem(CONFLICT, "appointment_over", _("This visit is over or cancelled.")),
    appointments.KindUnknown: Problem(INVALID, "kind_unknown", _("The workshop does not offer this work.")),
    calendar_rules.NeverOpen: Problem(CONFLICT, "not_set_up", _("This dealer's opening hours are not set yet.")),
    calendar.DealerNotSetUp: Problem(CONFLICT, "not_set_up", _("This dealer's opening hours are not set yet.")),
    calendar_hours.HoursUnreadable: Problem(INVALID, "hours_unreadable", _("These opening hours cannot be read.")),
    complaint_rules.ActionNotAllowed: Problem(CONFLICT, "action_not_allowed", _("This step cannot be taken now.")),
    complaint_rules.ManagerNeeded: Problem(HTTPStatus.FORBIDDEN, "manager_needed", _("Only a manager may do this.")),
    complaints.CategoryUnknown: Problem(INVALID, "category_unknown", _("There is no such category.")),
    complaints.SignalUnknown: Problem(INVALID, "signal_unknown", _("There is no such alarm.")),
    complaints.ReasonMissing: Problem(INVALID, "reason_missing", _("Give a reason.")),
    addresses.AddressUnusable: Problem(INVALID, "address_unusable", _("This address or number cannot be used.")),
    addresses.PhoneUnusable: Problem(
        INVALID,
        "phone_unusable",
        _("This is no telephone number. Write it as it is dialled here, or with the country's code: %(said)s."),
    ),
    addresses.EmailUnusable: Problem(
        INVALID, "email_unusable", _("This is no e-mail address. One looks like this: %(said)s.")
    ),
    addresses.NotTheirsAnyMore: Problem(
        CONFLICT, "not_theirs_any_more", _("This address is marked as somebody else's. Mark it as right first.")
    ),
    history.FileChangedMeanwhile: Problem(
        CONFLICT, "changed_meanwhile", _("Somebody changed the same fields meanwhile. Look at them again.")
    ),
    customers.ChangeNotRevertible: Problem(
        CONFLICT, "not_revertible", _("This cannot be put back: something else stands there by now.")
    ),
    customers.FieldNotEditable: Problem(INVALID, "field_not_editable", _("This field cannot be edited.")),
    claiming.TaskTaken: Problem(CONFLICT, "task_taken", _("Somebody else holds this task.")),
    claiming.NotHeld: Problem(CONFLICT, "not_held", _("You do not hold this task.")),
    desks.NotOnDesk: Problem(HTTPStatus.FORBIDDEN, "not_on_desk", _("This task is work of another post.")),
    claiming.TaskOver: Problem(CONFLICT, "task_over", _("This task is done or cancelled.")),
    completion.TimeMissing: Problem(INVALID, "time_missing", _("Say when to try again.")),
    task_rules.TimeOver: Problem(INVALID, "time_over", _("This time has passed. Give one that is still to come.")),
    task_rules.TimeTooFar: Problem(
        INVALID, "time_too_far", _("Nothing is kept for longer than a year. Give an earlier time.")
    ),
    tasks.OutcomeUnknown: Problem(INVALID, "outcome_unknown", _("There is no such outcome.")),
    deputies.PeriodUnusable: Problem(
        INVALID, "period_unusable", _("The last day must not lie before the first, and not more than a year ahead.")
    ),
    deputies.NotAble: Problem(INVALID, "not_able", _("Somebody in such a post cannot do this person's work.")),
    deputies.DeputyAway: Problem(CONFLICT, "deputy_away", _("This deputy is away in those days.")),
    deputies.AwayStandsIn: Problem(
        CONFLICT,
        "away_stands_in",
        _("This person stands in for somebody in those days. Name another deputy for that work first."),
    ),
    deputies.StoodInAlready: Problem(
        CONFLICT, "stood_in_already", _("Somebody stands in for this person in those days already.")
    ),
    keepers.NoKeeper: Problem(INVALID, "no_keeper", _("Nobody of this number keeps files here.")),
    staffing.IntakeUnknown: Problem(CONFLICT, "intake_unknown", _("No repair orders have been imported yet.")),
    staffing.IntakeNegative: Problem(INVALID, "intake_negative", _("An intake cannot be below zero.")),
    benchmark.PeriodEmpty: Problem(INVALID, "period_empty", _("The last day lies before the first.")),
    faults.FileUnreadable: Problem(INVALID, "file_unreadable", _("This file cannot be read.")),
    faults.FileEmpty: Problem(INVALID, "file_empty", _("There is nothing in this file. Export it again.")),
    faults.FormatUnknown: Problem(INVALID, "format_unknown", _("This is no CSV and no XLSX. Save it as one of them.")),
    faults.TextUndecodable: Problem(INVALID, "text_undecodable", _("This is no text we can read. Save it as UTF-8.")),
    faults.EncodingChanges: Problem(
        INVALID,
        "encoding_changes",
        _("After line %(line)s the text is no longer %(encoding)s. Were two exports joined? Save it as UTF-8."),
    ),
    faults.RowsUnreadable: Problem(
        INVALID,
        "rows_unreadable",
        _("The table breaks off near line %(line)s. Look for a quotation mark that is never closed."),
    ),
    faults.RowsTooMany: Problem(
        INVALID, "rows_too_many", _("A file has at most %(most)s rows. Export a shorter period.")
    ),
    faults.WorkbookRefused: Problem(
        INVALID, "workbook_too_large", _("This workbook is too large inside. Export it as CSV, or a shorter period.")
    ),
    faults.WorkbookBroken: Problem(
        INVALID, "workbook_broken", _("This workbook is damaged. Open it in Excel and save it anew.")
    ),
    faults.WorkbookLocked: Problem(
        INVALID, "workbook_locked", _("This workbook is protected by a password. Save it without one.")
    ),
    faults.FileMissing: Problem(INVALID, "file_missing", _("The file is no longer here. Upload it again.")),
    faults.WorkerLost: Problem(
        INVALID, "interrupted", _("The import was interrupted again and again. Try it once more, or ask for help.")
    ),
    faults.ColumnsUnrecognised: Problem(INVALID, "columns_unrecognised", _("Some columns were not recognised.")),
    uploads.ColumnsMissing: Problem(
        INVALID, "columns_missing", _("Say which columns hold the order's number, the VIN and the day it was opened.")
    ),
    queueing.StepNotAllowed: Problem(CONFLICT, "step_not_allowed", _("The import has gone on meanwhile. Look again.")),
    retries.RowNotWhole: Problem(CONFLICT, "row_not_whole", _("This row is in the files but for one cell.")),
    rollback.RollbackTooLate: Problem(
        CONFLICT, "rollback_too_late", _("Later imports changed the same orders. Take these back first: %(imports)s.")
    ),
    turns.ImportRunning: Problem(
        CONFLICT, "import_running", _("Another import is running. Try again when it has ended.")
    ),
    retries.RowStillRefused: Problem(INVALID, "row_still_refused", _("This row still cannot be taken.")),
    retries.RowAlreadySettled: Problem(CONFLICT, "row_settled", _("This row is settled already.")),
    retries.FieldUnknown: Problem(INVALID, "field_unknown", _("There is no such field or column.")),
    rollback.RollbackRefused: Problem(CONFLICT, "rollback_refused", _("This import cannot be taken back now.")),
    stages.ImportStopped: Problem(CONFLICT, "import_stopped", _("The import was stopped; nothing was changed.")),
    papers.BoughtAhead: Problem(INVALID, "bought_ahead", _("Nobody has bought a car on a day that is still to come.")),
    papers.WarrantyBeforePurchase: Problem(
        INVALID, "warranty_before_purchase", _("A warranty does not end before the car was bought.")
    ),
    papers.WarrantyTooLong: Problem(INVALID, "warranty_too_long", _("No warranty lasts longer than twenty years.")),
    vehicles.FieldUncorrectable: Problem(INVALID, "field_not_editable", _("This field cannot be edited.")),
    vehicles.CorrectionNotRevertible: Problem(
        CONFLICT, "not_revertible", _("This cannot be put back: something else stands there by now.")
    ),
    identity.VinMalformed: Problem(
        INVALID, "vin_malformed", _("A VIN has 17 characters: digits and letters without I, O and Q.")
    ),
    identity.VinUnlikely: Problem(
        CONFLICT,
        "vin_unlikely",
        _("The check digit of this VIN is wrong. Look at the car, then confirm that it stands there like this."),
    ),
    identity.VinTaken: Problem(CONFLICT, "vin_taken", _("Another file has this VIN.")),
    vehicles.TransferRefused: Problem(CONFLICT, "transfer_refused", _("The car cannot change hands like this.")),
    vehicles.TheirsAlready: Problem(CONFLICT, "transfer_refused", _("The car belongs to this customer already.")),
    vehicles.NobodyHolds: Problem(CONFLICT, "transfer_refused", _("Nobody is known to hold the car.")),
    vehicles.HeldOnlyLater: Problem(
        CONFLICT, "transfer_refused", _("The present owner has held the car only since a later day.")
    ),
    merging.MergeRefused: Problem(CONFLICT, "merge_refused", _("These files cannot be merged or parted like this.")),
    merging.MergedAlready: Problem(
        CONFLICT, "merge_refused", _("One of these files is merged already. Undo that first.")
    ),
    merging.PartedAlready: Problem(CONFLICT, "merge_refused", _("These files are parted already.")),
    touches.TouchAhead: Problem(INVALID, "touch_ahead", _("What has not happened yet cannot be noted.")),
    touches.TouchCorrected: Problem(CONFLICT, "touch_corrected", _("This entry was corrected before.")),
    document_rules.NotAllowed: Problem(
        INVALID, "type_not_allowed", _("Files of this kind are not kept here, but these: %(said)s.")
    ),
    document_rules.ContentUnlikeName: Problem(
        INVALID, "content_unlike_name", _("What stands in this file is not what its name says.")
    ),
    document_rules.UnpacksToTooMuch: Problem(
        INVALID, "unpacks_to_too_much", _("This file comes to far more when it is opened. Save it anew, or as a PDF.")
    ),
    document_rules.Empty: Problem(INVALID, "file_empty", _("There is nothing in this file.")),
    document_rules.TooLong: Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "file_too_long",
        _("This file is larger than may be kept: at most %(said)s."),
    ),
    documents.NothingToBelongTo: Problem(
        INVALID, "belongs_to_nothing", _("A document belongs to a customer, a car or a repair order.")
    ),
    documents.DocumentRemoved: Problem(CONFLICT, "document_removed", _("This document was removed.")),
    documents.LinkEnded: Problem(
        HTTPStatus.NOT_FOUND, "link_ended", _("This link has ended. Open the document from its file again.")
    ),
    followups.QuestionnaireMissing: Problem(CONFLICT, "no_questionnaire", _("There is no questionnaire for this.")),
    followups.SurveyOver: Problem(CONFLICT, "survey_over", _("This survey takes no more answers.")),
    followup_rules.ItemUnknown: Problem(INVALID, "item_unknown", _("The questionnaire has no such question.")),
    followup_rules.AnswerUnknown: Problem(INVALID, "answer_unknown", _("This is no answer to the question.")),
    walls.NotOursToLift: Problem(CONFLICT, "not_ours_to_lift", _("Only the owner's own yes lifts this.")),
    people.ConversationTaken: Problem(
        CONFLICT, "conversation_taken", _("Somebody else has this conversation: %(said)s.")
    ),
    people.TextTooLong: Problem(
        INVALID, "text_too_long", _("This is longer than the channel takes: at most %(said)s characters.")
    ),
    permitting.OwnerOptedOut: Problem(
        CONFLICT, "owner_opted_out", _("The owner wants no messages here. Call instead.")
    ),
    permitting.DestinationClosed: Problem(
        CONFLICT, "destination_closed", _("Nothing is texted to this number from here. Call instead.")
    ),
    permitting.WordsRefused: Problem(
        CONFLICT, "words_refused", _("Only approved templates may go here now, until the owner writes. Call instead.")
    ),
    texting.CountryUnknown: Problem(
        INVALID, "country_unknown", _("There is no country of these two letters: %(said)s.")
    ),
    colleagues.NoColleague: Problem(INVALID, "no_colleague", _("Nobody of this number answers owners here.")),
    canned.ShortcutTaken: Problem(CONFLICT, "shortcut_taken", _("There is an answer with this shortcut.")),
    canned_rules.ShortcutUnusable: Problem(INVALID, "shortcut_unusable", _("A shortcut is letters, digits, hyphens.")),
    canned_rules.PlaceholderUnknown: Problem(
        INVALID, "placeholder_unknown", _("There is no such placeholder: %(said)s.")
    ),
    costs.PriceUnfit: Problem(
        INVALID,
        "price_unfit",
        _("A price names a channel, an account, a country or a currency that there is not: %(said)s."),
    ),
    costs.PriceTwice: Problem(INVALID, "price_twice", _("Two prices hold for the same messages from the same day.")),
    forms.AddressUnfit: Problem(
        INVALID, "address_unfit", _("No sender of this channel has such an address, but one like this: %(said)s.")
    ),
    changing.AccountExists: Problem(
        CONFLICT, "account_exists", _("There is an account of this kind and address. Change that one.")
    ),
    changing.AccountShared: Problem(
        CONFLICT, "account_shared", _("The manufacturer opened this account for several dealers, and changes it.")
    ),
    changing.SettingUnknown: Problem(CONFLICT, "no_secret_before", _("There is no secret before this one any more.")),
    trying.CannotDoThat: Problem(CONFLICT, "cannot_do_that", _("This provider has no way to do that.")),
    trying.AccountOff: Problem(CONFLICT, "account_off", _("The account is switched off. Switch it on first.")),
    trying.OwnersAddress: Problem(
        CONFLICT, "owners_address", _("This address stands in an owner's file. Test with an address of your own.")
    ),
    trying.TemplateMissing: Problem(
        CONFLICT,
        "template_missing",
        _("Only approved templates may go over this sender, and it lists none yet. Enter one in its settings first."),
    ),
    trying.TriedTooOften: Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "tried_too_often",
        _("This account was tested five times within the hour. Wait some minutes."),
    ),
    # What a provider answers is no failure of ours: 424, so that nobody repeats it blindly.
    channel_errors.Misconfigured: Problem(
        FAILED_THERE,
        "channel_misconfigured",
        _("The provider refuses this account. Check its settings, then try again."),
    ),
    channel_errors.Unavailable: Problem(
        FAILED_THERE, "channel_unavailable", _("The provider cannot be reached. Try again in a few minutes.")
    ),
    channel_errors.Throttled: Problem(
        FAILED_THERE, "channel_throttled", _("The provider asks us to wait. Try again in a few minutes.")
    ),
    channel_errors.Uncertain: Problem(
        FAILED_THERE,
        "channel_uncertain",
        _("The provider gave no answer that can be read. Try again in a few minutes."),
    ),
    channel_errors.ChannelError: Problem(
        FAILED_THERE, "channel_refused", _("The provider refuses this. Check the account at the provider.")
    ),
    due_people.DueOver: Problem(CONFLICT, "due_over", _("This work is over, or no longer valid by then.")),
    planning.AsOfInFuture: Problem(INVALID, "as_of_in_future", _("This day has not begun.")),
    standard.StandardInvalid: Problem(INVALID, "standard_invalid", _("This standard cannot be read.")),
    tightening.StandardLoosened: Problem(INVALID, "standard_loosened", _("The manufacturer's standard demands more.")),
    tightening.QuietHoursLoosened: Problem(
        INVALID,
        "quiet_hours_loosened",
        _("The manufacturer's standard keeps %(from)s to %(until)s quiet; your quiet hours must include these."),
    ),
    tightening.DemandLoosened: Problem(
        INVALID, "demand_loosened", _("The manufacturer's standard demands this; it cannot be switched off here.")
    ),
    tightening.LimitLoosened: Problem(
        INVALID, "limit_loosened", _("The manufacturer's standard says %(limit)s; only a stricter value is possible.")
    ),
    publishing.StandardBackdated: Problem(INVALID, "standard_backdated", _("A standard begins today or later.")),
    provisioning.DealerNameUnusable: Problem(INVALID, "dealer_name_unusable", _("This cannot name a dealer.")),
    provisioning.DealerExists: Problem(CONFLICT, "dealer_exists", _("There is a dealer of this name.")),
    provisioning.AccentUnusable: Problem(INVALID, "accent_unusable", _("This is no colour. Write it #rrggbb.")),
    countries.CountryUnknown: Problem(INVALID, "country_unknown", _("There is no such country.")),
    provisioning.TimezoneUnknown: Problem(INVALID, "timezone_unknown", _("There is no such time zone.")),
    provisioning.LanguageUnknown: Problem(INVALID, "language_unknown", _("We do not speak this language.")),
    provisioning.ManufacturerUnknown: Problem(INVALID, "region_unknown", _("There is no such region.")),
    staff.AddressTaken: Problem(CONFLICT, "address_taken", _("Somebody here has this address already.")),
    staff.NotOneself: Problem(CONFLICT, "not_oneself", _("Nobody changes their own post or access.")),
    staff.RoleTooHigh: Problem(HTTPStatus.FORBIDDEN, "role_too_high", _("Only somebody in this post gives it.")),
    staff.FieldNotChangeable: Problem(INVALID, "field_not_editable", _("This field cannot be edited.")),
    accounts.PlaceDoesNotFit: Problem(INVALID, "place_does_not_fit", _("This role needs a manufacturer or region.")),
    invitations.InvitationOver: Problem(CONFLICT, "invitation_over", _("This invitation is accepted or withdrawn.")),
    links.LinkUnusable: Problem(HTTPStatus.GONE, "link_unusable", _("This link does not work any more.")),
    # Nets for what no check above has caught; what the database says is not for callers.
    DataError: Problem(INVALID, "value_unusable", _("Some value cannot be kept as it is.")),
    OperationalError: Problem(HTTPStatus.SERVICE_UNAVAILABLE, "try_again", _("This cannot be done now. Try again.")),
    InterfaceError: Problem(HTTPStatus.SERVICE_UNAVAILABLE, "try_again", _("This cannot be done now. Try again.")),
    accounts.RoleOutOfPlace: Problem(INVALID, "role_out_of_place", _("This role has no place here.")),
    accounts.ScopeUnknown: Problem(INVALID, "scope_unknown", _("No key may do this.")),
}


# The first of two kinds with one code is the more general one.
SENTENCES = {problem.code: problem.sentence for problem in reversed(PROBLEMS.values())}


def sentence_of_code(code: str, facts: Mapping[str, object]) -> str:
    """Return the sentence of a problem that was kept by its code, in the caller's language."""
    return gettext(SENTENCES[code]) % facts if code in SENTENCES else code


def problem_of(error: Exception) -> Problem | None:
    """Return the row of the error or of its nearest base; None for what is in no row."""
    return next((PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS), None)

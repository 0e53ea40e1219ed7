/* A mark by hand, for who has no phone or wants no photo kept, and by a card at a door. There is one record a person and event, so one that
 * is there is only replaced where nobody made it: an attempt that was never submitted, or the absence that closing wrote. */
#include "app/actions/attendance.h"
#include "app/attendance.h"
#include "app/attendance_judge.h"
#include "app/campus_event.h"
#include "rules/ticket_code.h"
#include "store/attempt.h"
#include "store/attendance_decision.h"
#include <string.h>

const struct field ATTENDANCE_HAND[] = {
	{ "user_id", F_ID, .help = "Who: an account's id" },
	{ "student_id", F_TEXT, .max = 40, .help = "Or by their number" },
	{ "card_uid", F_TEXT, .max = 60, .help = "Or by their card's number, as its reader says it" },
	{ "status", F_CHOICE, .choices = "present,late,absent,excused",
	  .help = "Left out: present, or late where it is late" },
	{ "reason", F_LONG_TEXT, .min = 3, .max = DECISION_REASON, .help = "Why by hand; not needed with a card" },
	{ "reader", F_TEXT, .max = 120, .help = "Name of the door or of the card's reader, for those who watch" },
	FIELDS_END,
};

/* ---- who ---- */

/* One of three names, and why it is done by hand. */
static bool is_named(struct request *rq)
{
	const int names = field_given(rq, "user_id") + field_given(rq, "student_id") + field_given(rq, "card_uid");

	if (names != 1)
		field_fault(rq, "user_id", "Say who it is: by user_id, student_id or card_uid.");
	if (!field_given(rq, "reason") && !field_given(rq, "card_uid"))
		field_fault(rq, "reason", "Say why.");
	if (!has_faults(rq))
		return true;
	refuse_fields(rq);
	return false;
}

/* Of the event's campus; at another's event a supervisor marks the people of their department. */
static struct hand_person seen_at(const struct request *rq, const struct row *event)
{
	const bool another = rq->who.role == SUPERVISOR && row_int(event, "organizer") != rq->who.account_id;

	return (struct hand_person){ .campus_id = row_int(event, "campus"),
				     .department_of = another ? rq->who.account_id : 0 };
}

const struct row *hand_person_seen(struct request *rq, const struct row *event, int64_t user_id)
{
	struct hand_person named = seen_at(rq, event);

	named.user_id = user_id;
	return hand_person(rq->db, &named);
}

/* The person, in whose scope they are; NULL after a refusal. */
static const struct row *person_of(struct request *rq, const struct row *event)
{
	char uid[CARD_UID_SIZE] = "";
	struct hand_person named = seen_at(rq, event);
	const struct row *person;

	named.user_id = field_int(rq, "user_id");
	named.student_id = field_text(rq, "student_id");

	if (field_given(rq, "card_uid")) {
		if (!card_uid_normalise(field_text(rq, "card_uid"), uid)) {
			field_fault(rq, "card_uid", "A card's number is 4 to 16 bytes in hexadecimal digits.");
			refuse_fields(rq);
			return NULL;
		}
		named.card_uid = uid;
	}
	person = hand_person(rq->db, &named);
	if (!person)
		refuse(rq, 404, "MEMBER_NOT_FOUND", "There is no such member.");
	else if (row_int(person, "account_id") == rq->who.account_id)
		refuse(rq, 403, "FORBIDDEN", "Nobody marks themselves by hand.");
	else if (named.card_uid && !row_is(person, "card_status", "active"))
		refuse(rq, 400, "CARD_BLOCKED", "This card is blocked.");
	return refused(rq) ? NULL : person;
}

/* ---- when ---- */

/* By a card as by one's own code; by hand afterwards too, and who is excused before. */
static bool is_time(struct request *rq, const struct row *event, const char *status)
{
	const char *sentence = NULL, *code = "CLOSED";

	if (!row_bool(event, "is_active"))
		sentence = SAID("This event does not take place.");
	else if (rq->now < row_time(event, "opens_at") && strcmp(status, "excused")) {
		sentence = SAID("This event is not open yet.");
		code = "NOT_OPEN";
	} else if (field_given(rq, "card_uid") && rq->now >= row_time(event, "closes_at"))
		sentence = SAID("It is too late: this event takes nothing any more.");
	if (!sentence)
		return true;
	answer_text(rq->data, "timing", said_to(rq, sentence));
	refuse(rq, 400, code, "%s", sentence);
	return false;
}

static int refuse_twice(struct request *rq)
{
	answer_text(rq->data, "duplicate", said_to(rq, SAID("This person is marked for this event already.")));
	return refuse(rq, 400, "DUPLICATE", "This person is marked for this event already.");
}

/* ---- the mark ---- */

static void answer_made(struct request *rq, const struct row *row)
{
	const struct attendance_eye eye = attendance_eye_of(rq);
	const struct row *record = attendance_get(rq->db, &eye, (const uint8_t *)row_cell(row, "uuid")->s, false);

	if (record)
		record_answer(rq, rq->data, record);
}

/* Makes the record, of nothing or of what nobody made. False: refused, or it failed. */
static bool mark_made(struct request *rq, const struct hand_mark *mark, struct attendance_before *before)
{
	const struct row *had =
		attempt_lock(rq->db, row_int(mark->person, "account_id"), row_int(mark->event, "number"));

	if (!had) {
		if (hand_insert(rq->db, mark, rq->now))
			return true;
		if (db_last(rq->db) == DB_DUPLICATE)
			db_conflict(rq->db); /* it is there now, so it is looked at */
		return false;
	}
	if (!row_null(had, "status"))
		*before = (struct attendance_before){ row_text(had, "status"), row_text(had, "verification_status") };
	if (hand_update(rq->db, row_int(had, "id"), row_int(had, "version"), mark, rq->now))
		return true;
	if (db_error(rq->db) == DB_OK)
		refuse_twice(rq);
	return false;
}

/* POST events/:id/mark/. */
int attendance_by_hand(struct request *rq)
{
	const bool by_card = field_given(rq, "card_uid");
	const char *status = field_text(rq, "status");
	const struct row *event = event_or_404(rq, false), *person, *made;
	struct attendance_before before = { NULL, NULL };
	struct hand_mark mark;

	person = event && is_named(rq) ? person_of(rq, event) : NULL;
	if (!person)
		return ANSWERED;
	if (!status)
		status = rq->now < row_time(event, "late_at") ? "present" : "late";
	mark = (struct hand_mark){ event, person, status, by_card ? "card" : "manual",
				   by_card ? 0 : rq->who.account_id };
	if (!is_time(rq, event, status) || !mark_made(rq, &mark, &before))
		return ANSWERED;
	made = attempt_lock(rq->db, row_int(person, "account_id"), row_int(event, "number"));
	if (!made)
		return ANSWERED;
	record_made_by_hand(rq, row_int(made, "id"), &before, field_text(rq, "reason"),
			    by_card ? field_text(rq, "reader") : NULL);
	topic_changed(rq, TOPIC_CAMPUS, row_int(event, "number"));
	answer_made(rq, made);
	return ANSWERED;
}

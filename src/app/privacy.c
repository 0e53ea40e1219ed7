/* A customer's own: where they are signed in, all that is held on them, and their leaving. */
#include "store/privacy.h"
#include "app/actions/customer.h"
#include "app/identity.h"
#include "app/picture.h"
#include "app/sign_in.h"
#include "app/sign_out.h"
#include "app/tell.h"
#include "rules/device.h"
#include "store/account.h"
#include "store/session.h"
#include <string.h>

/* ---- sessions ---- */

const struct field SESSION_ANSWER[] = {
	{ "id", F_ID, .help = "What ending it names" },
	{ "current", F_BOOL, .help = "Is it the one that asks" },
	{ "role", F_TEXT, .help = "As whom" },
	{ "app", F_BOOL, .help = "An app's; else a browser's" },
	{ "name", F_TEXT, .null = true, .help = "Browser and system, as people call them: Firefox · Linux" },
	{ "device", F_TEXT, .help = "What the device says of itself" },
	{ "ip", F_TEXT, .help = "The address it was begun from" },
	{ "created_at", F_TIME, .help = "When it was begun" },
	{ "seen_at", F_TIME, .help = "When it was last used, to the minute" },
	{ "expires_at", F_TIME, .help = "When it ends at the latest" },
	FIELDS_NAMED("own_session"),
};
const struct field SESSIONS_ANSWER[] = {
	{ "sessions", F_LIST, .of = SESSION_ANSWER, .help = "The last used first" },
	FIELDS_END,
};

/* GET users/sessions/. */
int session_index(struct request *rq)
{
	const struct rows *rows = sessions_of(rq->db, rq->who.account_id, rq->now);
	struct json_object *list = answer_array(rq->data, "sessions");

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *item = answer_item(list);
		char name[DEVICE_NAME];

		answer_row(item, &row);
		device_name(row_text(&row, "user_agent"), name);
		answer_text(item, "name", *name ? name : NULL);
		answer_text(item, "device", row_text(&row, "user_agent"));
		json_object_object_del(item, "user_agent");
		answer_bool(item, "current", row_int(&row, "id") == rq->who.session_id);
	}
	return ANSWERED;
}

/* POST users/sessions/:session_id/end/. */
int session_end_one(struct request *rq)
{
	if (!session_end_own(rq->db, rq->who.account_id, path_id(rq, "session_id"), rq->now))
		return refuse(rq, 404, "SESSION_NOT_FOUND", "You are not signed in there any more.");
	sessions_ended(rq);
	audit_change(rq, "end-session", "session", path_id(rq, "session_id"), NULL, NULL);
	say(rq, "You are signed out there.");
	return session_index(rq);
}

/* POST users/sessions/end-others/: everywhere but here. */
int session_end_others(struct request *rq)
{
	sign_out_all(rq, rq->who.account_id, rq->who.session_id);
	audit_change(rq, "end-sessions", "account", rq->who.account_id, NULL, NULL);
	say(rq, "You are signed out everywhere else.");
	return session_index(rq);
}

/* ---- all that is held ---- */

const struct field EXPORT_ANSWER[] = {
	{ "exported_at", F_TIME, .help = "As of when" },
	{ "held", F_OBJECT, .help = "A list for each kind of thing, by its name, the newest first" },
	FIELDS_END,
};

/* Pictures as addresses, good for a day. */
static void add_part(struct request *rq, struct json_object *into, const struct held_part *part)
{
	const struct rows *rows = held_rows(rq->db, part, rq->who.account_id, rq->who.role_id);
	struct json_object *list = answer_array(into, part->name);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *item = answer_item(list);

		answer_row(item, &row);
		if (row_has(&row, "photo"))
			answer_text(item, "photo", picture_address(rq, &row, "photo"));
	}
}

static struct json_object *all_held(struct request *rq)
{
	struct json_object *held = json_object_new_object();

	for (const struct held_part *part = HELD_PARTS; part->name; part++)
		add_part(rq, held, part);
	return held;
}

/* GET users/export/. */
int own_export(struct request *rq)
{
	answer_time(rq->data, "exported_at", rq->now);
	answer_add(rq->data, "held", all_held(rq));
	return ANSWERED;
}

/* GET /account/export: the same as a file. */
int own_export_file(struct request *rq)
{
	struct json_object *all = json_object_new_object();
	const char *text;

	answer_time(all, "exported_at", rq->now);
	answer_add(all, "held", all_held(rq));
	text = talloc_strdup(rq->mem, json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY));
	json_object_put(all);
	answer_bytes(rq, "application/octet-stream", text, strlen(text));
	return ANSWERED;
}

/* ---- leaving ---- */

const struct field ACCOUNT_DELETE[] = {
	{ "password", F_PASSWORD, .required = true, .max = 512, .help = "Your password" },
	{ "confirm_tickets", F_BOOL, .help = "Yes, although there are tickets for events to come" },
	FIELDS_END,
};

static int refuse_open(struct request *rq, const struct row *facts)
{
	if (row_int(facts, "payments") || row_int(facts, "holds"))
		return refuse(rq, 409, "PAYMENT_OPEN",
			      "An order or a payment of yours is still open. Try again once it is settled.");
	if (row_int(facts, "refunds"))
		return refuse(rq, 409, "REFUND_PENDING",
			      "You asked for a refund that is not decided yet. Take it back, or wait for it.");
	if (row_int(facts, "balance"))
		return refuse(rq, 409, "CARD_BALANCE",
			      "There is money on a card of yours. Spend it, or ask for it, first.");
	if (row_int(facts, "tickets") && !(field_given(rq, "confirm_tickets") && field_bool(rq, "confirm_tickets")))
		return refuse(
			rq, 409, "TICKETS_HELD",
			"You have tickets for events to come, which nobody could show any more. Confirm that, or pass them on first.");
	return ANSWERED;
}

static void tell_deleted(struct request *rq, const struct row *account)
{
	tell(rq->db, rq->now,
	     &(struct telling){ .kind = "account-deleted", .to = account, .data = json_object_new_object() });
}

/* Who has another role here works here, or sells: that is not left by a button. */
static bool customer_alone(struct request *rq)
{
	if (roles_of(rq, rq->who.account_id) == CUSTOMER)
		return true;
	refuse(rq, 403, "STRONGER_ROLE", "This account has another role too. Ask an admin to have it deleted.");
	return false;
}

/* POST users/delete-account/. */
int account_delete(struct request *rq)
{
	const struct row *account, *facts;
	const char *email, *mobile;

	if (!same_person(rq, "password", field_text(rq, "password")))
		return ANSWERED;
	account = account_lock(rq->db, rq->who.account_id);
	/* Another session was first. */
	if (!account || !row_is(account, "status", "active"))
		return refuse_credentials(rq);
	facts = deletion_facts(rq->db, rq->who.account_id, rq->who.role_id, rq->now);
	if (!facts || !customer_alone(rq))
		return ANSWERED;
	refuse_open(rq, facts);
	if (refused(rq))
		return ANSWERED;
	email = row_null(account, "email") ? NULL : row_text(account, "email");
	mobile = row_null(account, "mobile_number") ? NULL : row_text(account, "mobile_number");
	if (!person_erase(rq->db, rq->who.account_id, rq->who.role_id, email, mobile, rq->now))
		return ANSWERED;
	tell_deleted(rq, account);
	sessions_ended(rq);
	audit_change(rq, "delete", "account", rq->who.account_id, NULL, NULL);
	rq->cookie_value = "";
	rq->cookie_role = rq->who.role;
	rq->redirect = wants_page(rq) ? "/" : NULL;
	say(rq, "Your account is deleted.");
	return ANSWERED;
}

/* The page: what stands in the way. */
int account_delete_page(struct request *rq)
{
	const struct row *facts = deletion_facts(rq->db, rq->who.account_id, rq->who.role_id, rq->now);

	if (facts)
		answer_row(rq->data, facts);
	return ANSWERED;
}

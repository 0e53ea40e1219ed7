/* An organizer's own account may all, and is in no list that could be emptied. Whoever is invited gets no role by that: it comes with the
 * code that is sent to their number, when they sign in or set a password, so that nobody is made something that they do not know of,
 * and no number is occupied by who does not have it. */
#include "app/co_worker.h"
#include "app/resource.h"
#include "app/tell.h"
#include "http/mount.h"
#include "store/co_worker.h"
#include <string.h>

/* That one organizer may invite, and invitations to one number by all of them together: each is a message that somebody did not ask for. */
enum { A_DAY = 50, A_NUMBER = 5 };

static const struct {
	const char *column;
	enum right right;
} RIGHTS[] = {
	{ "may_events", RIGHT_EVENTS }, { "may_guests", RIGHT_GUESTS }, { "may_money", RIGHT_MONEY },
	{ "may_team", RIGHT_TEAM },	{ "may_gate", RIGHT_GATE },
};

enum { RIGHTS_N = sizeof RIGHTS / sizeof *RIGHTS };

static unsigned rights_in(const struct row *row)
{
	unsigned rights = 0;

	for (size_t i = 0; row && i < RIGHTS_N; i++)
		if (row_int(row, RIGHTS[i].column))
			rights |= RIGHTS[i].right;
	return rights;
}

/* Those that the row shall have: as sent, emptied, or as it was. */
static unsigned rights_asked(struct request *rq, const struct row *row)
{
	unsigned was = rights_in(row), shall = 0;

	for (size_t i = 0; i < RIGHTS_N; i++) {
		const char *column = RIGHTS[i].column;
		bool sent = field_given(rq, column) || field_cleared(rq, column) || !row;

		if (sent ? field_bool(rq, column) : was & RIGHTS[i].right)
			shall |= RIGHTS[i].right;
	}
	return shall;
}

/* What the caller may until the transaction ends, however long ago their session was asked. */
static unsigned rights_now(struct request *rq)
{
	return rq->who.rights & RIGHT_OWNER ? (unsigned)RIGHT_ALL
					    : rights_in(co_worker_of_account(rq->db, rq->who.account_id));
}

/* May they give, or take away, all of these? */
static bool within_own(struct request *rq, unsigned rights)
{
	unsigned own = rights_now(rq);

	if (own & RIGHT_TEAM && !(rights & ~own))
		return true;
	refuse(rq, 403, "NOT_YOURS_TO_GIVE", "You can give and take away only rights that you have yourself.");
	return false;
}

static void within_a_day(struct request *rq)
{
	const char *what = talloc_asprintf(rq->mem, "invitations of %lld", (long long)rq->who.role_id);

	if (!within_limit(rq, what, A_DAY, MS_DAY)) {
		refuse(rq, 429, "INVITATION_LIMIT", "You have invited %d people within a day. Invite more tomorrow.",
		       A_DAY);
		return;
	}
	what = talloc_asprintf(rq->mem, "invitations to %s", field_text(rq, "mobile_number"));
	if (!within_limit(rq, what, A_NUMBER, MS_DAY))
		refuse(rq, 429, "INVITATION_LIMIT", "This number was invited often today. Invite it again tomorrow.");
}

void co_worker_check(struct request *rq, int64_t id)
{
	const struct row *row = id ? co_worker_locked(rq->db, id) : NULL;

	if (within_own(rq, rights_in(row) ^ rights_asked(rq, row)) && !id)
		within_a_day(rq);
}

void co_worker_made(struct request *rq, int64_t id)
{
	const struct row *company = co_worker_company(rq->db, rq->who.role_id);
	struct json_object *data = json_object_new_object();

	(void)id;
	answer_text(data, "company", company ? row_text(company, "company") : "");
	answer_text(data, "from", rq->who.name);
	answer_text(data, "address", talloc_asprintf(rq->mem, "%s/organizer/forgot", rq->config->base_url));
	tell_number(rq->db, rq->now, field_text(rq, "mobile_number"), tongue_locale(rq->tongue),
		    &(struct telling){ .kind = "co-worker-invited", .data = data });
	say(rq, "The invitation is on its way. It is taken up by signing in with this number within %d days.",
	    CO_WORKER_INVITED_DAYS);
}

void co_worker_remove(struct request *rq, int64_t id)
{
	const struct row *row = co_worker_locked(rq->db, id);

	if (!row || row_int(row, "organizer_id") != rq->who.role_id) {
		refuse(rq, 404, "CO_WORKER_NOT_FOUND", "There is no such co-worker.");
		return;
	}
	if (!within_own(rq, rights_in(row)))
		return;
	if (co_worker_end(rq->db, row))
		say(rq, "They work here no more, and are signed out.");
	else
		refuse(rq, 409, "CO_WORKER_CHANGED", "Somebody else changed this just now. Look at it again.");
}

/* ---- coming ---- */

const struct row *invitation_of(struct request *rq, const char *mobile_number)
{
	return rq->mount->roles & ORGANIZER && mobile_number ? co_worker_invitation(rq->db, mobile_number, rq->now)
							     : NULL;
}

bool invitation_take_up(struct request *rq, const struct row *invitation, int64_t account_id)
{
	struct json_object *after;

	if (!co_worker_join(rq->db, row_int(invitation, "id"), account_id, rq->now)) {
		refuse(rq, 409, "INVITATION_GONE", "This invitation does not stand any more.");
		return false;
	}
	after = json_object_new_object();
	answer_int(after, "account_id", account_id);
	audit_change(rq, "join", "co_worker", row_int(invitation, "id"), NULL, after);
	return true;
}

/* One-time codes. A code is short, so it is stored under a keyed hash together with its challenge: whoever reads the table
 * without the site's key cannot try the million codes.
 *
 * A try without the challenge is anyone's who knows the number: five for each caller, so that a stranger's are not the
 * owner's, and ten in all. Who brings the challenge has gone through the step before, and has five tries that nobody else
 * can spend. So fifteen guesses a code are the most there are, and what bounds guessing as a whole is how many codes are
 * sent; a code that is there can always be used by who asked for it. */
#include "app/otp.h"
#include "app/contact.h"
#include "app/sign_in.h"
#include "rules/keys.h"
#include "store/guess.h"
#include "store/otp.h"
#include "store/outbox.h"
#include "store/session.h"
#include <stdio.h>
#include <string.h>

const struct field OTP_SENT[] = { OTP_ANSWER, FIELDS_NAMED("otp_sent") };

enum { CODE = 6 };
#define TRIES_SPAN (OTP_MINUTES * MS_MINUTE)

enum { CODE_AND_CHALLENGE = CODE + UUID_BYTES };

/* What is kept under a keyed hash. */
static const uint8_t *hashed(const char *code, const uint8_t challenge[UUID_BYTES], uint8_t out[CODE_AND_CHALLENGE])
{
	memcpy(out, code, CODE);
	memcpy(out + CODE, challenge, UUID_BYTES);
	return out;
}

/* What counts the codes that were sent to somebody for one purpose, whoever asked for them, and that nobody has used. */
static const char *sent_in_all(struct request *rq, const char *purpose, const char *role, const char *recipient)
{
	return talloc_asprintf(rq->mem, "codes %s %s to %s", purpose, role, recipient);
}

static bool refuse_send(struct request *rq, const char *what, ms_t span, int most)
{
	rq->retry_after = guess_wait(rq->db, what, rq->now, span);
	refuse(rq, 429, "OTP_LIMIT", "A code was asked for %d times. Wait a few minutes before you ask for another.",
	       most);
	return false;
}

/* May one more be sent? Whoever asks may have a few; all together as many an hour as allow no more guesses with a challenge
 * than an account's password allows. Strangers who ask for all of them do not stop who asks from where the owner was before. */
static bool count_send(struct request *rq, const struct otp_send *send)
{
	const char *here = talloc_asprintf(rq->mem, "send %s %s %s to %s", send->purpose, send->role, send->recipient,
					   caller_of(rq));
	const char *all = sent_in_all(rq, send->purpose, send->role, send->recipient);
	const ms_t span = OTP_SENDS_MINUTES * MS_MINUTE;
	const int most = strcmp(send->purpose, "login") ? OTP_SENDS : OTP_LOGIN_SENDS;
	const int in_all = (rq->config->login_failures_per_hour + OTP_TRIES - 1) / OTP_TRIES;

	if (guess_count(rq->db, here, rq->now, span) > most)
		return refuse_send(rq, here, span, most);
	if (guess_count(rq->db, all, rq->now, MS_HOUR) > in_all &&
	    !session_known_from(rq->db, send->account_id, rq->ip, rq->now - SESSION_KNOWN_DAYS * MS_DAY))
		return refuse_send(rq, all, MS_HOUR, in_all);
	return true;
}

static void queue_message(struct request *rq, const struct otp_send *send, const char *code, ms_t until)
{
	bool mail = strchr(send->recipient, '@') != NULL;
	struct message message = {
		.channel = mail ? "mail" : "sms",
		.to = send->recipient,
		.subject = mail ? tongue_say(send->tongue, rq->mem, "Your %s code", rq->config->name) : "",
		.body = tongue_say(send->tongue, rq->mem, "Your %s code is %s. It is good for %d minutes.",
				   rq->config->name, code, OTP_MINUTES),
		.secret_until = until
	};

	if (send->nobody && send->instead) {
		message.body = send->instead;
		message.secret_until = 0;
	}
	if (send->nobody && !send->instead)
		outbox_decoy(rq->db, rq->now, &message);
	else
		outbox_put(rq->db, rq->now, &message);
}

/* What whoever had a code sent is told of it; returns the challenge's text. */
static const char *answer_code(struct request *rq, const uint8_t challenge[UUID_BYTES], ms_t expires)
{
	char text[UUID_SIZE];

	answer_bool(rq->data, "otp_required", true);
	answer_int(rq->data, "expires_in", (expires - rq->now) / MS_SECOND);
	answer_text(rq->data, "challenge", uuid_text(challenge, text));
	return talloc_strdup(rq->mem, text);
}

/* Whose tries at a code are counted together: with its challenge all, without it each caller's. */
static const char *tries_of(struct request *rq, const struct row *row, bool with_challenge)
{
	long long id = row_int(row, "id");

	return with_challenge ? talloc_asprintf(rq->mem, "challenge %lld", id)
			      : talloc_asprintf(rq->mem, "code %lld from %s", id, caller_of(rq));
}

/* Has who asks tries left, whichever way they show it? */
static bool tries_left(struct request *rq, const struct row *row)
{
	return row_int(row, "tries") < OTP_TRIES_OPEN &&
	       guess_sum(rq->db, tries_of(rq, row, false), rq->now, TRIES_SPAN) < OTP_TRIES &&
	       guess_sum(rq->db, tries_of(rq, row, true), rq->now, TRIES_SPAN) < OTP_TRIES;
}

const char *otp_live(struct request *rq, const char *purpose, const char *role, const char *recipient)
{
	const struct row *row = otp_latest(rq->db, purpose, role, recipient);

	if (!row || !tries_left(rq, row) || !otp_alive(rq->db, row_int(row, "id"), rq->now))
		return NULL;
	return answer_code(rq, (const uint8_t *)row_cell(row, "challenge")->s, row_time(row, "expires_at"));
}

const char *otp_send(struct request *rq, const struct otp_send *send)
{
	uint8_t challenge[UUID_BYTES], hash[HASH_BYTES], both[CODE_AND_CHALLENGE];
	char code[CODE + 1];
	struct otp_new otp = { .challenge = challenge,
			       .purpose = send->purpose,
			       .role = send->role,
			       .recipient = send->recipient,
			       .account_id = send->account_id,
			       .code_hash = hash,
			       .payload = send->payload,
			       .now = rq->now,
			       .expires = rq->now + OTP_MINUTES * MS_MINUTE };

	if (!count_send(rq, send))
		return NULL;
	uuid_make(challenge);
	snprintf(code, sizeof code, "%06u", (unsigned)random_below(1000000));
	if (send->nobody)
		random_bytes(hash, sizeof hash);
	else
		hash_keyed(KEY_OTP, hashed(code, challenge, both), sizeof both, hash);
	otp_insert(rq->db, &otp);
	queue_message(rq, send, code, otp.expires);
	return answer_code(rq, challenge, otp.expires);
}

/* ---- a code comes back ---- */

static int refuse_code(struct request *rq, const char *code, const char *sentence)
{
	rq->keep = true;
	field_fault(rq, "otp", "%s", sentence);
	return refuse(rq, 422, code, "%s", sentence);
}

int otp_refuse(struct request *rq)
{
	return refuse_code(rq, "OTP_INVALID", "This code is not right. Look at the message again.");
}

static int refuse_over(struct request *rq)
{
	return refuse_code(rq, "OTP_EXPIRED", "This code is no longer good. Ask for a new one.");
}

static const struct row *find(struct request *rq, const struct otp_shown *shown)
{
	uint8_t challenge[UUID_BYTES];
	const struct row *row;

	if (!shown->challenge)
		return shown->recipient ? otp_latest(rq->db, shown->purpose, shown->role, shown->recipient) : NULL;
	if (!uuid_parse(shown->challenge, challenge))
		return NULL;
	row = otp_by_challenge(rq->db, shown->purpose, shown->role, challenge);
	return row && (!shown->recipient || same_contact(row, "recipient", shown->recipient)) ? row : NULL;
}

/* Takes a try at a code that is good; false when there is none left for who asks. */
static bool take_try(struct request *rq, const struct row *row, bool with_challenge)
{
	return guess_count(rq->db, tries_of(rq, row, with_challenge), rq->now, TRIES_SPAN) <= OTP_TRIES &&
	       (with_challenge || otp_try(rq->db, row_int(row, "id"), rq->now));
}

const struct row *otp_open(struct request *rq, const struct otp_shown *shown)
{
	const struct row *row = find(rq, shown);

	if (!row)
		otp_refuse(rq);
	else if (!otp_alive(rq->db, row_int(row, "id"), rq->now) || !take_try(rq, row, shown->challenge != NULL))
		refuse_over(rq);
	return refused(rq) ? NULL : row;
}

bool otp_right(const struct row *row, const char *code)
{
	uint8_t both[CODE_AND_CHALLENGE];

	hashed(code, (const uint8_t *)row_cell(row, "challenge")->s, both);
	return hash_fits(KEY_OTP, both, sizeof both, row_cell(row, "code_hash")->s, HASH_BYTES);
}

bool otp_finish(struct request *rq, const struct row *row)
{
	if (!otp_use(rq->db, row, rq->now)) {
		refuse_over(rq);
		return false;
	}
	guess_take_back(rq->db,
			sent_in_all(rq, row_text(row, "purpose"), row_text(row, "role"), row_text(row, "recipient")),
			row_time(row, "created_at"), MS_HOUR);
	return true;
}

const struct row *otp_redeem(struct request *rq, const struct otp_shown *shown, const char *code)
{
	const struct row *row = otp_open(rq, shown);

	if (!row)
		return NULL;
	if (!otp_right(row, code)) {
		otp_refuse(rq);
		return NULL;
	}
	return otp_finish(rq, row) ? row : NULL;
}

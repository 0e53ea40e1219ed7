/* One-time codes. A code is short, so it is stored under a keyed hash together with its challenge: whoever reads the table
 * without the site's key cannot try the million codes.
 *
 * A try without the challenge is anyone's who knows the number; five of them and the code is dead to all who come without
 * the challenge. Who brings the challenge has gone through the step before, and has five tries of their own, so a stranger
 * cannot spoil the code of somebody who is at the form. */
#include "app/otp.h"
#include "app/sign_in.h"
#include "rules/keys.h"
#include "store/guess.h"
#include "store/otp.h"
#include "store/outbox.h"
#include <stdio.h>
#include <string.h>

enum { CODE = 6 };

static void code_hash(const char *code, const uint8_t challenge[UUID_BYTES], uint8_t out[HASH_BYTES])
{
	uint8_t both[CODE + UUID_BYTES];

	memcpy(both, code, CODE);
	memcpy(both + CODE, challenge, UUID_BYTES);
	hash_keyed(KEY_OTP, both, sizeof both, out);
}

/* May one more be sent? */
static bool count_send(struct request *rq, const struct otp_send *send)
{
	/* Who has one address of IPv6 has at least 2^64 of them. */
	const char *caller = strchr(rq->ip, ':') ? network_of(rq) : rq->ip;
	const char *what = talloc_asprintf(rq->mem, "send %s %s %s to %s", send->purpose, send->role, send->recipient, caller);
	const ms_t span = OTP_SENDS_MINUTES * MS_MINUTE;
	const int most = strcmp(send->purpose, "login") ? OTP_SENDS : OTP_LOGIN_SENDS;

	if (guess_count(rq->db, what, rq->now, span) <= most)
		return true;
	rq->retry_after = guess_wait(rq->db, what, rq->now, span);
	refuse(rq, 429, "OTP_LIMIT", "A code was asked for %d times. Wait a few minutes before you ask for another.", most);
	return false;
}

static void queue_message(struct request *rq, const struct otp_send *send, const char *code)
{
	bool mail = strchr(send->recipient, '@') != NULL;
	const char *body = talloc_asprintf(rq->mem, "Your %s code is %s. It is good for %d minutes.", rq->config->name, code,
					   OTP_MINUTES);

	if (send->nobody)
		body = send->instead;
	if (body)
		outbox_add(rq->db, rq->now, mail ? "mail" : "sms", send->recipient,
			   mail ? talloc_asprintf(rq->mem, "Your %s code", rq->config->name) : "", body);
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

const char *otp_live(struct request *rq, const char *purpose, const char *role, const char *recipient)
{
	const struct row *row = otp_latest(rq->db, purpose, role, recipient);

	if (!row || row_int(row, "tries") >= OTP_TRIES || !otp_alive(rq->db, row_int(row, "id"), rq->now))
		return NULL;
	return answer_code(rq, (const uint8_t *)row_cell(row, "challenge")->s, row_time(row, "expires_at"));
}

const char *otp_send(struct request *rq, const struct otp_send *send)
{
	uint8_t challenge[UUID_BYTES], hash[HASH_BYTES];
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
		code_hash(code, challenge, hash);
	otp_insert(rq->db, &otp);
	queue_message(rq, send, code);
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
	return row && (!shown->recipient || row_is(row, "recipient", shown->recipient)) ? row : NULL;
}

/* All that is guessed at one recipient's codes for one purpose: those of a sign-in, which only the password brings, are not
 * spoilt by a stranger who guesses at codes that anybody may ask for. */
static const char *guesses(struct request *rq, const struct row *row)
{
	return talloc_asprintf(rq->mem, "codes %s %s %s", row_text(row, "purpose"), row_text(row, "role"),
			       row_text(row, "recipient"));
}

/* Whoever had the codes sent: what bounds somebody who knows the password and asks from many addresses. */
static bool within_hour(struct request *rq, const struct row *row)
{
	const char *what = guesses(rq, row);

	if (guess_count(rq->db, what, rq->now, MS_HOUR) <= rq->config->login_failures_per_hour)
		return true;
	rq->retry_after = guess_wait(rq->db, what, rq->now, MS_HOUR);
	refuse(rq, 429, "TOO_MANY_ATTEMPTS", "Too many codes were tried. Try again in %d minutes.", rq->retry_after / 60 + 1);
	return false;
}

const struct row *otp_open(struct request *rq, const struct otp_shown *shown)
{
	const struct row *row = find(rq, shown);
	int64_t id = row ? row_int(row, "id") : 0;
	bool taken;

	if (!row) {
		otp_refuse(rq);
		return NULL;
	}
	if (shown->challenge)
		taken = otp_alive(rq->db, id, rq->now) &&
			guess_count(rq->db, talloc_asprintf(rq->mem, "challenge %lld", (long long)id), rq->now,
				    OTP_MINUTES * MS_MINUTE) <= OTP_TRIES;
	else
		taken = otp_try(rq->db, id, rq->now);
	if (!taken) {
		refuse_over(rq);
		return NULL;
	}
	return within_hour(rq, row) ? row : NULL;
}

bool otp_right(const struct row *row, const char *code)
{
	uint8_t hash[HASH_BYTES];

	code_hash(code, (const uint8_t *)row_cell(row, "challenge")->s, hash);
	return same_bytes(hash, row_cell(row, "code_hash")->s, sizeof hash);
}

bool otp_finish(struct request *rq, const struct row *row)
{
	guess_take_back(rq->db, guesses(rq, row), rq->now, MS_HOUR);
	if (otp_use(rq->db, row_int(row, "id"), rq->now))
		return true;
	refuse_over(rq);
	return false;
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

const char *otp_hint(struct request *rq, const char *recipient)
{
	const char *at = strchr(recipient, '@');
	size_t len = strlen(recipient);

	if (at)
		return talloc_asprintf(rq->mem, "%.1s•••%s", recipient, at);
	return talloc_asprintf(rq->mem, "•••• %s", len > 2 ? recipient + len - 2 : recipient);
}

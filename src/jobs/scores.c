/* Sends points for attendance to platforms for learning. A report that was asked for is first spread into a row for each person, in one
 * transaction; then these are posted one by one, each noted before the next, and what a platform does not take now is tried again later. To a
 * platform one report at a time is sent, so that who is asked whether it has a value already knows of all before. When nothing waits any more the
 * report is drawn (jobs/reports.c): what became of each row. */
#include "app/report.h"
#include "base/log.h"
#include "base/uuid.h"
#include "jobs/jobs.h"
#include "outside/lms.h"
#include "rules/keys.h"
#include "rules/lti.h"
#include "store/lti.h"
#include <stdio.h>
#include <string.h>

enum { BATCH = 50 };
#define FIRST_WAIT MS_MINUTE	/* and twice as long each time */
#define MARGIN (10 * MS_SECOND) /* before a token ends */

/* A platform gives them for an hour or so; one at a time is enough. */
static struct {
	int64_t platform_id;
	ms_t platform_at; /* as it was then: another address or name gets another token */
	ms_t until;	  /* on clock_monotonic() */
	struct lms_token token;
} held;

/* ---- spreading ---- */

struct spreading {
	struct job_run *run;
	const struct row *posting;
};

static bool spread(void *with)
{
	const struct spreading *s = with;
	struct job_run *run = s->run;
	const struct report_wish wish = { .db = run->db,
					  .config = run->config,
					  .mem = run->mem,
					  .account_id = row_int(s->posting, "account_id"),
					  .role = role_named(row_text(s->posting, "role")),
					  .now = run->now };
	struct json_object *asked = report_kept(run->mem, json_tokener_parse(row_text(s->posting, "asked")));
	struct report report;

	report_read(&wish, "lti", "csv", asked, &report);
	return report_lti_spread(&wish, &report, row_int(s->posting, "report")) &&
	       lti_posting_begin(run->db, row_int(s->posting, "report"));
}

/* ---- sending ---- */

static ms_t next_try(int64_t attempts, ms_t wait, ms_t now)
{
	ms_t again = FIRST_WAIT << (attempts < 10 ? attempts : 10);

	return now + (wait > again ? wait : again);
}

/* A token for the platform of a posting. *answer says what else became of it, and error why. */
static bool take_token(struct job_run *run, const struct row *posting, struct lms_answer *answer, char error[LMS_ERROR])
{
	const struct cell *sealed = row_cell(posting, "secret");
	uint8_t secret[LTI_SECRET_MAX], bytes[UUID_BYTES];
	char id[UUID_SIZE], *assertion;
	const size_t len = sealed->null || sealed->len < SEAL_EXTRA ? 0 : sealed->len - SEAL_EXTRA;

	if (held.platform_id == row_int(posting, "platform_id") &&
	    held.platform_at == row_time(posting, "platform_at") && held.until > clock_monotonic())
		return true;
	*answer = (struct lms_answer){ .outcome = SEND_NEVER };
	snprintf(error, LMS_ERROR, "The key for the platform does not open with the site key.");
	if (!len || len > sizeof secret || !unseal((const uint8_t *)sealed->s, sealed->len, secret))
		return false;
	uuid_make(bytes);
	assertion = lti_assertion(run->mem,
				  &(struct lti_assertion){ .client_id = row_text(posting, "client_id"),
							   .audience = row_text(posting, "token_url"),
							   .key_id = row_text(posting, "key_id"),
							   .id = uuid_text(bytes, id),
							   .now = clock_now() },
				  secret, len);
	explicit_bzero(secret, sizeof secret);
	if (!assertion)
		return false;
	*answer = lms_token(run->config, row_text(posting, "token_url"), assertion, LTI_SCOPE, &held.token, error);
	held.platform_id = answer->outcome == SEND_OK ? row_int(posting, "platform_id") : 0;
	held.platform_at = row_time(posting, "platform_at");
	held.until = clock_monotonic() + held.token.lasts - MARGIN;
	return answer->outcome == SEND_OK;
}

struct sent {
	struct db *db;
	int64_t id;
	ms_t now;
};

static bool note_sent(void *with)
{
	const struct sent *s = with;

	return lti_score_sent(s->db, s->id, s->now);
}

/* False on failure of the database. */
static bool send_one(struct job_run *run, const struct row *posting, const struct row *score, bool *stale)
{
	struct sent sent = { run->db, row_int(score, "id"), clock_now() };
	char error[LMS_ERROR];
	struct lms_answer answer;

	answer = lms_score(
		run->config, held.token.text,
		&(struct lms_score){
			.url = lti_scores_url(run->mem, row_text(posting, "line_item")),
			.type = LTI_SCORE_TYPE,
			.body = lti_score_body(run->mem, &(struct lti_score){ .user_id = row_text(score, "user_id"),
									      .given = row_cell(score, "given")->d,
									      .maximum = row_cell(score, "maximum")->d,
									      .at = row_time(posting, "scored_at") }),
			.user_id = row_text(score, "user_id") },
		error);
	if (answer.outcome == SEND_OK)
		return db_transaction(run->db, note_sent, NULL, &sent) || db_error(run->db) == DB_OK;
	*stale = answer.stale;
	return lti_score_failed(
		run->db, row_int(posting, "report"), sent.id, error,
		answer.outcome == SEND_LATER ? next_try(row_int(score, "attempts"), answer.wait, clock_now()) : 0);
}

static bool send_some(struct job_run *run, const struct row *posting)
{
	const int64_t report = row_int(posting, "report");
	const struct rows *scores = lti_scores_due(run->db, report, run->now, BATCH);
	struct lms_answer answer;
	char error[LMS_ERROR];
	bool stale = false;

	run->more = true;
	for (size_t i = 0; i < scores->n && !job_should_stop(run); i++) {
		struct row score = row_at(scores, i);

		if (!take_token(run, posting, &answer, error)) {
			log_error("scores_without_token", F("report", report), F("error", error));
			return lti_score_failed(run->db, report, 0, error,
						answer.outcome == SEND_LATER ? next_try(row_int(&score, "attempts"),
											answer.wait, clock_now())
									     : 0);
		}
		if (!send_one(run, posting, &score, &stale))
			return false;
		if (stale)
			held.platform_id = 0;
	}
	return db_error(run->db) == DB_OK;
}

bool job_scores(struct job_run *run)
{
	const struct row *posting = lti_posting_due(run->db, run->now);
	struct spreading spreading = { .run = run };

	if (posting && !send_some(run, posting))
		return false;
	if (!lti_postings_look(run->db))
		return false;
	spreading.posting = lti_posting_new(run->db);
	if (!spreading.posting)
		return db_error(run->db) == DB_OK;
	run->more = true;
	return db_transaction(run->db, spread, NULL, &spreading) || db_error(run->db) == DB_OK;
}

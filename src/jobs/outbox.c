/* Sends what waits in the outbox, a small batch at a time, so that two senders share a rush and a dying one takes few messages
 * with it. What was sent is noted together, for each commit costs the sale a part of its disk, but soon: what a dying sender
 * had sent and not noted is sent twice. No transaction is open while the outside world is spoken to. */
#include "store/outbox.h"
#include "app/paper.h"
#include "base/log.h"
#include "base/trace.h"
#include "base/uuid.h"
#include "jobs/jobs.h"
#include "jobs/letter.h"
#include "jobs/push.h"
#include "outside/mail.h"
#include "outside/sms.h"
#include "render/renderer.h"
#include <stdio.h>
#include <string.h>

/* A batch's lease outlives its sends, of which each takes at most ten seconds. */
enum { BATCH = 10, ERROR_SIZE = 300, NOTE_MS = 200 };
_Static_assert((int)BATCH <= (int)DB_SOME, "one statement notes a batch");
#define LEASE (3 * MS_MINUTE)

/* When to try again after the first, second … failure. A gateway's hiccup is over in seconds, an
 * outage in hours; after a day nobody wants the message any more. */
static const ms_t RETRIES[] = { 5 * MS_SECOND,	20 * MS_SECOND, MS_MINUTE,   5 * MS_MINUTE, 15 * MS_MINUTE,
				30 * MS_MINUTE, MS_HOUR,	2 * MS_HOUR, 4 * MS_HOUR,   8 * MS_HOUR };

/* What came of one try. */
struct attempt {
	bool gone; /* there is nobody any more who could get it */
	ms_t wait; /* not before so long is it tried again: its receiver said so */
	char error[ERROR_SIZE];
};

static ms_t retry_at(int64_t attempts, ms_t wait, ms_t now)
{
	if (attempts < 1 || attempts > (int64_t)(sizeof(RETRIES) / sizeof(RETRIES[0])))
		return 0;
	return now + (wait > RETRIES[attempts - 1] ? wait : RETRIES[attempts - 1]);
}

/* A code that is over helps nobody. */
static bool is_over(const struct row *message, ms_t now)
{
	return !row_null(message, "secret_until") && row_time(message, "secret_until") <= now;
}

/* Draws what goes with it; *n files. False when it could not be drawn now. */
static bool draw_files(struct job_run *run, TALLOC_CTX *mem, const struct row *message,
		       struct mail_file files[PAPERS_MAX], size_t *n)
{
	struct paper_wish wish = { .db = run->db, .config = run->config, .mem = mem };
	struct attachment papers[PAPERS_MAX];
	bool good = true;

	*n = row_null(message, "attached_noun") ? 0
						: papers_attached(&wish, row_text(message, "attached_noun"),
								  row_int(message, "attached_id"), papers);
	for (size_t i = 0; good && i < *n; i++) {
		struct drawn drawn;

		good = drawing_draw(mem, &papers[i].drawing, "", &drawn);
		files[i] = (struct mail_file){ talloc_asprintf(mem, "%s %s", papers[i].title, drawn.name), drawn.type,
					       drawn.bytes, drawn.len };
	}
	return good && db_error(run->db) == DB_OK;
}

/* What cannot be drawn goes without it in the end: the message says where it is. */
static enum send_outcome send_mail(struct job_run *run, const struct row *message, const struct letter *letter,
				   char *error, size_t size)
{
	char id[64];
	TALLOC_CTX *mem = talloc_new(NULL);
	struct mail_file files[PAPERS_MAX];
	struct mail mail = { .to = row_text(message, "recipient"),
			     .subject = letter->subject,
			     .text = letter->text,
			     .html = letter->html,
			     .reply_to = letter->reply_to,
			     .unsubscribe = letter->unsubscribe,
			     .message_id = id,
			     .files = files };
	enum send_outcome outcome = SEND_LATER;
	bool drawn;

	/* The same at every try, so that a receiver can tell a repetition. */
	snprintf(id, sizeof(id), "outbox.%lld.%lld", (long long)row_int(message, "id"),
		 (long long)row_time(message, "created_at"));

	db_memory(run->db, mem);
	drawn = draw_files(run, mem, message, files, &mail.n_files);
	if (!drawn && row_int(message, "attempts") > 3)
		mail.n_files = 0;
	if (drawn || !mail.n_files)
		outcome = mail_send(run->config, &mail, error, size);
	else
		snprintf(error, size, "What goes with it could not be drawn.");
	db_memory(run->db, run->mem);
	talloc_free(mem);
	return outcome;
}

static enum send_outcome send_push(struct job_run *run, const struct row *message, const struct letter *letter,
				   struct attempt *attempt)
{
	struct push_answer answer = push_hand_out(run, message, letter, attempt->error, ERROR_SIZE);

	attempt->wait = answer.wait;
	attempt->gone = answer.gone;
	return answer.outcome;
}

static enum send_outcome hand_out(struct job_run *run, const struct row *message, const struct letter *letter,
				  struct attempt *attempt)
{
	if (is_over(message, clock_now())) {
		snprintf(attempt->error, ERROR_SIZE, "It was not sent in time: its code is over.");
		return SEND_NEVER;
	}
	if (row_is(message, "channel", "sms"))
		return sms_send(run->config, row_text(message, "recipient"), letter->text, attempt->error, ERROR_SIZE);
	if (row_is(message, "channel", "push"))
		return send_push(run, message, letter, attempt);
	if (!row_is(message, "channel", "mail")) {
		snprintf(attempt->error, ERROR_SIZE, "There is no such channel.");
		return SEND_NEVER;
	}
	return send_mail(run, message, letter, attempt->error, ERROR_SIZE);
}

/* Written and sent. What a template does wrong an operator can mend, so it is tried again. */
static enum send_outcome write_and_send(struct job_run *run, const struct row *message, const char *lease,
					struct attempt *attempt)
{
	const char *why = "";
	struct letter letter;
	enum send_outcome outcome;

	switch (letter_of(run, message, &letter, &why)) {
	case LETTER_DECLINED:
		snprintf(attempt->error, ERROR_SIZE, "Its reader declined such mails.");
		return SEND_NEVER;
	case LETTER_FAILED:
		snprintf(attempt->error, ERROR_SIZE, "Its template cannot be filled: %s", why);
		return SEND_LATER;
	case LETTER_WRITTEN:
		break;
	}
	outcome = hand_out(run, message, &letter, attempt);
	if (outcome == SEND_OK && !row_null(message, "kind"))
		outbox_written(run->db, row_int(message, "id"), lease, letter.subject, letter.text, run->config->demo);
	return outcome;
}

/* Messages under one lease, of which some were sent and not noted yet. */
struct batch {
	char lease[UUID_SIZE];
	int64_t sent[BATCH];
	size_t n_sent;
	ms_t noted;
	bool at_pushes; /* which may take long, so what was sent before them is noted */
};

static bool note_sent(struct job_run *run, struct batch *batch, ms_t now)
{
	/* A demo shows what it sent, everybody's codes too. */
	bool good = !batch->n_sent ||
		    outbox_sent(run->db, batch->sent, batch->n_sent, batch->lease, run->config->demo, now);

	batch->n_sent = 0;
	batch->noted = now;
	return good;
}

static bool send_one(struct job_run *run, const struct row *message, struct batch *batch)
{
	struct attempt attempt = { .error = "" };
	int64_t id = row_int(message, "id"), attempts = row_int(message, "attempts");
	enum send_outcome outcome = write_and_send(run, message, batch->lease, &attempt);
	ms_t now = clock_now(), again;

	if (outcome == SEND_OK) {
		log_debug("message_sent", F("id", id), F("channel", row_text(message, "channel")));
		batch->sent[batch->n_sent++] = id;
		return now - batch->noted < NOTE_MS || note_sent(run, batch, now);
	}
	/* Browsers come and go: nobody has to look into it. */
	if (attempt.gone) {
		log_info("message_dropped", F("id", id), F("channel", row_text(message, "channel")));
		return outbox_drop(run->db, id, batch->lease);
	}
	again = outcome == SEND_LATER ? retry_at(attempts, attempt.wait, now) : 0;
	if (is_over(message, again))
		again = 0;
	if (again)
		log_warn("message_not_sent", F("id", id), F("channel", row_text(message, "channel")),
			 F("attempts", attempts), F("error", attempt.error));
	else
		log_error("message_failed", F("id", id), F("channel", row_text(message, "channel")),
			  F("attempts", attempts), F("error", attempt.error));
	return outbox_failed(run->db, id, batch->lease, attempt.error, again, now);
}

/* In the name of the request that caused it. */
static bool send_traced(struct job_run *run, const struct row *message, struct batch *batch)
{
	const struct trace *own = trace_current();
	struct trace trace;
	bool good;

	trace_begin(&trace, row_null(message, "traceparent") ? NULL : row_text(message, "traceparent"), NULL);
	trace_turn_to(&trace);
	good = send_one(run, message, batch);
	trace_turn_to(own);
	return good;
}

/* *n gets how many were there. */
static bool send_batch(struct job_run *run, size_t *n)
{
	uint8_t bytes[UUID_BYTES];
	ms_t now = clock_now();
	struct batch batch = { .noted = now };
	const struct rows *messages;
	bool good = true;

	uuid_make(bytes);
	messages = outbox_claim(run->db, now, uuid_text(bytes, batch.lease), now + LEASE, BATCH);
	*n = messages->n;
	for (size_t i = 0; good && i < *n; i++) {
		struct row message = row_at(messages, i);

		if (job_should_stop(run))
			return note_sent(run, &batch, clock_now()) && outbox_release(run->db, batch.lease, clock_now());
		if (!batch.at_pushes && row_is(&message, "channel", "push")) {
			batch.at_pushes = true;
			good = note_sent(run, &batch, clock_now());
		}
		good = good && send_traced(run, &message, &batch);
	}
	return good && note_sent(run, &batch, clock_now()) && db_error(run->db) == DB_OK;
}

bool job_outbox(struct job_run *run)
{
	size_t n = BATCH;

	while (n == BATCH) {
		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		if (!send_batch(run, &n))
			return false;
	}
	return true;
}

/* curl's multi interface: all that are under way are moved on together whenever somebody looks. */
#include "outside/webhook.h"
#include "base/utf8.h"
#include "outside/guard.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_MAX = 4096 /* of an answer; who says more is not listened to */ };

struct webhook_calls {
	const struct config *config;
	CURLM *multi;
	unsigned n;
};

/* One under way. */
struct flight {
	struct webhook_call *call;
	CURLM *multi;
	CURL *curl;
	struct curl_slist *head;
	size_t read;
	struct guard guard;
};

static int end_all(struct webhook_calls *calls)
{
	talloc_free_children(calls); /* those that are under way */
	curl_multi_cleanup(calls->multi);
	return 0;
}

static int end_flight(struct flight *f)
{
	curl_multi_remove_handle(f->multi, f->curl);
	curl_easy_cleanup(f->curl);
	curl_slist_free_all(f->head);
	return 0;
}

struct webhook_calls *webhook_calls_new(TALLOC_CTX *ctx, const struct config *config)
{
	struct webhook_calls *calls = talloc_zero(ctx, struct webhook_calls);

	calls->config = config;
	calls->multi = curl_multi_init();
	if (!calls->multi)
		abort();
	talloc_set_destructor(calls, end_all);
	return calls;
}

unsigned webhook_under_way(const struct webhook_calls *calls)
{
	return calls->n;
}

/* ---- one of them ---- */

static size_t keep(char *bytes, size_t size, size_t n, void *with)
{
	struct flight *f = with;
	size_t all = size * n,
	       room = WEBHOOK_ANSWER - 1 - (f->read < WEBHOOK_ANSWER - 1 ? f->read : WEBHOOK_ANSWER - 1);

	memcpy(f->call->answer + (WEBHOOK_ANSWER - 1 - room), bytes, all < room ? all : room);
	f->read += all;
	return f->read > READ_MAX ? 0 : all;
}

static struct curl_slist *head_of(const struct webhook_call *call)
{
	char at[24];
	struct curl_slist *head = curl_line(NULL, "Content-Type", "application/json");

	snprintf(at, sizeof at, "%lld", (long long)call->at_s);
	head = curl_line(head, "webhook-id", call->id);
	head = curl_line(head, "webhook-timestamp", at);
	head = curl_line(head, "webhook-signature", call->signatures);
	return curl_line(head, "Expect", ""); /* nobody is asked whether they want it */
}

static void set_options(CURL *curl, struct flight *f)
{
	curl_easy_setopt(curl, CURLOPT_PRIVATE, f);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, f->head);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)f->call->len);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, f->call->body);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, f);
}

void webhook_call(struct webhook_calls *calls, struct webhook_call *call)
{
	struct flight *f = talloc_zero(calls, struct flight);

	call->status = 0;
	call->took = 0;
	memset(call->answer, 0, sizeof call->answer);
	*call->error = '\0';
	f->call = call;
	f->curl = curl_new(call->url, guard_protocols(calls->config));
	if (!f->curl)
		abort();
	guard_set(&f->guard, f->curl, calls->config, call->url);
	f->head = head_of(call);
	set_options(f->curl, f);
	f->multi = calls->multi;
	if (curl_multi_add_handle(calls->multi, f->curl))
		abort();
	talloc_set_destructor(f, end_flight);
	calls->n++;
}

/* ---- ended ---- */

/* It is kept and shown: what is no text of UTF-8 becomes a "?". */
static void make_text(char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0, step; i < len; i += step) {
		step = utf8_length(s + i, len - i);
		if (step && ((unsigned char)s[i] >= ' ' || s[i] == '\n') && s[i] != 0x7f)
			continue;
		s[i] = step ? ' ' : '?';
		step = 1;
	}
}

static void judge(struct flight *f, CURLcode fault)
{
	struct webhook_call *call = f->call;
	curl_off_t took = 0;

	curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &call->status);
	curl_easy_getinfo(f->curl, CURLINFO_TOTAL_TIME_T, &took);
	call->took = (ms_t)(took / 1000);
	make_text(call->answer);
	if (fault == CURLE_OK || (fault == CURLE_WRITE_ERROR && f->read > READ_MAX)) {
		if (call->status < 200 || call->status > 299)
			snprintf(call->error, sizeof call->error, "It answered %ld.", call->status);
		return;
	}
	call->status = 0;
	if (f->guard.kept_out)
		snprintf(call->error, sizeof call->error, "It leads to an address that is not public.");
	else
		snprintf(call->error, sizeof call->error, "It could not be reached: %s.", curl_easy_strerror(fault));
}

static struct webhook_call *take(struct webhook_calls *calls)
{
	struct webhook_call *call;
	struct flight *f = NULL;
	CURLMsg *said;
	int left;

	while ((said = curl_multi_info_read(calls->multi, &left)))
		if (said->msg == CURLMSG_DONE)
			break;
	if (!said || curl_easy_getinfo(said->easy_handle, CURLINFO_PRIVATE, (char **)&f) || !f)
		return NULL;
	call = f->call;
	judge(f, said->data.result);
	talloc_free(f);
	calls->n--;
	return call;
}

struct webhook_call *webhook_ended(struct webhook_calls *calls, int wait_ms)
{
	ms_t until = clock_monotonic() + wait_ms, left;
	struct webhook_call *call;
	int running;

	for (;;) {
		curl_multi_perform(calls->multi, &running);
		call = take(calls);
		left = until - clock_monotonic();
		if (call || !calls->n || left <= 0)
			return call;
		curl_multi_poll(calls->multi, NULL, 0, (int)left, NULL);
	}
}

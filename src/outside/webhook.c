/* curl's multi interface: all that are under way are moved on together whenever somebody looks. */
#include "outside/webhook.h"
#include "base/address.h"
#include "base/list.h"
#include "base/utf8.h"
#include "outside/curl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

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
	bool may_be_private, kept_out;
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

/* ---- where it may go ---- */

/* Is the host of that address one of the list? As curl reads it, so that both mean the same. */
static bool host_listed(const char *url, const char *list)
{
	CURLU *parts = curl_url();
	char *host = NULL;
	bool listed = false;

	if (parts && !curl_url_set(parts, CURLUPART_URL, url, 0) && !curl_url_get(parts, CURLUPART_HOST, &host, 0)) {
		const char *at = list, *item;
		size_t len;

		while (!listed && (item = list_next(&at, ',', &len)))
			listed = len == strlen(host) && !strncasecmp(item, host, len);
	}
	curl_free(host);
	curl_url_cleanup(parts);
	return listed;
}

/* curl asks for a socket to the very address that it is about to connect to. */
static curl_socket_t open_socket(void *with, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct flight *f = with;

	if (purpose != CURLSOCKTYPE_IPCXN || (!f->may_be_private && !address_is_public(&address->addr))) {
		f->kept_out = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
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

static struct curl_slist *line(struct curl_slist *head, const char *name, const char *value)
{
	char text[400];
	struct curl_slist *longer;

	snprintf(text, sizeof text, "%s: %s", name, value);
	longer = curl_slist_append(head, text);
	if (!longer)
		abort();
	return longer;
}

static struct curl_slist *head_of(const struct webhook_call *call)
{
	char at[24];
	struct curl_slist *head = line(NULL, "Content-Type", "application/json");

	snprintf(at, sizeof at, "%lld", (long long)call->at_s);
	head = line(head, "webhook-id", call->id);
	head = line(head, "webhook-timestamp", at);
	head = line(head, "webhook-signature", call->signatures);
	return line(head, "Expect", ""); /* nobody is asked whether they want it */
}

static void set_options(CURL *curl, struct flight *f)
{
	const char *trusted = getenv("CURL_CA_BUNDLE");

	curl_easy_setopt(curl, CURLOPT_PRIVATE, f);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, f);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* a resolver that hangs is not waited for */
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, f->head);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "Gatehouse/" GATEHOUSE_VERSION);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)f->call->len);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, f->call->body);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, f);
	if (trusted && *trusted)
		curl_easy_setopt(curl, CURLOPT_CAINFO, trusted);
}

void webhook_call(struct webhook_calls *calls, struct webhook_call *call)
{
	struct flight *f = talloc_zero(calls, struct flight);

	call->status = 0;
	call->took = 0;
	memset(call->answer, 0, sizeof call->answer);
	*call->error = '\0';
	f->call = call;
	f->may_be_private = host_listed(call->url, calls->config->webhook_private);
	f->curl = curl_new(call->url, calls->config->webhook_http ? "http,https" : "https");
	if (!f->curl)
		abort();
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
	if (f->kept_out)
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

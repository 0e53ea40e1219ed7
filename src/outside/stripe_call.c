/* The way to Stripe and back. A worker keeps its connection, for a new one costs several times to and fro before the first byte
 * of a payment is under way. The secret key goes into the header and nowhere else; what is logged of a refusal is Stripe's own
 * words of what was wrong, never what was sent. */
#include "outside/stripe_call.h"
#include "base/clock.h"
#include "base/json_in.h"
#include "base/log.h"
#include "outside/curl.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	ANSWER_MAX = 2 << 20, /* a list of 100 with all that hangs on it */
	AGAIN_WITHIN = 3000,  /* ms: who waited longer for the first answer is not made to wait for a second */
	AGAIN_AFTER = 200     /* ms */
};

void form_text(struct buf *form, const char *name, const char *value)
{
	if (!value)
		return;
	if (form->len)
		buf_char(form, '&');
	buf_url(form, name, "");
	buf_char(form, '=');
	buf_url(form, value, "");
}

void form_int(struct buf *form, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, value);
	form_text(form, name, text);
}

/* ---- members ---- */

struct json_object *stripe_member(struct json_object *object, const char *path)
{
	char name[60];

	while (object && *path) {
		size_t len = strcspn(path, ".");

		if (len >= sizeof name || !json_object_is_type(object, json_type_object))
			return NULL;
		memcpy(name, path, len);
		name[len] = '\0';
		object = json_object_object_get(object, name);
		path += len + (path[len] == '.');
	}
	return object;
}

const char *stripe_text(struct json_object *object, const char *path)
{
	struct json_object *value = stripe_member(object, path);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

int64_t stripe_int(struct json_object *object, const char *path)
{
	struct json_object *value = stripe_member(object, path);

	return json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;
}

/* ---- the call ---- */

static size_t keep(char *bytes, size_t size, size_t n, void *with)
{
	struct buf *body = with;

	buf_add(body, bytes, size * n);
	return buf_over(body) ? 0 : size * n;
}

static struct curl_slist *head_of(const struct config *config, const char *key)
{
	struct curl_slist *head = NULL;
	char bearer[540];

	snprintf(bearer, sizeof bearer, "Bearer %s", config->payment_secret_key);
	head = curl_line(head, "Authorization", bearer);
	head = curl_line(head, "Stripe-Version", STRIPE_VERSION);
	if (key)
		head = curl_line(head, "Idempotency-Key", key);
	return curl_traced(head);
}

/* The handle of this process: a child makes its own. */
static CURL *handle_for(const char *url)
{
	static CURL *kept;
	static pid_t whose;

	if (whose != getpid())
		kept = NULL;
	whose = getpid();
	kept = curl_again(kept, url, strncmp(url, "https://", 8) ? "http" : "https");
	return kept;
}

static void read_answer(struct stripe_reply *reply, const struct buf *body)
{
	bool failed = reply->status == 409 || reply->status == 429 || reply->status >= 500;

	if (json_read(body->data, body->len, &reply->body) || !json_object_is_type(reply->body, json_type_object)) {
		json_object_put(reply->body);
		reply->body = NULL;
	}
	if (reply->status >= 200 && reply->status < 300 && reply->body)
		reply->said = STRIPE_OK;
	else if (reply->status >= 400 && !failed)
		reply->said = STRIPE_REFUSED;
}

/* method: NULL: POST where there is a form, else GET. */
static struct stripe_reply call_once(const struct config *config, const char *method, const char *path,
				     const struct buf *form, const char *key)
{
	struct stripe_reply reply = { .said = STRIPE_NO_ANSWER };
	TALLOC_CTX *mem = talloc_new(NULL);
	struct buf *body = buf_new(mem, ANSWER_MAX);
	struct curl_slist *head = head_of(config, key);
	CURL *curl = handle_for(talloc_asprintf(mem, "%s%s", config->payment_url, path));
	CURLcode fault = CURLE_FAILED_INIT;

	if (curl) {
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, head);
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
		if (method)
			curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
		if (form) {
			curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)form->len);
			curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form->data);
		}
		fault = curl_easy_perform(curl);
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
	}
	if (fault == CURLE_OK)
		read_answer(&reply, body);
	if (reply.said != STRIPE_OK)
		log_warn("payment_provider", F("path", path), F("status", reply.status),
			 F("error",
			   fault == CURLE_OK ? stripe_text(reply.body, "error.type") : curl_easy_strerror(fault)),
			 F("code", stripe_text(reply.body, "error.code")),
			 F("param", stripe_text(reply.body, "error.param")));
	curl_slist_free_all(head);
	talloc_free(mem);
	return reply;
}

static struct stripe_reply call(const struct config *config, const char *method, const char *path,
				const struct buf *form, const char *key)
{
	static const struct timespec PAUSE = { .tv_nsec = AGAIN_AFTER * 1000000L };
	ms_t began = clock_monotonic();
	struct stripe_reply reply = call_once(config, method, path, form, key);

	if (reply.said != STRIPE_NO_ANSWER || clock_monotonic() - began > AGAIN_WITHIN)
		return reply;
	stripe_done(&reply);
	nanosleep(&PAUSE, NULL);
	return call_once(config, method, path, form, key);
}

struct stripe_reply stripe_call(const struct config *config, const char *path, const struct buf *form, const char *key)
{
	return call(config, NULL, path, form, key);
}

struct stripe_reply stripe_delete(const struct config *config, const char *path)
{
	return call(config, "DELETE", path, NULL, NULL);
}

void stripe_done(struct stripe_reply *reply)
{
	json_object_put(reply->body);
	reply->body = NULL;
}

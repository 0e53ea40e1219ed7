/* A connection each: a platform is called some hundred times in a term. */
#include "outside/lms.h"
#include "outside/guard.h"
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum {
	ANSWER_MAX = 16 << 10, /* of an answer; who says more is not listened to */
	WAIT_MAX_S = 3600,
	LASTS_MAX_S = 3600,
	LASTS_USUAL_S = 60 /* where nothing is said of it */
};

struct call {
	CURL *curl;
	struct curl_slist *head;
	struct guard guard;
	char answer[ANSWER_MAX + 1];
	size_t len;
};

static size_t keep(char *bytes, size_t size, size_t n, void *with)
{
	struct call *call = with;
	const size_t all = size * n;

	if (all > ANSWER_MAX - call->len)
		return 0;
	memcpy(call->answer + call->len, bytes, all);
	call->len += all;
	return all;
}

/* Freed by end_call(). */
static struct call *new_call(const struct config *config, const char *url, const char *type, const char *body)
{
	struct call *call = calloc(1, sizeof *call);

	if (!call)
		abort();
	call->curl = curl_new(url, guard_protocols(config));
	if (!call->curl)
		abort();
	guard_set(&call->guard, call->curl, config, url);
	call->head = curl_line(NULL, "Content-Type", type);
	call->head = curl_line(call->head, "Expect", "");
	curl_easy_setopt(call->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	curl_easy_setopt(call->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(call->curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(call->curl, CURLOPT_WRITEDATA, call);
	return call;
}

static void end_call(struct call *call)
{
	curl_slist_free_all(call->head);
	curl_easy_cleanup(call->curl);
	free(call);
}

static struct lms_answer later(CURL *curl)
{
	curl_off_t wait = 0;

	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
	if (wait < 0 || wait > WAIT_MAX_S)
		wait = WAIT_MAX_S;
	return (struct lms_answer){ .outcome = SEND_LATER, .wait = (ms_t)wait * MS_SECOND };
}

static struct lms_answer perform(struct call *call, char error[LMS_ERROR])
{
	CURLcode fault;
	long status = 0;

	curl_easy_setopt(call->curl, CURLOPT_HTTPHEADER, call->head);
	fault = curl_easy_perform(call->curl);
	*error = '\0';
	if (fault != CURLE_OK && call->guard.kept_out) {
		snprintf(error, LMS_ERROR, "The platform leads to an address that is not public.");
		return (struct lms_answer){ .outcome = SEND_NEVER };
	}
	if (fault != CURLE_OK) {
		snprintf(error, LMS_ERROR, "The platform could not be reached: %s.", curl_easy_strerror(fault));
		return (struct lms_answer){ .outcome = SEND_LATER };
	}
	curl_easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200 && status <= 299)
		return (struct lms_answer){ .outcome = SEND_OK };
	snprintf(error, LMS_ERROR, "The platform answered %ld.", status);
	if (status == 409)
		return (struct lms_answer){ .outcome = SEND_OK };
	if (status == 401)
		return (struct lms_answer){ .outcome = SEND_LATER, .stale = true };
	if (status == 408 || status == 425 || status == 429 || status >= 500)
		return later(call->curl);
	return (struct lms_answer){ .outcome = SEND_NEVER };
}

/* ---- tokens ---- */

/* RFC 6749, 5.1. */
static bool read_token(const char *text, struct lms_token *token)
{
	struct json_object *json = json_tokener_parse(text), *found = json_object_object_get(json, "access_token");
	const char *given = json_object_is_type(found, json_type_string) ? json_object_get_string(found) : "";
	const int64_t lasts = json_object_get_int64(json_object_object_get(json, "expires_in"));
	/* It stands in a header. */
	const bool good = *given && strlen(given) < LMS_TOKEN && !strpbrk(given, "\r\n");

	if (good) {
		snprintf(token->text, sizeof token->text, "%s", given);
		token->lasts = (lasts <= 0 ? LASTS_USUAL_S : lasts > LASTS_MAX_S ? LASTS_MAX_S : lasts) * MS_SECOND;
	}
	json_object_put(json);
	return good;
}

/* RFC 6749, 4.4, by RFC 7523, 2.2. What is signed has no sign that a form would spell otherwise; a scope has. */
static struct lms_answer ask_token(const struct config *config, const char *url, const char *assertion,
				   const char *scope, struct lms_token *token, char error[LMS_ERROR])
{
	char *said = curl_easy_escape(NULL, scope, 0), *body;
	struct lms_answer answer;
	struct call *call;

	body = talloc_asprintf(NULL,
			       "grant_type=client_credentials&client_assertion_type="
			       "urn%%3Aietf%%3Aparams%%3Aoauth%%3Aclient-assertion-type%%3Ajwt-bearer"
			       "&client_assertion=%s&scope=%s",
			       assertion, said);
	call = new_call(config, url, "application/x-www-form-urlencoded", body);
	answer = perform(call, error);
	if (answer.outcome == SEND_OK && !read_token(call->answer, token)) {
		snprintf(error, LMS_ERROR, "The platform gave no token.");
		answer = (struct lms_answer){ .outcome = SEND_NEVER };
	}
	answer.stale = false;
	end_call(call);
	talloc_free(body);
	curl_free(said);
	return answer;
}

static struct lms_answer post_score(const struct config *config, const char *token, const struct lms_score *score,
				    char error[LMS_ERROR])
{
	struct call *call = new_call(config, score->url, score->type, score->body);
	struct lms_answer answer;

	curl_easy_setopt(call->curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
	curl_easy_setopt(call->curl, CURLOPT_XOAUTH2_BEARER, token);
	answer = perform(call, error);
	end_call(call);
	return answer;
}

/* ---- the twin ---- */

static struct lms_answer twin_token(const struct config *config, const char *url, const char *assertion,
				    const char *scope, struct lms_token *token, char error[LMS_ERROR])
{
	(void)config, (void)url, (void)assertion, (void)scope;
	*error = '\0';
	snprintf(token->text, sizeof token->text, "sandbox");
	token->lasts = MS_HOUR;
	return (struct lms_answer){ .outcome = SEND_OK };
}

static struct lms_answer twin_score(const struct config *config, const char *token, const struct lms_score *score,
				    char error[LMS_ERROR])
{
	(void)config, (void)token;
	*error = '\0';
	if (!strncmp(score->user_id, "unknown", 7)) {
		snprintf(error, LMS_ERROR, "The platform answered %ld.", 404L);
		return (struct lms_answer){ .outcome = SEND_NEVER };
	}
	if (!strncmp(score->user_id, "slow", 4)) {
		snprintf(error, LMS_ERROR, "The platform answered %ld.", 503L);
		return (struct lms_answer){ .outcome = SEND_LATER };
	}
	return (struct lms_answer){ .outcome = SEND_OK };
}

/* ---- which ---- */

static const struct service {
	const char *name;
	struct lms_answer (*token)(const struct config *config, const char *url, const char *assertion,
				   const char *scope, struct lms_token *token, char error[LMS_ERROR]);
	struct lms_answer (*score)(const struct config *config, const char *token, const struct lms_score *score,
				   char error[LMS_ERROR]);
} SERVICES[] = { { "http", ask_token, post_score }, { "sandbox", twin_token, twin_score } };

/* What is no other is the twin, which reaches nobody. */
static const struct service *service_of(const struct config *config)
{
	return &SERVICES[strcmp(config->lms_transport, SERVICES[0].name) != 0];
}

struct lms_answer lms_token(const struct config *config, const char *token_url, const char *assertion,
			    const char *scope, struct lms_token *token, char error[LMS_ERROR])
{
	return service_of(config)->token(config, token_url, assertion, scope, token, error);
}

struct lms_answer lms_score(const struct config *config, const char *token, const struct lms_score *score,
			    char error[LMS_ERROR])
{
	return service_of(config)->score(config, token, score, error);
}

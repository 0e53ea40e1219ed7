/* One connection a message: services are few, but whose turn it is next nobody knows. */
#include "outside/push.h"
#include "outside/guard.h"
#include <stdio.h>
#include <stdlib.h>

enum { PUSH_MS = 5000, WAIT_MAX = 8 * 3600 /* a service that says more is asked after so long */ };

/* RFC 8030 §5, RFC 8291 §4, RFC 8292 §3. */
static struct curl_slist *head_of(const struct push *push)
{
	char keep[16];
	struct curl_slist *head = curl_line(NULL, "Authorization", push->authorization);

	snprintf(keep, sizeof keep, "%d", push->keep_s);
	head = curl_line(head, "TTL", keep);
	head = curl_line(head, "Urgency", push->urgency);
	head = curl_line(head, "Topic", push->topic);
	head = curl_line(head, "Content-Type", "application/octet-stream");
	head = curl_line(head, "Content-Encoding", "aes128gcm");
	return curl_line(head, "Expect", "");
}

static struct push_answer later(CURL *curl)
{
	curl_off_t wait = 0;

	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
	if (wait < 0 || wait > WAIT_MAX)
		wait = WAIT_MAX;
	return (struct push_answer){ .outcome = SEND_LATER, .wait = (ms_t)wait * MS_SECOND };
}

/* What no other try would change is given up: 400, 401 and 403 our request or key, 413 its length. */
static struct push_answer judge(CURL *curl, long status)
{
	if (status >= 200 && status <= 299)
		return (struct push_answer){ .outcome = SEND_OK };
	if (status == 404 || status == 410)
		return (struct push_answer){ .outcome = SEND_NEVER, .gone = true };
	if (status == 408 || status == 429 || status >= 500)
		return later(curl);
	return (struct push_answer){ .outcome = SEND_NEVER };
}

static struct push_answer perform(CURL *curl, const struct guard *guard, char *error, size_t size)
{
	CURLcode fault = curl_easy_perform(curl);
	long status = 0;

	if (fault != CURLE_OK && guard->kept_out) { /* a name may have several addresses */
		snprintf(error, size, "Its push service leads to an address that is not public.");
		return (struct push_answer){ .outcome = SEND_NEVER };
	}
	if (fault != CURLE_OK) {
		snprintf(error, size, "Its push service could not be reached: %s.", curl_easy_strerror(fault));
		return (struct push_answer){ .outcome = SEND_LATER, .silent = fault == CURLE_OPERATION_TIMEDOUT };
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	snprintf(error, size, "Its push service answered %ld.", status);
	return judge(curl, status);
}

struct push_answer push_send(const struct config *config, const struct push *push, char *error, size_t size)
{
	CURL *curl = curl_new(push->endpoint, guard_protocols(config));
	struct curl_slist *head = head_of(push);
	struct guard guard;
	struct push_answer answer;

	if (!curl)
		abort();
	guard_set(&guard, curl, config, push->endpoint);
	if (outside_timeout_ms > PUSH_MS)
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)PUSH_MS);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, head);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)push->len);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, push->body);
	answer = perform(curl, &guard, error, size);
	curl_slist_free_all(head);
	curl_easy_cleanup(curl);
	return answer;
}

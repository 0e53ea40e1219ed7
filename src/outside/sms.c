/* The smallest interface that SMS gateways agree on: JSON posted with a bearer token. What the
 * gateway says decides whether trying again can help; its words are not kept, for they may repeat
 * the message. */
#include "outside/sms.h"
#include "outside/curl.h"
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

static enum send_outcome say(enum send_outcome outcome, const char *sentence, char *error, size_t size)
{
	snprintf(error, size, "%s", sentence);
	return outcome;
}

/* A wrong token or too many requests are not the message's fault; any other 4xx is. */
static enum send_outcome outcome_of(long status, char *error, size_t size)
{
	if (status >= 200 && status < 300)
		return SEND_OK;
	snprintf(error, size, "The SMS gateway answered %ld.", status);
	if (status == 401 || status == 403 || status == 408 || status == 425 || status == 429)
		return SEND_LATER;
	return status >= 400 && status < 500 ? SEND_NEVER : SEND_LATER;
}

static struct json_object *message_of(const struct config *config, const char *to, const char *text)
{
	struct json_object *message = json_object_new_object();

	json_object_object_add(message, "from", json_object_new_string(config->sms_from));
	json_object_object_add(message, "to", json_object_new_string(to));
	json_object_object_add(message, "text", json_object_new_string(text));
	return message;
}

static enum send_outcome post(CURL *curl, const char *token, const char *body, char *error, size_t size)
{
	struct curl_slist *head = curl_traced(curl_slist_append(NULL, "Content-Type: application/json"));
	enum send_outcome outcome;
	CURLcode fault;
	long status = 0;

	if (*token) {
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
		curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, token);
	}
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, head);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	fault = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (fault == CURLE_OK) {
		outcome = outcome_of(status, error, size);
	} else {
		snprintf(error, size, "The SMS gateway could not be reached: %s.", curl_easy_strerror(fault));
		outcome = SEND_LATER;
	}
	curl_slist_free_all(head);
	return outcome;
}

enum send_outcome sms_send(const struct config *config, const char *to, const char *text, char *error, size_t size)
{
	struct json_object *message;
	enum send_outcome outcome;
	CURL *curl;

	say(SEND_OK, "", error, size);
	if (strcmp(config->sms_transport, "sandbox") == 0)
		return SEND_OK;
	if (strcmp(config->sms_transport, "http") != 0)
		return say(SEND_LATER, "The SMS transport is not known.", error, size);
	curl = curl_new(config->sms_url, "http,https");
	if (!curl)
		return say(SEND_LATER, "libcurl cannot start.", error, size);
	message = message_of(config, to, text);
	outcome = post(curl, config->sms_token,
		       json_object_to_json_string_ext(message, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
		       error, size);
	json_object_put(message);
	curl_easy_cleanup(curl);
	return outcome;
}

/* A connection that is made, greeted and left again tells all that can be told without sending something to somebody. */
#include "outside/probe.h"
#include "outside/curl.h"
#include "outside/mail.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t keep(char *bytes, size_t size, size_t n, void *with)
{
	struct probe *probe = with;
	size_t have = strlen(probe->body), room = sizeof(probe->body) - 1 - have, all = size * n;

	memcpy(probe->body + have, bytes, all < room ? all : room);
	probe->body[have + (all < room ? all : room)] = '\0';
	return all;
}

static CURL *begin(const char *url, const char *protocols, struct probe *probe)
{
	CURL *curl = curl_new(url, protocols);
	const char *trusted = getenv("CURL_CA_BUNDLE");

	memset(probe, 0, sizeof(*probe));
	if (!curl)
		snprintf(probe->error, sizeof(probe->error), "libcurl cannot start");
	else if (trusted && *trusted)
		curl_easy_setopt(curl, CURLOPT_CAINFO, trusted);
	return curl;
}

static bool perform(CURL *curl, struct probe *probe)
{
	CURLcode fault = curl_easy_perform(curl);
	const char *type = NULL;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &probe->status);
	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	snprintf(probe->type, sizeof(probe->type), "%s", type ? type : "");
	if (fault != CURLE_OK)
		snprintf(probe->error, sizeof(probe->error), "%s", curl_easy_strerror(fault));
	return fault == CURLE_OK;
}

static bool finish(CURL *curl, struct probe *probe)
{
	bool good = perform(curl, probe);

	curl_easy_cleanup(curl);
	return good;
}

bool probe_get(const char *url, struct probe *probe)
{
	CURL *curl = begin(url, "http,https", probe);

	if (!curl)
		return false;
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, probe);
	return finish(curl, probe);
}

bool probe_mail(const struct config *config, struct probe *probe)
{
	CURL *curl = begin(config->mail_url, "smtp,smtps", probe);

	if (!curl)
		return false;
	mail_secure(curl, config);
	/* A command that every server knows and that says nothing. */
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
	curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	return finish(curl, probe);
}

bool probe_sms(const struct config *config, struct probe *probe)
{
	CURL *curl = begin(config->sms_url, "http,https", probe);

	if (!curl)
		return false;
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	return finish(curl, probe);
}

/* libcurl says of each certificate of the chain, the site's own first, "Expire date:Feb  8 12:05:00 2027 GMT". */
static bool end_of(CURL *curl, ms_t *ends)
{
	static const char EXPIRES[] = "Expire date:";
	const struct curl_certinfo *chain = NULL;
	time_t at = -1;

	curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain);
	for (const struct curl_slist *fact = chain && chain->num_of_certs > 0 ? chain->certinfo[0] : NULL; fact;
	     fact = fact->next)
		if (!strncmp(fact->data, EXPIRES, sizeof EXPIRES - 1))
			at = curl_getdate(fact->data + sizeof EXPIRES - 1, NULL);
	*ends = (ms_t)at * MS_SECOND;
	return at > 0;
}

bool probe_certificate(const char *url, struct probe *probe, ms_t *ends)
{
	CURL *curl = begin(url, "https", probe);
	bool good;

	if (!curl)
		return false;
	curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
	curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	good = perform(curl, probe);
	if (good && !end_of(curl, ends)) {
		snprintf(probe->error, sizeof(probe->error), "it does not say until when it is good");
		good = false;
	}
	curl_easy_cleanup(curl);
	return good;
}

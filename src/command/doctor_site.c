/* The site as people reach it, asked for at its own address: so the web server, its TLS and what stands before it are looked at
 * with the rest; and what the program itself calls. */
#include "command/doctor.h"
#include "outside/probe.h"
#include "outside/stripe.h"
#include "render/asset.h"
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

bool doctor_is_local(const char *url)
{
	return strstr(url, "//localhost") || strstr(url, "//127.") || strstr(url, "//[::1]");
}

/* ---- its address ---- */

static bool check_address(struct visit *v)
{
	const struct config *c = v->config;
	const char *host = strstr(c->base_url, "://"), *path = host ? strpbrk(host + 3, "/?#") : NULL;

	if (path) {
		wrong(v,
		      talloc_asprintf(v->mem, "Give it a host of its own and set [site] base_url to %.*s.",
				      (int)(path - c->base_url), c->base_url),
		      "base_url is %s: Gatehouse is at the root of a host, and not below %s", c->base_url, path);
		return false;
	}
	if (strncmp(c->base_url, "https://", 8) && !c->demo)
		wrong(v, "Set [site] base_url to the https address people use; cookies and codes need it.",
		      "base_url is %s", c->base_url);
	else
		well(v, "base_url is %s", c->base_url);
	if (c->demo && !doctor_is_local(c->base_url))
		wrong(v, "Set [site] demo = no: it shows everyone's messages.", "demo mode on a public address");
	return true;
}

/* ---- what answers there ---- */

static const char *text_of(struct json_object *answer, const char *name)
{
	struct json_object *value = json_object_object_get(answer, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

static void check_proxies(struct visit *v, const char *said)
{
	if (!strcmp(said, "PROXY_NOT_NAMED"))
		wrong(v,
		      "Set [site] proxies to the address of what takes TLS off, as the log's proxy_not_named says it (127.0.0.1 where it is on this machine), and `systemctl reload gatehouse`.",
		      "requests come through a proxy that [site] proxies does not name: all visitors share one rate, and no log says who they are");
	else
		well(v, "visitors are told apart");
}

/* As a page asks for it: by the name that changes with its content. */
static void check_style(struct visit *v)
{
	struct assets *assets = assets_new(v->mem, v->config->statics, false);
	const char *path = assets_path(assets, "style.css");
	struct probe probe;
	char *url;

	if (!path) /* said already */
		return;
	url = talloc_asprintf(v->mem, "%s%s", v->config->base_url, path);
	if (probe_get(url, &probe) && probe.status == 200 && !strncmp(probe.type, "text/css", 8))
		well(v, "the web server sends the style sheet");
	else
		wrong(v,
		      talloc_asprintf(v->mem, "Let the web server send %s as /static/, as httpd/ has it.",
				      v->config->statics),
		      "the web server does not send the style sheet %s: %ld %s", path, probe.status, probe.error);
}

static void check_answer(struct visit *v)
{
	char *url = talloc_asprintf(v->mem, "%s/readyz", v->config->base_url);
	char *mend =
		talloc_asprintf(v->mem,
				"Start the web server and `gatehouse serve`; the web server's account must be in the "
				"group of %s. `curl -i %s` shows what comes.",
				v->config->run_dir, url);
	struct json_object *answer;
	struct probe probe;

	if (!probe_get(url, &probe)) {
		doubt(v, mend, "the site does not answer at %s: %s", url, probe.error);
		return;
	}
	answer = json_tokener_parse(probe.body);
	if (probe.status != 200 || !answer) {
		wrong(v, mend, "the site answers %ld at %s: %s", probe.status, url, text_of(answer, "message"));
	} else {
		well(v, "the site answers at %s", v->config->base_url);
		if (strcmp(text_of(answer, "writes"), "ok"))
			wrong(v, "See what stands here of the database, and the log of `gatehouse serve`.",
			      "the site's workers cannot write: %s", text_of(answer, "writes"));
		check_proxies(v, text_of(answer, "proxies"));
		check_style(v);
	}
	json_object_put(answer);
}

/* ---- what it calls ---- */

static void check_sms(struct visit *v)
{
	struct probe probe;

	if (!strcmp(v->config->sms_transport, "sandbox")) {
		if (!v->config->demo)
			doubt(v, "Set [sms] transport, url and token: codes are not sent.",
			      "text messages go nowhere (sandbox)");
	} else if (probe_sms(v->config, &probe)) {
		well(v, "the SMS gateway answers at %s", v->config->sms_url);
	} else {
		wrong(v, "Is [sms] url right, and may this machine reach it?", "the SMS gateway %s does not answer: %s",
		      v->config->sms_url, probe.error);
	}
}

static void check_mail(struct visit *v)
{
	struct probe probe;

	if (!strcmp(v->config->mail_transport, "sandbox")) {
		if (!v->config->demo)
			doubt(v, "Set [mail] transport and url: tickets are not mailed.",
			      "mail goes nowhere (sandbox)");
	} else if (probe_mail(v->config, &probe)) {
		well(v, "the mail server answers at %s", v->config->mail_url);
	} else {
		wrong(v, "Are [mail] url, user and password right, and may this machine reach it?",
		      "the mail server %s does not answer: %s", v->config->mail_url, probe.error);
	}
}

/* ---- payments ---- */

static void check_stripe_keys(struct visit *v)
{
	const struct config *c = v->config;
	bool test = stripe_test_mode(c), public_test = strstr(c->payment_publishable_key, "_test_") != NULL;

	if (!*c->payment_webhook_secret)
		wrong(v,
		      talloc_asprintf(
			      v->mem,
			      "At Stripe add the endpoint %s/api/v1/payments/webhook/stripe/ as docs/payments.md has it, and set "
			      "[payment] webhook_secret to its signing secret.",
			      c->base_url),
		      "Stripe's notices are refused: there is no webhook_secret");
	if (*c->payment_publishable_key && public_test != test)
		wrong(v, "Set [payment] secret_key and publishable_key to two of the same mode.",
		      "Stripe's keys are of two modes: what an app is given cannot be paid");
	if (strncmp(c->payment_url, "https://", 8) && !doctor_is_local(c->payment_url))
		wrong(v, "Set [payment] url to an https address: the secret key is sent there.",
		      "the secret key is sent to %s in the clear", c->payment_url);
	if (!test)
		well(v, "Stripe's key is a live one: cards are charged");
	else if (doctor_is_local(c->base_url) || c->demo)
		well(v, "Stripe's key is one of test mode: no card is charged");
	else
		doubt(v,
		      "Set [payment] secret_key, publishable_key and webhook_secret to those of live mode when you open.",
		      "Stripe is in test mode at %s: no card is charged", c->base_url);
}

static void check_payment(struct visit *v)
{
	char error[160];

	if (strcmp(v->config->payment_provider, "stripe")) /* what the sandbox means is a matter of what is on sale */
		return;
	check_stripe_keys(v);
	if (stripe_reachable(v->config, error))
		well(v, "Stripe answers at %s and takes the key", v->config->payment_url);
	else
		wrong(v, "Are [payment] url and secret_key right, and may this machine reach it?", "Stripe at %s: %s",
		      v->config->payment_url, error);
}

void doctor_site(struct visit *v)
{
	if (check_address(v))
		check_answer(v);
	check_sms(v);
	check_mail(v);
	check_payment(v);
}

/* One table holds every setting. Its defaults are text and go through the same reading and checking as
 * the file's values, so a default cannot be something that the file would be refused for, and the sample
 * that `gatehouse config` prints cannot differ from what is read.
 *
 * inih splits the lines. Debian's library takes its options at run time; they are set here because its
 * own defaults would cut a password at " ;" and a line at 200 bytes. */
#include "base/config.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/money.h"
#include "base/setting.h"
#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Where the build installs; the makefile gives its own. */
#ifndef DATADIR
#define DATADIR "/usr/local/share/gatehouse"
#endif
#ifndef RUNDIR
#define RUNDIR "/run/gatehouse"
#endif
#ifndef STATEDIR
#define STATEDIR "/var/lib/gatehouse"
#endif

enum { LINE_MAX_BYTES = 4096 };

#define AT(member) offsetof(struct config, member)

static const struct setting SETTINGS[] = {
	{ "site", "name", TEXT, AT(name), "Gatehouse", 1, 100, NULL, "Shown in the portals and in messages." },
	{ "site", "base_url", URL, AT(base_url), "http://localhost:8080", 8, 200, "https:// http://",
	  "Where people reach the site, at the root of a host. With https:// cookies are marked Secure." },
	{ "site", "cors_origins", ORIGINS, AT(cors_origins),
	  "http://localhost:8080, http://localhost:8081, http://localhost:8082, http://localhost:8083, "
	  "http://localhost:8084, "
	  "http://localhost:3000, http://localhost:3001, http://localhost:19006",
	  0, 2000, NULL, "Origins whose scripts may call the API, separated by commas." },
	{ "site", "proxies", ADDRESSES, AT(proxies), "", 0, 2000, NULL,
	  "Addresses of what takes TLS off, or passes on, before the web server; X-Forwarded-For of no other is believed." },
	{ "site", "locale", WORD, AT(locale), "en", 2, 5, NULL,
	  "Language of those who chose none: a catalogue in templates/lang." },
	{ "site", "time_zone", ZONE, AT(time_zone), "UTC", 1, 60, NULL,
	  "Time zone of days and times that are of no event: figures, lists, codes for any event." },
	{ "site", "country_code", PREFIX, AT(country_code), "+1", 2, 5, NULL,
	  "Put before mobile numbers that are written without a country." },
	{ "site", "demo", YES_NO, AT(demo), "no", 0, 0, NULL,
	  "Serves /demo and its outbox with everybody's codes. Never on a real site." },

	{ "paths", "run_dir", PATH, AT(run_dir), RUNDIR, 2, 90, NULL, "Sockets and pid file." },
	{ "paths", "templates", PATH, AT(templates), DATADIR "/templates", 2, 500, NULL, "Pages." },
	{ "paths", "static", PATH, AT(statics), DATADIR "/static", 2, 500, NULL, "Style sheets, scripts, icons." },
	{ "paths", "migrations", PATH, AT(migrations), DATADIR "/sql/migrations", 2, 500, NULL,
	  "Steps of the database schema." },
	{ "paths", "demo_sql", PATH, AT(demo_sql), DATADIR "/sql/demo", 2, 500, NULL, "Demo data." },
	{ "paths", "files", PATH, AT(files), STATEDIR "/files", 2, 500, NULL,
	  "Uploaded files. Keep it outside the web server's root." },
	{ "paths", "key_file", PATH, AT(key_file), STATEDIR "/key", 2, 500, NULL,
	  "The site's secret key. `gatehouse migrate` makes it; back it up, and share it between nodes." },
	{ "paths", "maintenance", PATH, AT(maintenance), STATEDIR "/maintenance", 2, 500, NULL,
	  "The site is closed while there is a file of this name: see `gatehouse maintenance`." },

	{ "database", "socket", PATH, AT(db_socket), "/run/mysqld/mysqld.sock", 0, 107, NULL,
	  "Unix socket of MariaDB. Empty: host and port are used." },
	{ "database", "host", TEXT, AT(db_host), "", 0, 255, NULL, "Name or address of MariaDB or HAProxy." },
	{ "database", "port", NUMBER, AT(db_port), "3306", 1, 65535, NULL, "Its TCP port." },
	{ "database", "user", TEXT, AT(db_user), "gatehouse", 1, 80, NULL, "Account of MariaDB." },
	{ "database", "password", TEXT, AT(db_password), "", 0, 200, NULL,
	  "Its password. Empty for unix_socket authentication." },
	{ "database", "name", WORD, AT(db_name), "gatehouse", 1, 64, NULL,
	  "The database. `gatehouse migrate` makes it." },
	{ "database", "tls", YES_NO, AT(db_tls), "no", 0, 0, NULL,
	  "Encrypts the connection and checks the server's certificate." },
	{ "database", "timeout_s", NUMBER, AT(db_timeout_s), "10", 1, 300, NULL,
	  "Seconds after which connecting or a statement is given up." },

	{ "serve", "web_workers", NUMBER, AT(web_workers), "16", 1, 512, NULL, "Processes for pages and the API." },
	{ "serve", "gate_workers", NUMBER, AT(gate_workers), "3", 1, 512, NULL,
	  "Processes for the gates, so that buyers cannot slow a scan. Few: scans that wait are settled together." },
	{ "serve", "book_workers", NUMBER, AT(book_workers), "3", 1, 512, NULL,
	  "Processes for bookings, so that lookers cannot slow a buyer. Few: bookings that wait are settled together." },
	{ "serve", "outside_workers", NUMBER, AT(outside_workers), "128", 1, 512, NULL,
	  "Processes for payments, which wait for their provider. Many: one that waits costs 3 MB and nothing else." },
	{ "serve", "mark_workers", NUMBER, AT(mark_workers), "8", 1, 512, NULL, "Processes for marks of attendance." },
	{ "serve", "hash_seats", NUMBER, AT(hash_seats), "3", 1, 512, NULL,
	  "Passwords hashed at the same time, each with 19 MiB and a core: one more than there are cores." },
	{ "serve", "gate_hash_seats", NUMBER, AT(gate_hash_seats), "2", 1, 512, NULL,
	  "The same for ushers, so that no crowd keeps them from signing in." },
	{ "serve", "export_seats", NUMBER, AT(export_seats), "2", 1, 512, NULL, "Lists written into files at once." },
	{ "serve", "draw_seats", NUMBER, AT(draw_seats), "2", 1, 512, NULL,
	  "Tickets and invoices drawn as PDF at the same time, each with a core." },
	{ "serve", "seat_wait_ms", NUMBER, AT(seat_wait_ms), "1500", 0, 30000, NULL,
	  "Milliseconds that passwords, files and drawings wait for a seat before they are refused with 503." },
	{ "serve", "max_body_kb", NUMBER, AT(max_body_kb), "256", 1, 65536, NULL, "Largest form or JSON body, in KB." },
	{ "serve", "max_upload_kb", NUMBER, AT(max_upload_kb), "16384", 1, 1048576, NULL,
	  "Largest request with uploaded files, in KB." },
	{ "serve", "worker_requests", NUMBER, AT(worker_requests), "100000", 0, INT_MAX, NULL,
	  "A worker is replaced after so many requests; 0 is never." },
	{ "serve", "log_file", PATH, AT(log_file), "", 0, 500, NULL,
	  "Where serve, live and jobs log. Empty: standard error, which systemd keeps. It may be moved away at any time." },
	{ "serve", "log_level", CHOICE, AT(log_level), "info", 0, 0, "debug info warn error",
	  "Log lines below it are dropped." },
	{ "serve", "access_log", PATH, AT(access_log), "", 0, 500, NULL,
	  "A file that gets a line for each answer, without queries, which may hold secrets. Empty: none is kept." },
	{ "serve", "access_log_format", CHOICE, AT(access_log_format), "json", 0, 0, "json common",
	  "json as the log itself; common is the Common Log Format." },

	{ "limits", "rate_public", NUMBER, AT(rate_public), "600", 0, 1000000, NULL,
	  "Requests a minute from one address to public pages; 0 is no limit." },
	{ "limits", "rate_account", NUMBER, AT(rate_account), "60", 0, 1000000, NULL,
	  "The same for signing in, registering and codes." },
	{ "limits", "rate_write", NUMBER, AT(rate_write), "240", 0, 1000000, NULL,
	  "The same for requests that change something." },
	{ "limits", "rate_gate", NUMBER, AT(rate_gate), "6000", 0, 1000000, NULL,
	  "The same at the gate and for those who watch; a venue's phones may share one address." },
	{ "limits", "rate_campus", NUMBER, AT(rate_campus), "30000", 0, 1000000, NULL,
	  "Requests a minute from one address at a campus, which is one address to us; 0: no limit." },
	{ "limits", "rate_campus_account", NUMBER, AT(rate_campus_account), "120", 0, 1000000, NULL,
	  "Requests a minute of one account there." },
	{ "limits", "rate_campus_sign_in", NUMBER, AT(rate_campus_sign_in), "1200", 0, 1000000, NULL,
	  "Sign-ins a minute from one address at a campus." },
	{ "limits", "rate_handshake", NUMBER, AT(rate_handshake), "6000", 0, 1000000, NULL,
	  "Sockets a minute that one address may open; 0: no limit." },
	{ "limits", "login_failures_per_hour", NUMBER, AT(login_failures_per_hour), "100", 1, 100000, NULL,
	  "Failed attempts to sign in that one account is allowed in an hour." },
	{ "limits", "photo_kb", NUMBER, AT(photo_kb), "5120", 100, 16384, NULL,
	  "Largest photo that proves attendance, in KB." },
	{ "limits", "upload_files_per_hour", NUMBER, AT(upload_files_per_hour), "40", 1, 100000, NULL,
	  "Files that one account may send in an hour." },
	{ "limits", "upload_mb_per_hour", NUMBER, AT(upload_mb_per_hour), "40", 5, 100000, NULL,
	  "Megabytes of files that one account may send in an hour." },

	{ "campus", "code_margin", NUMBER, AT(code_margin), "5", 0, 60, NULL,
	  "Seconds for which a code on the wall is still good after its own fifteen." },
	{ "campus", "place_accuracy", NUMBER, AT(place_accuracy), "100", 1, 100000, NULL,
	  "Metres; a place that a device knows less exactly than that says nothing." },
	{ "campus", "place_benefit", NUMBER, AT(place_benefit), "50", 0, 100000, NULL,
	  "Metres of what a device does not know exactly that are to its person's favour, at most." },
	{ "tickets", "hold_minutes", NUMBER, AT(hold_minutes), "10", 1, 1440, NULL,
	  "How long a booking keeps its tickets before it is paid." },

	{ "cards", "currency", CURRENCY, AT(card_currency), "EUR", 3, 3, NULL,
	  "Of what is put on cards, by its ISO 4217 code; a card keeps the one it was handed out with." },
	{ "cards", "issue_fee", NUMBER, AT(card_issue_fee), "0", 0, 1000000000, NULL,
	  "What a card costs, in minor units: 500 is five euros. 0: nothing is asked for." },
	{ "cards", "most", NUMBER, AT(card_most), "50000", 1, 1000000000, NULL,
	  "The most that may be on a card, in minor units." },

	{ "fees", "currency", CURRENCY, AT(fee_currency), "EUR", 3, 3, NULL,
	  "Of the fixed fees here and of organizers, and of what is paid out alone, by its ISO 4217 code: of nothing in another currency." },
	{ "fees", "rate", NUMBER, AT(fee_rate), "0", 0, 10000, NULL,
	  "What the house takes of a sale, in basis points: 250 is 2.5 %. An organizer may have terms of their own." },
	{ "fees", "fixed", NUMBER, AT(fee_fixed), "0", 0, 1000000000, NULL,
	  "And so much of each in the currency above, in its minor units: 30 is 0.30 EUR. Of what costs nothing, nothing." },

	{ "payouts", "alone", NUMBER, AT(payout_alone), "0", 0, 1000000000, NULL,
	  "Up to so much in the currency of fees, in its minor units, to one payee in a day, or of expenses that one person enters in a day, needs no approval by a second person. 0: each needs one." },
	{ "events", "cancel_alone", NUMBER, AT(cancel_alone), "1000000", 0, 1000000000, NULL,
	  "An event for which more was paid, in minor units of its currency, is cancelled by two people, where more than one may. 0: each that sold." },

	{ "sms", "transport", CHOICE, AT(sms_transport), "sandbox", 0, 0, "sandbox http",
	  "sandbox sends nothing; http posts to a gateway." },
	{ "sms", "url", URL, AT(sms_url), "", 0, 500, "https:// http://", "The gateway." },
	{ "sms", "token", TEXT, AT(sms_token), "", 0, 500, NULL, "Its bearer token." },
	{ "sms", "from", TEXT, AT(sms_from), "Gatehouse", 0, 20, NULL, "Sender's name or number." },

	{ "lms", "transport", CHOICE, AT(lms_transport), "sandbox", 0, 0, "sandbox http",
	  "Scores for platforms for learning: sandbox sends nothing; http posts to those that campuses name." },

	{ "mail", "transport", CHOICE, AT(mail_transport), "sandbox", 0, 0, "sandbox smtp",
	  "sandbox sends nothing; smtp hands mail to a server." },
	{ "mail", "url", URL, AT(mail_url), "", 0, 500, "smtps:// smtp://",
	  "The server: smtps://mail.example:465, or smtp://mail.example:587 for STARTTLS." },
	{ "mail", "user", TEXT, AT(mail_user), "", 0, 200, NULL, "Its account. Empty: none." },
	{ "mail", "password", TEXT, AT(mail_password), "", 0, 200, NULL, "Its password." },
	{ "mail", "from", TEXT, AT(mail_from), "tickets@localhost", 3, 200, NULL, "Sender's address." },
	{ "mail", "templates", PATH, AT(mail_templates), "", 0, 500, NULL,
	  "A directory whose files stand in for those of the same names in templates/message. Empty: none." },

	{ "payment", "provider", CHOICE, AT(payment_provider), "sandbox", 0, 0, "sandbox stripe",
	  "sandbox moves no money and takes payments in the demo only; stripe is docs/payments.md." },
	{ "payment", "secret_key", TEXT, AT(payment_secret_key), "", 8, 500, NULL,
	  "Stripe's secret or restricted key, sk_live_… or sk_test_…: whoever has it has the money." },
	{ "payment", "publishable_key", TEXT, AT(payment_publishable_key), "", 8, 500, NULL,
	  "Its public twin, pk_live_… or pk_test_…, handed to apps with what they are to pay." },
	{ "payment", "webhook_secret", TEXT, AT(payment_webhook_secret), "", 16, 200, NULL,
	  "Signs the provider's notices. Empty: notices are refused." },
	{ "payment", "url", URL, AT(payment_url), "https://api.stripe.com", 8, 200, "https:// http://",
	  "Where Stripe's API is." },
	{ "payment", "checkout", URL, AT(payment_checkout), "https://checkout.stripe.com", 8, 200, "https:// http://",
	  "Where its pay pages are, the only place beside this site that a form here may lead to: a domain of your own, if you have one with Stripe." },
	{ "payment", "slow_ms", NUMBER, AT(payment_slow_ms), "0", 0, 60000, NULL,
	  "Milliseconds that the sandbox takes over tok_slow, to see what a provider does that hangs." },

	{ "webhooks", "http", YES_NO, AT(webhook_http), "no", 0, 0, NULL,
	  "Programs may be told at http:// too, where anybody on the way reads along. With no, at https:// alone." },
	{ "webhooks", "private_hosts", TEXT, AT(webhook_private), "", 0, 2000, NULL,
	  "Hosts, separated by commas, that may be told, and be push services, although they are of a private network or this machine: names or addresses as they stand in an address. Of all others only what the whole internet reaches is called." },

	{ "push", "services", TEXT, AT(push_services),
	  "fcm.googleapis.com, *.push.services.mozilla.com, *.notify.windows.com, *.push.apple.com", 0, 2000, NULL,
	  "Hosts, separated by commas, of the push services through which people are told on their devices; *.example is whatever is below example. Empty: any of the internet, each of which a stranger may have made to answer late." },
};

enum { SETTINGS_N = sizeof(SETTINGS) / sizeof(SETTINGS[0]) };

const struct setting *setting_all(size_t *n)
{
	*n = SETTINGS_N;
	return SETTINGS;
}

static void store(struct config *config, const struct setting *s, const void *value, size_t size)
{
	memcpy((char *)config + s->at, value, size);
}

static const char *text_of(const struct config *config, const struct setting *s)
{
	const char *text;

	memcpy(&text, (const char *)config + s->at, sizeof(text));
	return text;
}

static bool only(const char *text, const char *characters)
{
	return text[strspn(text, characters)] == '\0';
}

static const char *wrong_url(TALLOC_CTX *ctx, const struct setting *s, const char *value)
{
	size_t len = strlen(value);

	if (!list_prefix(s->choices, value, len))
		return talloc_asprintf(ctx, "must begin with one of: %s", s->choices);
	if (value[len - 1] == '/' || strchr(value, ' '))
		return "must have no blank and no / at its end";
	return NULL;
}

/* What is wrong with a text that is neither empty nor too long; NULL when nothing is. */
static const char *wrong_shape(TALLOC_CTX *ctx, const struct setting *s, const char *value)
{
	switch (s->type) {
	case WORD:
		return only(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
			       ? NULL
			       : "may hold letters, digits and _ only";
	case PATH:
		return value[0] == '/' ? NULL : "must be a path that begins with /";
	case URL:
		return wrong_url(ctx, s, value);
	case ORIGINS:
		return list_of_origins(value) ? NULL
					      : "must be origins like https://tickets.example, separated by commas";
	case ADDRESSES:
		return list_of_addresses(value) ? NULL : "must be IP addresses, separated by commas";
	case PREFIX:
		return value[0] == '+' && value[1] >= '1' && value[1] <= '9' && only(value + 1, "0123456789")
			       ? NULL
			       : "must be + and a country's digits, like +44";
	case CURRENCY:
		return money_places(value) >= 0 ? NULL : "must be a currency's code of ISO 4217, like EUR";
	case ZONE:
		return clock_zone_known(value) ? NULL : "must be a time zone of this machine, like Europe/Berlin";
	default:
		return NULL;
	}
}

static const char *set_text(TALLOC_CTX *ctx, struct config *config, const struct setting *s, const char *value)
{
	size_t len = strlen(value);
	const char *wrong, *copy;

	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return "must not hold control characters";
	if (len == 0 && s->min > 0 && s->value[0])
		return "must not be empty";
	if (len > (size_t)s->max || (len > 0 && len < (size_t)s->min))
		return talloc_asprintf(ctx, "must have %d to %d bytes, has %zu", s->min, s->max, len);
	wrong = len ? wrong_shape(ctx, s, value) : NULL;
	if (wrong)
		return wrong;
	copy = talloc_strdup(config, value);
	store(config, s, &copy, sizeof(copy));
	return copy ? NULL : "no memory";
}

static const char *set_number(TALLOC_CTX *ctx, struct config *config, const struct setting *s, const char *value)
{
	long number;
	char *end;
	int as_int;

	errno = 0;
	number = strtol(value, &end, 10);
	if (end == value || *end)
		return talloc_asprintf(ctx, "must be a whole number, is \"%s\"", value);
	if (errno || number < s->min || number > s->max)
		return talloc_asprintf(ctx, "must be %d to %d, is %s", s->min, s->max, value);
	as_int = (int)number;
	store(config, s, &as_int, sizeof(as_int));
	return NULL;
}

/* Takes one value in. NULL when it is fine, else what is wrong with it (on ctx or literal). */
static const char *set(TALLOC_CTX *ctx, struct config *config, const struct setting *s, const char *value)
{
	const char *copy;
	bool yes;

	switch (s->type) {
	case NUMBER:
		return set_number(ctx, config, s, value);
	case YES_NO:
		yes = list_has("yes true on 1", ' ', value);
		if (!yes && !list_has("no false off 0", ' ', value))
			return talloc_asprintf(ctx, "must be yes or no, is \"%s\"", value);
		store(config, s, &yes, sizeof(yes));
		return NULL;
	case CHOICE:
		if (!list_has(s->choices, ' ', value))
			return talloc_asprintf(ctx, "must be one of: %s; is \"%s\"", s->choices, value);
		copy = talloc_strdup(config, value);
		store(config, s, &copy, sizeof(copy));
		return copy ? NULL : "no memory";
	default:
		return set_text(ctx, config, s, value);
	}
}

struct reading {
	TALLOC_CTX *ctx;
	struct config *config;
	const char *path;
	FILE *file;
	int line;
	int set_at[SETTINGS_N]; /* the line where a setting stood, 0 for nowhere */
	const char *error;
	int error_line;
};

/* Keeps the first thing that is wrong. name NULL: the line as a whole. */
static void complain(struct reading *r, int line, const char *section, const char *name, const char *what)
{
	if (r->error)
		return;
	r->error_line = line;
	r->error = name ? talloc_asprintf(r->ctx, "%s:%d: [%s] %s: %s", r->path, line, section, name, what)
			: talloc_asprintf(r->ctx, "%s:%d: %s", r->path, line, what);
}

/* inih's reader: counts lines, for the library does not tell its handler where it is. */
static char *read_line(char *out, int size, void *with)
{
	struct reading *r = with;
	size_t len;
	int c;

	if (!fgets(out, size, r->file))
		return NULL;
	r->line++;
	len = strlen(out);
	if ((len > 0 && out[len - 1] == '\n') || feof(r->file)) /* the last line may lack its newline */
		return out;
	complain(r, r->line, NULL, NULL, "the line is too long or holds a NUL byte");
	do
		c = fgetc(r->file);
	while (c != '\n' && c != EOF);
	return out;
}

static bool section_known(const char *section)
{
	for (size_t i = 0; i < SETTINGS_N; i++)
		if (strcmp(SETTINGS[i].section, section) == 0)
			return true;
	return false;
}

static int take_value(void *with, const char *section, const char *name, const char *value)
{
	struct reading *r = with;
	const char *wrong;
	char twice[64];

	if (r->error)
		return 0;
	for (size_t i = 0; i < SETTINGS_N; i++) {
		const struct setting *s = &SETTINGS[i];

		if (strcmp(s->section, section) != 0 || strcmp(s->name, name) != 0)
			continue;
		snprintf(twice, sizeof(twice), "is set twice, first in line %d", r->set_at[i]);
		wrong = r->set_at[i] ? twice : set(r->ctx, r->config, s, value);
		r->set_at[i] = r->line;
		if (wrong)
			complain(r, r->line, section, name, wrong);
		return !wrong;
	}
	complain(r, r->line, section, name,
		 !section[0]		  ? "stands before any [section]"
		 : section_known(section) ? "there is no such setting"
					  : "there is no such section");
	return 0;
}

static const struct setting *setting_at(size_t at)
{
	const struct setting *s = SETTINGS;

	while (s->at != at) /* every member has its line in the table */
		s++;
	return s;
}

/* What no setting alone can get wrong. */
static void check_together(struct reading *r)
{
	static const struct {
		size_t choice;
		const char *value;
		size_t needs;
		const char *why;
	} rules[] = {
		{ AT(sms_transport), "http", AT(sms_url), "http needs [sms] url" },
		{ AT(mail_transport), "smtp", AT(mail_url), "smtp needs [mail] url" },
		{ AT(payment_provider), "stripe", AT(payment_secret_key), "stripe needs [payment] secret_key" },
		{ AT(db_socket), "", AT(db_host), "is empty, so [database] host is needed" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct setting *choice = setting_at(rules[i].choice), *needed = setting_at(rules[i].needs);

		if (strcmp(text_of(r->config, choice), rules[i].value) == 0 && !text_of(r->config, needed)[0])
			complain(r, r->set_at[choice - SETTINGS], choice->section, choice->name, rules[i].why);
	}
}

static void read_file(struct reading *r)
{
	int wrong_line;

	ini_max_line = LINE_MAX_BYTES;
	ini_allow_inline_comments = false;
	ini_allow_multiline = false;
	wrong_line = ini_parse_stream(read_line, r, take_value, r);
	if (ferror(r->file)) {
		r->error = talloc_asprintf(r->ctx, "%s: %s", r->path, strerror(errno));
		return;
	}
	/* inih reports the first line that it or the handler refused. */
	if (wrong_line != 0 && (!r->error || (wrong_line > 0 && wrong_line < r->error_line))) {
		r->error = NULL;
		complain(r, wrong_line, NULL, NULL, "is neither a [section] nor a name = value");
	}
	if (!r->error)
		check_together(r);
}

static void set_defaults(TALLOC_CTX *ctx, struct config *config)
{
	for (size_t i = 0; i < SETTINGS_N; i++) {
		const char *wrong = set(ctx, config, &SETTINGS[i], SETTINGS[i].value);

		assert(!wrong);
		(void)wrong;
	}
}

struct config *config_load(TALLOC_CTX *ctx, const char *path, const char **error)
{
	struct config *config = talloc_zero(ctx, struct config);
	struct reading r = { .ctx = ctx, .config = config, .path = path };

	*error = NULL;
	if (!config) {
		*error = "no memory";
		return NULL;
	}
	set_defaults(ctx, config);
	if (!path)
		return config;
	r.file = fopen(path, "re");
	if (!r.file) {
		*error = talloc_asprintf(ctx, "%s: %s", path, strerror(errno));
	} else {
		read_file(&r);
		fclose(r.file);
		*error = r.error;
	}
	if (*error)
		TALLOC_FREE(config);
	return config;
}

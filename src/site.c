/* What the program tells of itself: alive, ready, its metrics, its API, and in a demo what it would have sent. These
 * actions stand above app/, for they look at the route table and the processes' shared counters. */
#include "site.h"
#include "app/paper.h"
#include "db/db.h"
#include "http/input.h"
#include "openapi/openapi.h"
#include "rules/keys.h"
#include "shared.h"
#include "store/doctor.h"
#include "store/outbox.h"
#include "store/site_key.h"
#include "trouble.h"
#include <ctype.h>
#include <string.h>

const struct field SITE_ALIVE[] = {
	{ "status", F_TEXT, .help = "ok" },
	{ "at", F_TIME, .help = "This node's clock" },
	FIELDS_END,
};
const struct field SITE_READY[] = {
	{ "status", F_TEXT, .help = "ready" },
	{ "database", F_BOOL, .help = "Does it answer" },
	{ "writes", F_TEXT, .help = "ok, or the code of what keeps people from writing" },
	{ "schema", F_INT, .help = "The database's schema" },
	{ "schema_wanted", F_INT, .help = "This program's" },
	{ "outbox_oldest_seconds", F_INT, .help = "How long the oldest message waits" },
	{ "site_key", F_TEXT, .help = "ok, or SITE_KEY: the database does not know this node's key" },
	{ "proxies", F_TEXT,
	  .help = "ok, or PROXY_NOT_NAMED: the proxy that this came through does not stand in [site] proxies" },
	FIELDS_END,
};

int site_health(struct request *rq)
{
	answer_text(rq->data, "status", "ok");
	answer_time(rq->data, "at", rq->now);
	return ANSWERED;
}

/* "ok", or what keeps people from writing: found out now, or by what a request met within the last minute. A disk that is
 * full shows only to who needs room on it. */
static const char *writes(struct request *rq)
{
	enum db_error error = doctor_try_write(rq->db);

	if (error == DB_OK && shared_database_failure(shared_of_process(), rq->now) == DB_FULL)
		error = DB_FULL;
	return error == DB_OK ? "ok" : database_refusal(error)->code;
}

/* Of the key that is in the file now, which this process may not have seen yet. */
static bool key_is_known(struct db *db)
{
	keys_look_again();
	return site_key_known(db, key_print(0));
}

/* 503 makes a load balancer leave this node alone. A stuck outbox, and a database that takes no writes, are told but do
 * not: the node can serve all the same, or as much as any other. */
int site_ready(struct request *rq)
{
	bool fits = db_schema_fits(rq->db), known = fits && key_is_known(rq->db), ready = fits && known;
	int have = db_schema_version(rq->db), want = db_schema_expected(rq->db);
	int64_t age = fits ? outbox_pending_age(rq->db, rq->now) : 0;

	if (db_error(rq->db) != DB_OK) /* dispatch says which */
		return ANSWERED;
	if (!ready)
		rq->retry_after = 5;
	if (!fits)
		refuse(rq, 503, "SCHEMA_MISMATCH",
		       "The database's schema is not this program's: run gatehouse migrate.");
	else if (!known)
		refuse(rq, 503, "SITE_KEY", "The database does not know this node's key: gatehouse doctor says more.");
	answer_text(rq->data, "status", ready ? "ready" : "not ready");
	answer_bool(rq->data, "database", true);
	answer_text(rq->data, "writes", ready ? writes(rq) : "unknown");
	answer_int(rq->data, "schema", have);
	answer_int(rq->data, "schema_wanted", want);
	answer_int(rq->data, "outbox_oldest_seconds", age / MS_SECOND);
	answer_text(rq->data, "site_key", !fits ? "unknown" : known ? "ok" : "SITE_KEY");
	answer_text(rq->data, "proxies", rq->relayed ? "PROXY_NOT_NAMED" : "ok");
	return ANSWERED;
}

/* Not for the world: what a site sells in an hour is read off it. Behind a proxy that is not named, all the world has the
 * proxy's address. */
int site_metrics(struct request *rq)
{
	struct buf *out = buf_new(rq->mem, 1 << 20);

	if (!head_inner(rq->ip) || rq->relayed)
		return refuse(rq, 404, "NOT_FOUND", "There is nothing at this address.");
	shared_metrics(shared_of_process(), out);
	answer_bytes(rq, "text/plain; version=0.0.4; charset=utf-8", out->data, out->len);
	return ANSWERED;
}

static const struct field SERVER[] = { { "url", F_TEXT, .help = "Where this API is" }, FIELDS_END };
static const struct field TAG[] = {
	{ "name", F_TEXT, .help = "What its routes bear" },
	{ "description", F_TEXT, .help = "What they are for" },
	FIELDS_END,
};
static const struct field INFO[] = {
	{ "title", F_TEXT, .help = "What the site is called" },
	{ "version", F_TEXT, .help = "Of the API" },
	{ "description", F_TEXT, .help = "What it is for" },
	FIELDS_END,
};
/* What paths and components hold is OpenAPI's to say. */
const struct field SITE_OPENAPI[] = {
	{ "openapi", F_TEXT, .help = "3.1.0" },
	{ "info", F_OBJECT, .of = INFO, .help = "Title and version" },
	{ "servers", F_LIST, .of = SERVER, .help = "Where" },
	{ "tags", F_LIST, .of = TAG, .help = "Groups of routes" },
	{ "paths", F_OBJECT, .help = "The routes" },
	{ "components", F_OBJECT, .help = "What they share" },
	FIELDS_END,
};

int site_openapi(struct request *rq)
{
	answer_set(rq, openapi_document(rq->config));
	return ANSWERED;
}

const struct field SITE_DOCS[] = { { "group", F_TEXT, .max = 40, .help = "Show the fields of this group" },
				   FIELDS_END };

int site_docs(struct request *rq)
{
	answer_text(rq->data, "group", field_text(rq, "group"));
	answer_add(rq->data, "groups", openapi_groups(field_text(rq, "group")));
	return ANSWERED;
}

static const struct field PERMISSION[] = {
	{ "kind", F_CHOICE, .choices = "look,make,change,remove,act", .help = "What is done" },
	{ "act", F_TEXT, .null = true, .help = "Which act; null: none" },
	{ "what", F_TEXT, .help = "In words" },
	{ "method", F_TEXT, .help = "Of the API" },
	{ "path", F_TEXT, .help = "Of the API" },
	{ "superadmin", F_BOOL, .help = "May they" },
	{ "admin", F_BOOL, .help = "May they" },
	{ "finance", F_BOOL, .help = "May they" },
	{ "support", F_BOOL, .help = "May they" },
	FIELDS_NAMED("permission"),
};
static const struct field PERMISSION_GROUP[] = {
	{ "path", F_TEXT, .help = "Below the API" },
	{ "noun", F_TEXT, .help = "What it is about" },
	{ "label", F_TEXT, .help = "The same for people" },
	{ "rows", F_LIST, .of = PERMISSION, .help = "What may be done with it" },
	FIELDS_NAMED("permission_group"),
};
const struct field SITE_PERMISSIONS[] = {
	{ "groups", F_LIST, .of = PERMISSION_GROUP, .help = "Of each noun" },
	FIELDS_END,
};

int site_permissions(struct request *rq)
{
	answer_add(rq->data, "groups", permission_groups());
	return ANSWERED;
}

/* ---- the demo ---- */

const struct field DEMO_OUTBOX[] = {
	{ "to", F_TEXT, .max = 254, .help = "Only what went to this number or address" },
	{ "limit", F_INT, .min = 1, .max = 200, .otherwise = "50", .help = "At most so many" },
	FIELDS_END,
};

/* A "+" that was not escaped arrives as a blank and is trimmed away. */
static const char *recipient(struct request *rq)
{
	const char *to = field_text(rq, "to");

	return to && isdigit((unsigned char)*to) && !strchr(to, '@') ? talloc_asprintf(rq->mem, "+%s", to) : to;
}

static const char *file_of(const struct attachment *paper)
{
	return paper->drawing.kind == DRAW_CALENDAR ? "event.ics" : "tickets.pdf";
}

/* What goes with a message; returns how many. */
static size_t papers_of(struct request *rq, const struct row *message, struct attachment papers[PAPERS_MAX])
{
	struct paper_wish wish = { .db = rq->db, .config = rq->config, .mem = rq->mem };

	return row_null(message, "attached_noun") ? 0
						  : papers_attached(&wish, row_text(message, "attached_noun"),
								    row_int(message, "attached_id"), papers);
}

static void answer_attachments(struct request *rq, struct json_object *message, const struct row *row)
{
	struct json_object *list = answer_array(message, "attachments");
	struct attachment papers[PAPERS_MAX];
	size_t n = papers_of(rq, row, papers);

	answer_int(message, "id", row_int(row, "id"));
	for (size_t i = 0; i < n; i++) {
		struct json_object *file = answer_item(list);

		answer_text(file, "name", file_of(&papers[i]));
		answer_text(file, "url",
			    talloc_asprintf(rq->mem, "/demo/outbox/%lld/%s", (long long)row_int(row, "id"),
					    file_of(&papers[i])));
	}
}

static struct json_object *messages(struct request *rq)
{
	const struct rows *rows = outbox_latest(rq->db, recipient(rq), (int)field_int(rq, "limit"));
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *message = answer_item(list);

		answer_text(message, "channel", row_text(&row, "channel"));
		answer_text(message, "to", row_text(&row, "recipient"));
		answer_text(message, "body", row_text(&row, "body"));
		answer_time(message, "at", row_time(&row, "created_at"));
		if (!row_null(&row, "attached_noun"))
			answer_attachments(rq, message, &row);
	}
	return list;
}

/* One of them, drawn as it was for the mail. */
int demo_attachment(struct request *rq)
{
	const struct row *message = outbox_one(rq->db, path_id(rq, "id"));
	struct attachment papers[PAPERS_MAX];
	size_t n = message ? papers_of(rq, message, papers) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct drawing *drawing = &papers[i].drawing;

		if (strcmp(path_text(rq, "file"), file_of(&papers[i])))
			continue;
		answer_paper(rq, drawing->kind, drawing->what, drawing->name);
		return ANSWERED;
	}
	return refuse(rq, 404, "NOT_FOUND", "There is nothing at this address.");
}

int demo_outbox(struct request *rq)
{
	answer_set(rq, messages(rq));
	return ANSWERED;
}

int demo_page(struct request *rq)
{
	static const struct {
		const char *role, *sign_in, *password, *at;
		bool api;
	} ACCOUNTS[] = {
		{ "customer", "+15550100001", "demo-customer-1", "/sign-in", false },
		{ "organizer", "+15550100002", "demo-organizer-1", "/organizer/sign-in", false },
		{ "merchant", "+15550100003", "demo-merchant-1", "/merchant/sign-in", false },
		{ "usher", "usher1", "demo-usher-1", "/gate/sign-in", false },
		{ "admin", "admin@gatehouse.example", "demo-admin-1", "/admin/sign-in", false },
		{ "student", "student1", "demo-student-1", "/campus/sign-in", false },
		{ "campus_organizer", "organizer1", "demo-organizer-1", "/campus/sign-in", false },
		{ "campus_admin", "campusadmin", "demo-admin-1", "/campus/sign-in", false },
		/* The directory has no pages yet: the way leads to its API. */
		{ "user", "person1@gatehouse.example", "demo-person-1", "/api/docs?group=people", true },
		{ "people_admin", "people-admin@gatehouse.example", "demo-people-1", "/api/docs?group=people", true },
	};
	struct json_object *list = answer_array(rq->data, "accounts");

	for (size_t i = 0; i < sizeof ACCOUNTS / sizeof *ACCOUNTS; i++) {
		struct json_object *account = answer_item(list);

		answer_text(account, "role", ACCOUNTS[i].role);
		answer_text(account, "sign_in", ACCOUNTS[i].sign_in);
		answer_text(account, "password", ACCOUNTS[i].password);
		answer_text(account, "at", ACCOUNTS[i].at);
		answer_bool(account, "api", ACCOUNTS[i].api);
	}
	answer_add(rq->data, "messages", messages(rq));
	answer_text(rq->data, "to", field_text(rq, "to"));
	return ANSWERED;
}

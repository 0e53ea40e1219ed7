#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H
/* What an action sees: who asks, the validated fields, the clock, the database, and the answer it fills.
 *
 * An action is 5 to 40 lines: read fields, one rule, one store call, fill the answer. It never sees a raw parameter,
 * never prints, never checks a role. Everything it allocates hangs on rq and is freed once with it.
 *
 *     int event_show(struct request *rq)
 *     {
 *             const struct row *event = event_get(rq->db, path_id(rq, "id"));
 *
 *             if (!event)
 *                     return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
 *             answer_row(rq->data, event);
 *             return ANSWERED;
 *     }
 */
#include "base/clock.h"
#include "base/config.h"
#include "base/row.h"
#include "base/tongue.h"
#include "http/drawing.h"
#include "http/field.h"
#include <json-c/json.h>
#include <talloc.h>

struct act;
struct db;
struct live_kind;
struct mount;
struct resource;
struct route;

/* Who may do a thing: a set of roles. ANYONE includes people who are not signed in. */
enum role {
	NOBODY = 0,
	CUSTOMER = 1 << 0,
	ORGANIZER = 1 << 1,
	MERCHANT = 1 << 2,
	USHER = 1 << 3,
	SUPERADMIN = 1 << 4,
	ADMIN = 1 << 5,
	FINANCE = 1 << 6,
	SUPPORT = 1 << 7,
	/* of institutions: each mount's own, and never a right elsewhere */
	STUDENT = 1 << 8,
	SUPERVISOR = 1 << 9,
	CAMPUS_ORGANIZER = 1 << 10,
	HR = 1 << 11,
	CAMPUS_ADMIN = 1 << 12,
	PEOPLE_USER = 1 << 13,
	MODERATOR = 1 << 14,
	PEOPLE_ADMIN = 1 << 15,
	STAFF = SUPERADMIN | ADMIN | FINANCE | SUPPORT,
	MANAGERS = SUPERADMIN | ADMIN,
	TREASURERS = MANAGERS | FINANCE, /* money that leaves the house, and its books */
	HELP_DESK = MANAGERS | SUPPORT,	 /* what guests ask for every day */
	CAMPUS = STUDENT | SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN,
	PEOPLE = PEOPLE_USER | MODERATOR | PEOPLE_ADMIN,
	INSTITUTIONS = CAMPUS | PEOPLE,
	ANY_ROLE = CUSTOMER | ORGANIZER | MERCHANT | USHER | STAFF, /* of ticketing */
	EVERY_ROLE = ANY_ROLE | INSTITUTIONS,
	ANYONE = 1 << 30
};

/* What a co-worker of an organizer may; the organizer's own account may all. The bits stand in SQL too: SESSION_RIGHTS
 * (store/co_worker.h). */
enum right {
	RIGHT_EVENTS = 1 << 0, /* change events, ask for changes, promo codes */
	RIGHT_GUESTS = 1 << 1, /* who comes, the door list, messages to them */
	RIGHT_MONEY = 1 << 2,  /* what sales brought, payouts, settlements */
	RIGHT_TEAM = 1 << 3,   /* co-workers */
	RIGHT_GATE = 1 << 4,   /* live counts, conflicts, incidents */
	RIGHT_ALL = RIGHT_EVENTS | RIGHT_GUESTS | RIGHT_MONEY | RIGHT_TEAM | RIGHT_GATE,
	RIGHT_OWNER = 1 << 5, /* whose account the organizer is */
	RIGHT_WORKS = 1 << 6  /* of everybody who works there */
};

/* Each right's word, by its place: "events" of bit 0. NULL behind the last. */
extern const char *const RIGHT_NAMES[];

/* "customer" for CUSTOMER; NULL for a set. */
const char *role_name(enum role role);
/* 0 for an unknown word. */
enum role role_named(const char *name);

/* The signed-in person. */
struct identity {
	enum role role; /* one; NOBODY when not signed in */
	int64_t account_id;
	int64_t role_id;  /* customer.id, organizer.id, merchant.id, usher.id or admin.id */
	int64_t event_id; /* an usher's event, else 0 */
	int64_t session_id;
	unsigned rights; /* of an organizer's session: a set of enum right; else 0 */
	const char *name;
	const struct tongue *tongue; /* their profile's; NULL: none that is there */
};

/* May they do what asks for one of these rights? Who is no organizer is asked for no right. */
bool has_right(const struct identity *who, unsigned rights);

/* An uploaded file, complete on disk (a file already unlinked, so it goes with the request). */
struct upload {
	const char *field, *name, *type; /* the client's words: not to be believed */
	int fd;
	int64_t size;
};

struct kept_picture;

/* Something that may be watched: its kind, one of those in app/live.c, and its number. */
struct topic_name {
	const char *kind;
	int64_t id;
};
#define TOPIC_EVENT "event"
#define TOPIC_ORDER "order"
#define TOPIC_SESSION "session"
#define TOPIC_CAMPUS "campus" /* attendance at one of a campus's events */
enum { ALL_SESSIONS = 1 };    /* that topic's only number: changed is that some of them ended */

struct request {
	/* what was asked; set by http/ and dispatch */
	TALLOC_CTX *mem;			/* this attempt's memory */
	const char *method, *path, *query, *id; /* id: the X-Request-ID, echoed or made */
	const char *ip, *user_agent, *accept;
	const char *device; /* what the device calls itself, by its header or the portal's cookie; NULL: it does not */
	const struct tongue *tongue;	    /* what the reader is spoken to in */
	bool tongue_asked;		    /* the request itself asks for it, by a cookie or Accept-Language */
	bool relayed;			    /* ip is that of a proxy which [site] proxies does not name */
	const struct mount *mount, *mounts; /* where the path lies, and all there are */
	const struct route *route;
	const struct config *config;
	struct identity who;
	ms_t now; /* the one clock of this request */
	struct db *db;
	const uint8_t
		*key; /* the name of the idempotency key that was claimed for it (HASH_BYTES); NULL: none was sent */
	/* validated values by name; see field_… below. Texts, whole numbers, booleans, reals, trees; F_TIME is ISO 8601
	 * text, without its Z what times_in() has not read yet. null: sent empty. Files are in uploads only, and .otherwise is not put in, but for members of trees. */
	struct json_object *fields;
	const struct upload *uploads;
	size_t n_uploads;
	struct kept_picture **pictures; /* one for each upload, or NULL: see app/upload.h; NULL: none is prepared */
	struct json_object *params;	/* path parameters by name */
	/* What is watched, where the route's .may found another than the path says by itself: see request_topic(). NULL and 0: it did not. */
	const struct live_kind *watched;
	int64_t watched_id;

	/* the answer; reset before every attempt */
	struct json_object *data; /* the tree of named values: an object, or put another with answer_set() */
	struct json_object
		*beside; /* what a page shows with it, an object: only while the row's .beside runs, else NULL */
	int status;	 /* 200, or 201 where the route MAKES, unless set; 202 for what was queued */
	const char *code, *message; /* of a refusal; message also of a success that wants to say something */
	struct json_object *errors; /* field → [sentence, …] */
	bool keep;		    /* commit although refused: a counted failure must stay */
	/* Set with a refusal that may be mended: dispatch rolls back, calls it outside the transaction and, when it answers
	 * true, runs the action once more. */
	bool (*mend)(struct request *rq);
	/* Set with a success: what is done with it once it is committed, in transactions of its own. It may change the answer,
	 * and what it fails in undoes nothing. */
	void (*afterwards)(struct request *rq);
	bool unkept; /* a success that no idempotency key keeps: it hands out what is secret, and asking again finds the same */
	bool alone;		/* left over by an action for several: to be answered by itself */
	int retry_after;	/* seconds, with 429 and 503 */
	const char *redirect;	/* a page to go to instead of the route's .then */
	struct drawing drawing; /* an answer that is not the tree: a picture, a file (JSON and HTML alike) */

	/* the effects that dispatch carries out with the commit */
	struct json_object *audits; /* [{action, noun, id, before, after}, …] or NULL */
	struct topic_name
		changed[4]; /* what is watched and changed: told to `live` after the commit; a fifth is left to
				    * `live`, which looks once a second anyway */
	unsigned n_changed;
	/* session: what sign_in() and sign_out() left for the renderer: cookie for a page, tokens for the API */
	const char *cookie_value; /* "" ends it */
	enum role cookie_role;
	ms_t cookie_expires; /* 0: with the browser */
	/* a cookie that is no secret: the language a page was asked for in. NULL: none */
	const char *plain_cookie, *plain_value;
	ms_t plain_expires;

	/* Takes one of what an account may ask in a minute, by the route's rate class: 0, or the seconds until there is one. For
	 * who is known only by what they sent; of a session dispatch has asked already. */
	int (*account_rate)(const struct request *rq, int64_t account_id);
	struct http *http; /* the raw request: http/ and dispatch only */
	void *outer;	   /* dispatch's own */
};

enum { ANSWERED = 0 };

/* An action without an answer: of a page that is the same for everybody, or that shows only what its row's .beside fills. */
int answer_nothing(struct request *rq);

/* ---- fields: the name must be declared for the route (asserted) ---- */
/* Does the route take it? */
bool field_declared(const struct request *rq, const char *name);
/* Gives a field of text that was not sent a value, as if it had been. */
void field_fill(struct request *rq, const char *name, const char *text);
/* Was it sent, and not null or empty? A value from .otherwise is not given, but the readers below answer it. */
bool field_given(const struct request *rq, const char *name);
/* Was it sent as null, or empty, or left out of a form that is WHOLE: an update takes the old value away. No form
 * can say that a picture shall go. */
bool field_cleared(const struct request *rq, const char *name);
const char *field_text(const struct request *rq, const char *name); /* NULL when not given */
int64_t field_int(const struct request *rq, const char *name);	    /* 0 when not given; ids, money, numbers */
bool field_bool(const struct request *rq, const char *name);
ms_t field_time(const struct request *rq, const char *name); /* 0 when not given */
/* Reads the times that were typed without a zone, in a form or a query: by the clocks of the field "time_zone" beside them, else
 * of zone, NULL: the site's. row, which may be NULL, is what stands now: a time that says what its column of that name says, by
 * these clocks, is the same moment, to the millisecond and of an hour that comes twice; else of two moments the first is meant.
 * One that the clocks skip is a fault at its field. Dispatch does it by the site's clocks, unless the route is ZONED: then its
 * action does it, before it reads a time. */
void times_in(struct request *rq, const char *zone, const struct row *row);
/* What a request asked for beside what it is about to mean. */
struct fields_turned {
	const struct route *route;
	struct json_object *fields, *params;
};
/* Until fields_turn_back() the request takes these fields, and what was sent of them are these values, by the fields' names and read
 * as fields_validate() leaves them; null: emptied. So one noun's change is made in a request that is about another. values stay
 * the caller's. */
struct fields_turned fields_turn(struct request *rq, const struct field *fields, struct json_object *values);
void fields_turn_back(struct request *rq, struct fields_turned was);
/* The same, and the request is about one row, which the parameter key of its address names: as if what is done with it, an act of its
 * route's noun or, NULL, a deletion, had been asked for alone. */
struct fields_turned request_turn(struct request *rq, const struct act *act, const char *key, int64_t id,
				  const struct field *fields, struct json_object *values);
/* Reads a declared field from what stood in a file that came with the request, as if it had been sent in a form: its texts are numbers
 * and times where the field's are. value is owned from here. */
void field_from_file(struct request *rq, const char *name, struct json_object *value);
/* Forgets what was answered or refused so far, for what is one of several things that a request asks for. What it left for the audit
 * log from number audits on is forgotten too where it came to nothing. */
void request_anew(struct request *rq, bool nothing, size_t audits);
/* How much a request has left for the audit log so far. */
size_t request_audits(const struct request *rq);
/* Is there one of these, not read yet? */
bool times_typed(const struct request *rq);
double field_real(const struct request *rq, const char *name);
/* F_OBJECT, F_LIST: the validated tree (validated members by their names); NULL when not given. */
struct json_object *field_tree(const struct request *rq, const char *name);
const struct upload *field_file(const struct request *rq, const char *name);
/* A member of such a tree; 0 or NULL when missing. */
int64_t tree_int(struct json_object *object, const char *name);
const char *tree_text(struct json_object *object, const char *name);

/* ---- path parameters ---- */
int64_t path_id(const struct request *rq, const char *name); /* a number's, from 1 */
const char *path_text(const struct request *rq, const char *name);
/* A mobile number in a path, read as F_MOBILE is: E.164, on rq->mem; NULL when it is none. */
const char *path_mobile(const struct request *rq, const char *name);

/* ---- sentences: English here, the reader's language in the answer ----
 * A format is a sentence as base/tongue.h has it. One that stands elsewhere is given as "%s", sentence; a word that is put into
 * another sentence goes through said_to(). */
/* What is said of a success. */
void say(struct request *rq, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The reader's word or sentence for an English one. */
const char *said_to(const struct request *rq, const char *english) __attribute__((format_arg(2)));
/* The language of a message to who makes this request: what it asks for, else their profile's (locale). */
const struct tongue *tongue_for(const struct request *rq, const char *locale);
/* The language of a message to somebody else: their profile's, else the site's. */
const struct tongue *tongue_of(const struct request *rq, const char *locale);

/* ---- refusals ---- */
/* GET or HEAD: may be asked again as often as one likes. */
bool request_reads(const struct request *rq);
/* Fills the refusal and returns ANSWERED: `return refuse(rq, 409, "TICKET_SOLD_OUT", "Only %d are left.", n);` */
int refuse(struct request *rq, int status, const char *code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* wait: seconds until one more may be asked, 0: now. False after refusing (429). */
bool request_within_rate(struct request *rq, int wait);
/* One field's fault; then `return refuse_fields(rq)` (422). */
void field_fault(struct request *rq, const char *field, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool has_faults(const struct request *rq);
/* 422 VALIDATION_ERROR. */
int refuse_fields(struct request *rq);
/* 404: a list has no such page, where its dialect has that missing. */
int refuse_page(struct request *rq);
/* What a refusal says in one sentence: the first of those at its fields, or its own. */
const char *refusal_told(const struct request *rq);
/* Was the request refused so far? */
bool refused(const struct request *rq);

/* ---- the answer: json-c objects; keys are ours, never a client's ---- */
struct json_object *answer_object(struct json_object *parent, const char *key); /* adds {} and returns it */
struct json_object *answer_array(struct json_object *parent, const char *key);
struct json_object *answer_item(struct json_object *array);			 /* adds {} to an array */
void answer_text(struct json_object *object, const char *key, const char *text); /* NULL becomes null */
void answer_int(struct json_object *object, const char *key, int64_t number);
void answer_bool(struct json_object *object, const char *key, bool truth);
void answer_time(struct json_object *object, const char *key, ms_t at); /* 0 becomes null; ISO 8601 */
void answer_null(struct json_object *object, const char *key);
void answer_add(struct json_object *object, const char *key, struct json_object *owned);
/* A number in as few digits as say it, to be added; NAN becomes null. */
struct json_object *answer_real(double number);
/* Every column of the row; "venue.name" nests. */
void answer_row(struct json_object *object, const struct row *row);
/* An array of rows under key. Returns it. */
struct json_object *answer_rows(struct json_object *object, const char *key, const struct rows *rows);
/* A list's data: items, total, page, limit, total_pages (and meta.pagination). page and limit come from the fields. */
void answer_list(struct request *rq, const struct rows *rows, int64_t total, bool estimated);
/* A list as it was asked for: its page as answer_list() has it, or all of it as a file called name ("events"), where ?format=
 * says so, which is in the audit log where the mount audits. The route has FIELDS_PAGE, or FIELD_FORMAT where the list is never long. */
int answer_whole_list(struct request *rq, const char *name, struct row_list *list);
/* The fields of a list that is never long. */
extern const struct field LIST_SHORT[];
/* The file that a list is asked for as, "csv" or "xlsx"; NULL: none, or the route lists nothing. */
const char *list_format(const struct request *rq);
/* The page and the limit asked for; without one, and at most, the dialect's. */
int64_t list_page(const struct request *rq);
int64_t list_limit(const struct request *rq);
/* Is it wanted in descending order? usual: where neither sort_by nor sort_order was sent. */
bool list_descending(const struct request *rq, bool usual);
/* Does the route take a page and a limit? A list that is never long does not: all of it is one page. */
bool list_paged(const struct request *rq);
/* Replaces data by a tree of its own, which rq now owns. */
void answer_set(struct request *rq, struct json_object *owned);
/* ---- an answer that is not the tree; what is given must live on rq->mem ---- */
/* Bytes as they are. */
void answer_bytes(struct request *rq, const char *type, const void *bytes, size_t len);
/* A stored file. */
void answer_file(struct request *rq, const char *path, const char *type);
/* A QR code of text, drawn by the reply after the commit: into (rq->data, or rq->beside) gets qr_token, image (a data URI of
 * a PNG) and svg, or the answer is the picture itself where the client's Accept asks for image/png or image/svg+xml. */
void answer_qr(struct request *rq, struct json_object *into, const char *text);
/* The same of a code that apps read by itself, where text is the address that opens it: into gets qr_token (the code), qr_image,
 * qr_image_base64 (without what a data URI begins with) and svg. */
void answer_qr_of(struct request *rq, struct json_object *into, const char *token, const char *text);
/* The answer is the picture, an SVG, whatever the client accepts. */
void answer_qr_picture(struct request *rq, const char *text);
/* One of several, to be printed beside others: into gets image alone, two pixels a module. */
void answer_qr_small(struct request *rq, struct json_object *into, const char *text);
/* An event's poster: the answer is the picture, an SVG. */
void answer_poster(struct request *rq, int64_t id, const char *title, const char *category);
/* The script of a service worker: that file of static/, which keeps the page that is made from these templates (NULL ends them) and all
 * files below a directory of static/. */
void answer_keeper(struct request *rq, const char *script, const char *const page[], const char *directory);
/* What http/paper.h describes, kept as a file called name; kind: one of those that it is for. */
void answer_paper(struct request *rq, enum drawing_kind kind, const void *paper, const char *name);
/* Whatever is described there. */
void answer_drawing(struct request *rq, const struct drawing *drawing);
/* A list of any length as the answer's data; the route FEEDS. */
void answer_feed(struct request *rq, const struct feed *feed);
/* All rows of a source as a file called name; form: "csv". */
void answer_sheet(struct request *rq, const char *name, const char *form, struct row_source *rows);

/* ---- what a webhook proves itself by ---- */
/* A request header; NULL when missing. Actions have no other use for it. */
const char *request_header(const struct request *rq, const char *name);
/* The bytes of a JSON body as they came; NULL when there was none. */
const char *request_body(const struct request *rq, size_t *len);

/* ---- effects ---- */
/* A row of the audit log, written in the same transaction. before or after may be NULL; both are owned from here. What is the same
 * before and after was no change, and leaves none. */
void audit_change(struct request *rq, const char *action, const char *noun, int64_t id, struct json_object *before,
		  struct json_object *after);
/* What may be watched under this kind and number changed. kind lives for ever. */
void topic_changed(struct request *rq, const char *kind, int64_t id);
/* This event's live counts changed. */
void event_changed(struct request *rq, int64_t event_id);
/* The fields that its route takes; NULL: none. */
const struct field *request_fields(const struct request *rq);
/* What was sent of these, but for how it is to be answered: neither page, limit nor format. Owned by the caller. */
struct json_object *request_asked(const struct request *rq);
/* The declared noun, and its act, that the request's route was made from (app/resource.h). NULL: from none. */
const struct resource *request_resource(const struct request *rq);
const struct act *request_act(const struct request *rq);
/* What names the row that answers, among those of its method: "/api/live/events/:id". */
const char *request_row(const struct request *rq);
/* The kind of what is watched at the request's address (app/live.h), and its number. NULL: nothing is. */
const struct live_kind *request_topic(const struct request *rq);
int64_t request_topic_id(const struct request *rq);
/* Is this request answered as a page (HTML) rather than JSON? Only for where the two must differ. */
bool wants_page(const struct request *rq);

#endif

#ifndef HTTP_INPUT_H
#define HTTP_INPUT_H
/* What http/ uses inside itself to turn a head and a body into input. Pure of FastCGI, so tests
 * and fuzzers feed it from memory. */
#include "http/http.h"
#include "http/request.h"

/* ---- a tree that grows pair by pair ---- */
struct form {
	struct json_object *root;  /* while it grows, lists are objects keyed by index */
	struct json_object *twice; /* dotted name → true */
	unsigned pairs;
	size_t steps; /* tree look-ups made, at most 8 a pair: the work is linear, and tests see that */
};

enum { FORM_PAIRS = 1000, FORM_DEPTH = 8, FORM_NAME = 200 };

void form_begin(struct form *form);
/* Adds "items[0][id]" = value; both are checked for UTF-8 and NUL. A pair without a name is
 * counted and dropped. */
enum body_fault form_add(struct form *form, const char *name, size_t name_len, const char *value, size_t value_len,
			 const char **fault_text);
/* Adds every pair of an urlencoded text (WHATWG URL, 5.1), but a bad escape is a fault. */
enum body_fault form_add_pairs(struct form *form, const char *text, size_t len, const char **fault_text);
/* Moves what was gathered into tree and its repeated names to *repeated (see form_parse), and
 * releases the rest. tree NULL: only releases. */
void form_end(struct form *form, struct json_object *tree, struct json_object **repeated);
/* Moves the members of from (owned from here) into tree; a name that tree has stays as it was
 * and goes to *repeated. */
void input_merge(struct json_object *tree, struct json_object *from, struct json_object **repeated);
void input_repeat(struct json_object **repeated, const char *name);

/* ---- where a body comes from ---- */
struct body_source {
	/* Up to max bytes into into; 0 at the end, -1 when it failed. May give fewer than max
	 * before the end. */
	long (*read)(struct body_source *source, char *into, size_t max);
};

/* Does what http_read_body says, from any source. declared: the text of CONTENT_LENGTH or NULL. */
void body_read(struct http *http, const struct config *config, int body_kb, enum body_wish wish,
	       struct body_source *source, const char *declared);

/* ---- multipart/form-data (RFC 7578) ---- */
struct multipart {
	TALLOC_CTX *ctx; /* holds the uploads; their files close with it */
	const char *content_type;
	struct body_source *source;
	size_t max_text; /* bytes of all values that are no files … */
	size_t max_kept; /* … and of those that are kept where they are more than that, which is told at the end; else 0 */
	bool past_files;	/* they are read past and not kept */
	const char *files;	/* directory for temporary files; falls back to /tmp */
	struct upload *uploads; /* the answer */
	size_t n_uploads;
};

enum { MULTIPART_PARTS = 1000, MULTIPART_FILES = 100, MULTIPART_HEAD = 4096 };

/* Values go into form, files into unlinked temporary files. A file input that was left empty is
 * no upload. Reads up to the closing boundary. After a fault form holds the values before it. */
enum body_fault multipart_read(struct multipart *multipart, struct form *form, const char **fault_text);

/* ---- heads ---- */
/* The status line, which begins so, and all headers, with the empty line behind them; on http. */
struct buf *response_head_text(struct http *http, const struct response *response, bool bodyless, const char *first);
/* The decoded path of a REQUEST_URI (RFC 9112: origin or absolute form) on ctx; NULL when it is
 * not UTF-8, has control characters, a bad escape or no path. */
const char *head_path(TALLOC_CTX *ctx, const char *uri);
/* Who really asks: remote, or, when remote is one of proxies (comma-separated), the last hop of
 * forwarded (RFC 7239's ancestor X-Forwarded-For; may be NULL) that is none of them. Hops that
 * are no addresses end the search. */
const char *head_client(TALLOC_CTX *ctx, const char *remote, const char *forwarded, const char *proxies);
/* Who handed us a request, as the web server tells it; texts are "" where nothing was said. */
struct peer {
	const char *address;	    /* REMOTE_ADDR */
	const char *for_whom, *how; /* X-Forwarded-For, -Proto */
	bool tls;		    /* it came to the web server itself over TLS */
};

/* Fills ip, https and relayed. */
void head_peer(struct http *http, const struct peer *peer, const struct config *config);
/* Is it an address of this machine or of a network that the Internet does not reach (RFC 1918, 4193, 4291)? */
bool head_inner(const char *ip);
/* Cookies (RFC 6265) as an object, the caller's; header may be NULL. At most 100; those with
 * bytes outside UTF-8 are left out. */
struct json_object *head_cookies(const char *header);
/* The next parameter behind the value of a header ("; name=value" or "; name=\"quoted\"");
 * changes *at in place. */
bool head_parameter(char **at, char **name, char **value);

#endif

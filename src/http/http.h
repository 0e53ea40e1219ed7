#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H
/* FastCGI in and out: one raw request read whole (with ceilings) and one response written whole. The only user of
 * fcgiapp.h besides live/. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/tongue.h"
#include "base/utf8.h"
#include <json-c/json.h>
#include <stdbool.h>
#include <talloc.h>

struct upload;

enum body_fault {
	BODY_OK,
	BODY_UNREADABLE /* 400 */,
	BODY_TOO_LARGE /* 413 */,
	BODY_TYPE /* 415 */,
	BODY_FAILED /* 500: no room for an upload; logged */
};

struct http {
	const char *method,
		*path;	      /* path: percent-decoded once, no query; refused (path NULL) when not UTF-8 or with NUL */
	const char *query;    /* raw, without "?" ; "" when none */
	const char *protocol; /* "HTTP/1.1" */
	const char *content_type; /* "" when none */
	const char *ip;		  /* REMOTE_ADDR, or the last X-Forwarded-For hop not in config's proxies */
	bool https;   /* the site is, by config's base_url; or HTTPS=on; or X-Forwarded-Proto from a trusted proxy */
	bool listens; /* by a socket, on which one is told and asks for nothing else: a token is good past its own end, as long as its session lives */
	bool relayed; /* by a proxy that config does not name: ip is the proxy's, and whose request it is nobody knows */
	struct json_object *cookies; /* name → value */
	struct json_object *input;   /* the query's parameters, then the body's: one tree; "items[0][id]" nests */
	enum body_fault fault;
	const char *fault_text;	      /* a sentence for people, as base/tongue.h has it */
	const struct tongue *tongue;  /* whose sentences have numbers in them */
	struct json_object *repeated; /* names that came twice: [name, …] or NULL; dotted: "items.0.id" */
	struct json_object
		*query_names; /* name → true for what came in the query only, beside a body; NULL when nothing did */
	struct json_object
		*sent_as; /* our dotted name → the one that was sent, where it is not the dialect's usual; or NULL */
	bool body_was_form;  /* urlencoded or multipart */
	bool body_had_parts; /* multipart */
	const char *body;    /* a JSON body's bytes as they came, for signatures over them; else NULL */
	size_t body_len;
	const struct upload *uploads;
	size_t n_uploads;
	void *fcgi;
	const struct http_param *params; /* its head as it came; good while fcgi is set */
	size_t n_params;
};

/* What is wanted of a body. */
enum body_wish {
	BODY_WHOLE,
	BODY_OR_TYPED, /* a form that is shown again when it is refused: the whole, or what was typed, however much came with it */
	BODY_TYPED /* it is refused already: what was typed, and no file */
};

/* How many requests one process has in hand at most. */
enum { HTTP_TOGETHER = 16 };

/* A request header by its HTTP name ("X-Request-ID"); NULL when missing or once the answer was sent. A copy on http;
 * bytes that are not UTF-8 and control characters become "?". */
const char *http_header(const struct http *http, const char *name);
/* A request's id as it is logged and told: theirs (the client's X-Request-ID, may be NULL) where it is 1 to 64 letters, digits,
 * "-", "_", "." and ":", else a fresh UUID. Returns out. */
enum { HTTP_ID_SIZE = 65 };
char *http_request_id(const char *theirs, char out[HTTP_ID_SIZE]);
/* Cookies by RFC 6265; of two with one name the first. NULL when missing. */
const char *http_cookie(const struct http *http, const char *name);

/* One listening socket, given by the parent or as fd 0; becomes non-blocking. Make it after the fork. SIGPIPE is ignored
 * from here on. Handlers of other signals want SA_RESTART: libfcgi takes EINTR for a lost client. NULL when it cannot. */
struct http_server *http_server_new(TALLOC_CTX *ctx, int listen_fd, const struct config *config);
/* Blocks for the next request; NULL when told to stop (http_server_stop from a signal handler) or on a fatal error.
 * ctx holds all of it. Only heads are read: the body waits for http_read_body. Signals wait while a head is read, and
 * one that came before is seen: no stop is missed. */
struct http *http_accept(struct http_server *server, TALLOC_CTX *ctx);
/* As http_accept(), for one that already waits: NULL at once when none does, or when HTTP_TOGETHER are unanswered. */
struct http *http_accept_waiting(struct http_server *server, TALLOC_CTX *ctx);
/* The head of a request that live/ accepted itself: fcgi is its FCGX_Request, which must outlive the answer. */
struct http *http_from_fcgi(TALLOC_CTX *ctx, void *fcgi, const struct config *config);
/* The same of a head by whatever front, as CGI has it ("NAME=value", ends with NULL, outlives http): front is what it is known by there, not
 * NULL. */
struct http *http_from_head(TALLOC_CTX *ctx, void *front, char *const envp[], const struct config *config);
/* Reads and parses query and body into http->input. JSON, urlencoded pairs and all texts of a multipart body end at body_kb (0:
 * config's max_body_kb), a multipart body with its files at config's max_upload_kb, where that is more; files stream to
 * unlinked temporary files. Never allocates by the declared length. A body of GET or HEAD is not read.
 * Afterwards input is an object, and fault and fault_text say what was wrong. Of a body at fault nothing is in input but,
 * where it was wished, the texts of a form as far as they could be read; a body that is announced as too large is read up to
 * four times its ceiling for them, and its files are read past. */
void http_read_body(struct http *http, const struct config *config, int body_kb, enum body_wish wish);
/* Async-signal-safe. */
void http_server_stop(struct http_server *server);

struct response {
	int status;
	struct buf *head; /* the caller's; header lines, "Name: value\r\n" each, added with response_header; or NULL */
	const void *body;
	size_t body_len;
	int body_fd; /* 0: none; else a file whose first body_len bytes are the body */
	const char *send_file;
	bool endless; /* its body follows, written by the caller as it comes, or was not asked for: no length, no body here */
};

/* Adds a header; CR, LF and other control characters in value are dropped. */
void response_header(struct response *response, const char *name, const char *value);
/* Sends and finishes; Status, Content-Length and X-Sendfile are added here. HEAD, 204 and 304 send no body. False when
 * the client has gone. */
bool http_send(struct http_server *server, struct http *http, const struct response *response);

/* Writes an answer without finishing: for live/, which ends a connection in its own way. False when the client has gone. */
bool http_write(struct http *http, const struct response *response);

/* An answer of no file as the bytes of HTTP/1.1, on http. */
const char *http_text(struct http *http, const struct response *response, size_t *len);

/* What any front of ours needs to turn pairs and bodies into input; used by http_read_body, live and the fuzzers. */
/* Decodes %XX, and "+" as a blank when plus, from text into out (len + 1 bytes; NUL-terminated).
 * The length, or -1 for a bad escape. */
long percent_decode(const char *text, size_t len, bool plus, char *out);
/* "a=1&b[0][c]=2" into tree, an object; at most 1,000 pairs, depth 8, names of 200 bytes. "b[]" appends, and gaps in
 * indexes close. Of a name that came twice, or that tree had before, the first value stays and the name goes to *repeated,
 * an array made when needed and owned by the caller. *fault_text lives for ever. */
enum body_fault form_parse(const char *text, size_t len, struct json_object *tree, struct json_object **repeated,
			   const char **fault_text);
/* JSON as strict as json_read() whose top is an object. *tree is the caller's, NULL on a fault; *fault_text lives for ever. */
enum body_fault json_parse(const char *text, size_t len, struct json_object **tree, const char **fault_text);

#endif

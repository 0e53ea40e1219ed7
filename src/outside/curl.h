#ifndef OUTSIDE_CURL_H
#define OUTSIDE_CURL_H
/* What every call to the outside world through libcurl has in common. */
#include <curl/curl.h>

/* The longest that one call may take, in milliseconds; tests shorten it. */
extern long outside_timeout_ms;

/* A handle for url that speaks only protocols ("http,https"), follows no redirect, raises no
 * signal, throws away what it is answered and ends in time. The caller cleans it up. NULL when
 * there is none. */
CURL *curl_new(const char *url, const char *protocols);
/* The same with a handle that was used before and may have a connection left (NULL: a new one), so that who calls one server
 * again and again greets it once. Never a handle from before a fork. */
CURL *curl_again(CURL *kept, const char *url, const char *protocols);
/* Adds a line, cut at 2,299 bytes, to the head of a call over HTTP. Returns head (NULL: none yet), or the longer list that it has
 * become. */
struct curl_slist *curl_line(struct curl_slist *head, const char *name, const char *value);
/* Adds to the head of a call over HTTP what it belongs to (base/trace.h): every provider is told. Returns head, or the longer
 * list that it has become. */
struct curl_slist *curl_traced(struct curl_slist *head);

#endif

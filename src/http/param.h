#ifndef HTTP_PARAM_H
#define HTTP_PARAM_H
/* A request's head as CGI has it (RFC 3875): names and values. */
#include "http/http.h"

/* Keeps where each of envp ("NAME=value", ends with NULL, outlives http's fcgi) begins. */
void params_read(struct http *http, char *const envp[]);
/* A value; NULL when missing. */
const char *param_given(const struct http *http, const char *name);
/* The same; "" when missing. */
const char *param(const struct http *http, const char *name);
/* CGI has one name for the proxy's X-Forwarded-For and a client's own X_Forwarded_For. Where there are two, nobody can tell whose is
 * whose, and neither is believed. "" when missing. */
const char *param_once(const struct http *http, const char *name);

#endif

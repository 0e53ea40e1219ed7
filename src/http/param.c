/* A head is asked for some twenty names, and has as many: libfcgi compares all of them by their letters each time. */
#include "http/param.h"
#include <stdlib.h>
#include <string.h>

struct http_param {
	const char *name, *value;
	size_t len; /* of the name */
};

void params_read(struct http *http, char *const envp[])
{
	struct http_param *params;
	size_t n = 0;

	while (envp[n])
		n++;
	params = talloc_array(http, struct http_param, (unsigned)n + 1);
	if (!params)
		abort();
	for (size_t i = 0; i < n; i++) {
		const char *name = envp[i], *mark = strchr(name, '=');

		params[i] = mark ? (struct http_param){ name, mark + 1, (size_t)(mark - name) }
				 : (struct http_param){ name, "", strlen(name) };
	}
	http->params = params;
	http->n_params = n;
}

const char *param_given(const struct http *http, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < http->n_params; i++)
		if (http->params[i].len == len && !memcmp(http->params[i].name, name, len))
			return http->params[i].value;
	return NULL;
}

const char *param(const struct http *http, const char *name)
{
	const char *value = param_given(http, name);

	return value ? value : "";
}

const char *param_once(const struct http *http, const char *name)
{
	const char *found = param_given(http, name);
	size_t len = strlen(name), times = 0;

	for (size_t i = 0; found && i < http->n_params; i++)
		times += http->params[i].len == len && !memcmp(http->params[i].name, name, len);
	return times == 1 ? found : "";
}

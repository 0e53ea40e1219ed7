/* `gatehouse routes`: the site map for people, or as OpenAPI for programs. */
#include "routes/routes.h"
#include "command/command.h"
#include "openapi/openapi.h"
#include "shared.h"
#include <stdio.h>
#include <string.h>

static const char *who(enum role roles)
{
	if (roles & ANYONE)
		return "anyone";
	if (roles == STAFF)
		return "staff";
	if (roles == MANAGERS)
		return "managers";
	return role_name(roles) ? role_name(roles) : "several";
}

/* The largest body it takes, in KB; 0: it reads none. */
static int ceiling(const struct route *route, const struct config *config)
{
	int kb = route->body_kb ? route->body_kb : config->max_body_kb;

	if (!strcmp(route->method, "GET"))
		return 0;
	for (const struct field *f = route->fields; f && f->name; f++)
		if (f->type == F_FILE && config->max_upload_kb > kb)
			return config->max_upload_kb;
	return kb;
}

/* What of an organizer's co-workers each of their routes asks for: method, path and rights by commas, "owner", or "any". */
static void print_rights(const struct route *all, size_t n)
{
	char path[200];

	for (size_t i = 0; i < n; i++) {
		const char *comma = "";

		if (!(all[i].who & ORGANIZER) || all[i].who & ANYONE || all[i].flags & OWN)
			continue;
		printf("%-6s %-52s ", all[i].method, route_address(all[i].path, path));
		for (unsigned k = 0; RIGHT_NAMES[k]; k++)
			if (all[i].right & 1U << k) {
				printf("%s%s", comma, RIGHT_NAMES[k]);
				comma = ",";
			}
		puts(all[i].right & RIGHT_WORKS ? "any" : all[i].right ? "" : "owner");
	}
}

int command_routes(const struct config *config, int argc, char **argv)
{
	size_t n;
	const struct route *all = routes_all(&n);
	char path[200];

	if (argc && !strcmp(argv[0], "--openapi")) {
		struct json_object *document = openapi_document(config);

		puts(json_object_to_json_string_ext(document,
						    JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
		json_object_put(document);
		return 0;
	}
	if (argc && !strcmp(argv[0], "--rights")) {
		print_rights(all, n);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		printf("%-6s %-52s %-10s %-8s %-24s %5d %s\n", all[i].method, route_address(all[i].path, path),
		       who(all[i].who), POOL[all[i].pool].name, all[i].page ? all[i].page : "json",
		       ceiling(&all[i], config), all[i].summary ? all[i].summary : "");
	return 0;
}

/* Who of the staff may do what, read from the site map that dispatch itself asks: there is no second list that could say otherwise. */
#include "app/resource.h"
#include "openapi/openapi.h"
#include "routes/routes.h"
#include <string.h>

/* "venues" of "/api/venues/:id", "logs/audit" of "/api/logs/audit". */
static const char *noun_of(const struct route *r, char out[60])
{
	const char *at = r->path + strlen("/api/");
	size_t len = strcspn(at, "/");

	if (r->resource)
		return r->resource->path;
	memcpy(out, at, len < 59 ? len : 59);
	out[len < 59 ? len : 59] = '\0';
	return out;
}

static bool of_staff(const struct route *r)
{
	return r->api && r->who & STAFF && !(r->who & ANYONE) && !(r->flags & OWN) && !strcmp(r->mount->name, "staff");
}

static const char *kind_of(const struct route *r)
{
	if (!strcmp(r->method, "GET"))
		return "look";
	if (!r->resource || r->act)
		return "act";
	if (!strcmp(r->method, "POST"))
		return "make";
	return !strcmp(r->method, "DELETE") ? "remove" : "change";
}

static struct json_object *group_of(struct json_object *groups, const char *key, const struct route *r)
{
	struct json_object *group;

	for (size_t i = 0; i < json_object_array_length(groups); i++) {
		group = json_object_array_get_idx(groups, i);
		if (!strcmp(json_object_get_string(json_object_object_get(group, "path")), key))
			return group;
	}
	group = json_object_new_object();
	json_object_object_add(group, "path", json_object_new_string(key));
	json_object_object_add(group, "noun", json_object_new_string(r->resource ? r->resource->noun : key));
	json_object_object_add(group, "label", json_object_new_string(r->resource ? r->resource->label : key));
	json_object_object_add(group, "rows", json_object_new_array());
	json_object_array_add(groups, group);
	return group;
}

/* One row says that a noun may be looked at, though its list and its detail are two routes, and that it is changed. */
static bool said(struct json_object *rows, const char *kind, enum role who)
{
	for (size_t i = 0; strcmp(kind, "act") && i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (!strcmp(json_object_get_string(json_object_object_get(row, "kind")), kind) &&
		    json_object_get_int(json_object_object_get(row, "who")) == (int)(who & STAFF))
			return true;
	}
	return false;
}

static void add_row(struct json_object *rows, const struct route *r)
{
	static const enum role ROLES_SHOWN[] = { SUPERADMIN, ADMIN, FINANCE, SUPPORT };
	struct json_object *row = json_object_new_object();
	char path[200];

	json_object_object_add(row, "kind", json_object_new_string(kind_of(r)));
	json_object_object_add(row, "act", r->act ? json_object_new_string(r->act->name) : NULL);
	json_object_object_add(row, "what", json_object_new_string(r->summary));
	json_object_object_add(row, "method", json_object_new_string(r->method));
	json_object_object_add(row, "path", json_object_new_string(route_address(r->path, path)));
	json_object_object_add(row, "who", json_object_new_int((int)(r->who & STAFF)));
	for (size_t i = 0; i < sizeof ROLES_SHOWN / sizeof *ROLES_SHOWN; i++)
		json_object_object_add(row, role_name(ROLES_SHOWN[i]),
				       json_object_new_boolean((r->who & ROLES_SHOWN[i]) != 0));
	json_object_array_add(rows, row);
}

struct json_object *permission_groups(void)
{
	struct json_object *groups = json_object_new_array();
	char key[60];
	size_t n;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *rows;

		if (!of_staff(&all[i]))
			continue;
		rows = json_object_object_get(group_of(groups, noun_of(&all[i], key), &all[i]), "rows");
		if (!said(rows, kind_of(&all[i]), all[i].who))
			add_row(rows, &all[i]);
	}
	for (size_t i = 0; i < json_object_array_length(groups); i++) {
		struct json_object *rows = json_object_object_get(json_object_array_get_idx(groups, i), "rows");

		for (size_t k = 0; k < json_object_array_length(rows); k++)
			json_object_object_del(json_object_array_get_idx(rows, k), "who");
	}
	return groups;
}

/* Campuses as their admins keep them. */
#include "app/campus_office.h"
#include "base/address.h"
#include "store/campus.h"
#include <string.h>

/* Will the column have a value? */
static bool will_be(struct request *rq, const struct row *row, const char *name)
{
	return field_given(rq, name) || (row && !row_null(row, name) && !field_cleared(rq, name));
}

/* A name behind an @, as mail has it: labels of letters, digits and dashes with dots between them (RFC 1123, 2.1). */
static bool domain_valid(const char *text)
{
	const size_t len = strlen(text);

	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == len &&
	       strchr(text, '.') && !strstr(text, "..") && *text != '.' && *text != '-' && text[len - 1] != '.';
}

/* Each item of a list of texts. */
static void check_each(struct request *rq, const char *name, bool (*valid)(const char *text), const char *fault)
{
	struct json_object *list = field_tree(rq, name);

	for (size_t i = 0; list && i < json_object_array_length(list); i++)
		if (!valid(json_object_get_string(json_object_array_get_idx(list, i))))
			field_fault(rq, talloc_asprintf(rq->mem, "%s.%zu", name, i), "%s", fault);
}

void campus_check(struct request *rq, int64_t id)
{
	const struct row *row = id ? resource_row(rq, resource_of(rq), id) : NULL;
	bool north = will_be(rq, row, "latitude"), east = will_be(rq, row, "longitude");

	if (north != east)
		field_fault(rq, north ? "longitude" : "latitude", "Give both coordinates, or none.");
	check_each(rq, "networks", network_valid, SAID("Give a network such as 192.0.2.0/24 or 2001:db8::/32."));
	check_each(rq, "email_domains", domain_valid, SAID("Give what stands behind the @, such as campus.example."));
}

int64_t campus_insert(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	struct noun_value values[RESOURCE_VALUES];
	size_t n = resource_values(rq, r, CREATED, NULL, values);
	int64_t id = 0;

	if (campus_of_account(rq->db, rq->who.account_id)) {
		refuse(rq, 403, "FORBIDDEN", "Only who manages all campuses makes another.");
		return 0;
	}
	return resource_refused(rq, r, noun_insert(rq->db, resource_view(rq, r), values, n, rq->now, &id), r->table)
		       ? 0
		       : id;
}

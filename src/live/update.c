/* Old clients read these keys by name, so none is ever renamed or moved. */
#include "live/update.h"
#include "base/clock.h"
#include "base/uuid.h"
#include <stdio.h>

static void add_text(struct json_object *json, const char *key, const struct row *row)
{
	json_object_object_add(json, key, row_null(row, key) ? NULL : json_object_new_string(row_text(row, key)));
}

struct json_object *update_of(const struct row *change)
{
	struct json_object *json = json_object_new_object();
	char id[24], date[DATE_SIZE] = "", at[ISO_SIZE], event[UUID_SIZE];
	const ms_t when = row_time(change, "at");

	snprintf(id, sizeof id, "%lld", (long long)row_int(change, "account_id"));
	clock_date(when, row_text(change, "time_zone"), date);
	json_object_object_add(json, "employee_id", json_object_new_string(id));
	add_text(json, "employee_name", change);
	add_text(json, "status", change);
	json_object_object_add(json, "date", json_object_new_string(date));
	json_object_object_add(json, "timestamp", json_object_new_string(clock_iso(when, at)));
	add_text(json, "device", change);
	json_object_object_add(json, "isLate", json_object_new_boolean(row_bool(change, "is_late")));
	json_object_object_add(json, "update_id", json_object_new_int64(row_int(change, "id")));
	json_object_object_add(
		json, "event_id",
		json_object_new_string(uuid_text((const uint8_t *)row_cell(change, "event_id")->s, event)));
	add_text(json, "event_title", change);
	add_text(json, "verification_status", change);
	add_text(json, "department", change);
	add_text(json, "method", change);
	add_text(json, "previous_status", change);
	return json;
}

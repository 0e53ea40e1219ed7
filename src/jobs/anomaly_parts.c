/* What those who look for what is out of the ordinary have in common: how its numbers are kept, and what a term is. */
#include "base/uuid.h"
#include "http/request.h"
#include "jobs/anomalies.h"
#include <stdio.h>
#include <string.h>

const char *numbers_json(struct job_run *run, const struct number numbers[], size_t n)
{
	struct json_object *object = json_object_new_object();
	const char *text;

	for (size_t i = 0; i < n; i++)
		json_object_object_add(object, numbers[i].name, answer_real(numbers[i].value));
	text = talloc_strdup(run->mem, json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
	json_object_put(object);
	return text;
}

const char *uuids_json(struct job_run *run, const uint8_t *const uuids[], size_t n)
{
	struct json_object *array = json_object_new_array();
	char text[UUID_SIZE];
	const char *out;

	for (size_t i = 0; i < n && i < UUIDS_MOST; i++)
		json_object_array_add(array, json_object_new_string(uuid_text(uuids[i], text)));
	out = talloc_strdup(run->mem, json_object_to_json_string_ext(array, JSON_C_TO_STRING_PLAIN));
	json_object_put(array);
	return out;
}

char *term_of(ms_t at, char out[TERM_SIZE], ms_t *begins)
{
	char day[DATE_SIZE];
	ms_t unused;

	clock_date(at, "UTC", day);
	snprintf(out, TERM_SIZE, "%.4s-%c", day, strncmp(day + 5, "07", 2) < 0 ? '1' : '2');
	memcpy(day + 5, out[5] == '1' ? "01-01" : "07-01", 5);
	clock_day(day, "UTC", begins, &unused);
	return out;
}

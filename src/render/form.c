/* Form controls from the same declaration that the validator reads: a browser that checks a bound early checks the one
 * that counts. */
#include "render/form.h"
#include <stdio.h>
#include <string.h>

static const char *control_of(enum field_type type)
{
	switch (type) {
	case F_LONG_TEXT:
		return "area";
	case F_PASSWORD:
		return "password";
	case F_INT:
	case F_ID:
		return "number";
	case F_REAL:
		return "real";
	case F_MONEY:
		return "money";
	case F_RATE:
		return "rate";
	case F_BOOL:
		return "check";
	case F_TIME:
		return "datetime";
	case F_DATE:
		return "date";
	case F_EMAIL:
		return "email";
	case F_MOBILE:
		return "tel";
	case F_OTP:
		return "otp";
	case F_CHOICE:
		return "select";
	case F_ZONE:
		return "zone";
	case F_CURRENCY:
		return "currency";
	case F_COUNTRY:
		return "country";
	case F_FILE:
		return "file";
	case F_UUID:
		return "uuid";
	case F_TEXT:
		return "text";
	case F_LIST:
		return "list";
	case F_OBJECT:
		break;
	}
	return NULL;
}

static void add_text(struct json_object *control, const char *key, const char *text)
{
	if (text)
		json_object_object_add(control, key, json_object_new_string(text));
}

static void add_choices(struct json_object *control, const char *choices)
{
	struct json_object *list = json_object_new_array();

	for (const char *word = choices; *word;) {
		size_t len = strcspn(word, ",");

		json_object_array_add(list, json_object_new_string_len(word, (int)len));
		word += len + (word[len] == ',');
	}
	json_object_object_add(control, "choices", list);
}

static struct json_object *control_make(const struct field *field, const char *name, const char *error_key,
					const struct tongue *tongue)
{
	struct json_object *control = json_object_new_object();

	add_text(control, "name", name);
	add_text(control, "error_key", error_key);
	add_text(control, "control", control_of(field->type));
	json_object_object_add(control, "required", json_object_new_boolean(field->required));
	/* Money is typed in major units, whose bounds the browser cannot know, and a rate as a per cent, in a text. */
	if ((field->min || field->max) && field->type != F_MONEY && field->type != F_RATE) {
		json_object_object_add(control, "min", json_object_new_int64(field->min));
		if (field->max)
			json_object_object_add(control, "max", json_object_new_int64(field->max));
	}
	if (field->choices)
		add_choices(control, field->choices);
	add_text(control, "otherwise", field->otherwise);
	add_text(control, "help", field->help ? tongue_says(tongue, field->help) : NULL);
	return control;
}

static void add_controls(struct json_object *controls, const struct field *fields, const char *parent,
			 const struct tongue *tongue)
{
	char name[120], error_key[120], key[120];

	for (const struct field *f = fields; f->name; f++) {
		if (parent) {
			snprintf(name, sizeof(name), "%s[%s]", parent, f->name);
			snprintf(error_key, sizeof(error_key), "%s.%s", parent, f->name);
			snprintf(key, sizeof(key), "%s_%s", parent, f->name);
		} else {
			snprintf(name, sizeof(name), "%s", f->name);
			snprintf(error_key, sizeof(error_key), "%s", f->name);
			snprintf(key, sizeof(key), "%s", f->name);
		}
		if (control_of(f->type) && (f->type != F_LIST || field_plain_item(f)))
			json_object_object_add(controls, key, control_make(f, name, error_key, tongue));
		else if (f->type == F_OBJECT && f->of && !parent)
			add_controls(controls, f->of, f->name, tongue);
	}
}

struct json_object *form_controls(const struct field *fields, const struct tongue *tongue)
{
	struct json_object *controls = json_object_new_object();

	add_controls(controls, fields, NULL, tongue);
	return controls;
}

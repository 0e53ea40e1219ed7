#ifndef RENDER_FORM_H
#define RENDER_FORM_H
/* A route's declared fields as form controls, so that a form's bounds are the validator's own. */
#include "base/tongue.h"
#include "http/field.h"
#include <json-c/json.h>

/* {name: {name, control, required, min, max, choices: [word, …], otherwise, help, error_key}} in the fields' order;
 * the caller owns it. control: text, area, password, number, real, money, rate, check, datetime, date, email, tel, otp, select,
 * zone, currency, country, file. name is what the form sends ("venue[name]" for a member of an F_OBJECT, whose key here is
 * "venue_name"), error_key where its fault and its value are found below page.errors and page.form ("venue.name").
 * help is in the language. F_LIST has no control of its own: such a form is written by hand. parts/form.html's control() draws one of these. */
struct json_object *form_controls(const struct field *fields, const struct tongue *tongue);

#endif

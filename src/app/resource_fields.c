/* Fields, one after another. */
#include "app/resource_fields.h"
#include <assert.h>

struct fields fields_new(void)
{
	return (struct fields){ talloc_zero_array(NULL, struct field, FIELDS_MAX), 0 };
}

void field_add(struct fields *to, struct field field)
{
	assert(to->n < FIELDS_MAX - 1);
	to->v[to->n++] = field;
}

struct field field_of(const struct resource_column *c, bool required, bool defaults)
{
	return (struct field){ .name = c->name,
			       .type = c->type,
			       .required = required,
			       .min = c->min,
			       .max = c->max,
			       .choices = c->choices,
			       .house = c->flags & HOUSE,
			       .numbered = c->flags & BY_NAME,
			       .otherwise = defaults ? c->otherwise : NULL,
			       .of = c->of,
			       .rule = c->flags & PAST ? day_past_rule : c->rule,
			       .help = c->help };
}

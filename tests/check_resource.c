/* Declared nouns: that the declarations are sound, that every piece of SQL that follows from them is taken by the real
 * schema, and that writing through them keeps its promises. Accounts and event keys, which some of them rest on. */
#include "app/resource.h"
#include "base/log.h"
#include "check_database.h"
#include "openapi/openapi.h"
#include "openapi/schema.h"
#include "routes/family.h"
#include "routes/mounts.h"
#include "rules/keys.h"
#include "store/account.h"
#include "store/event_key.h"
#include "store/second_factor.h"
#include "store/site_key.h"
#include <string.h>

static TALLOC_CTX *ctx;
static struct db *db;
static const ms_t NOW = INT64_C(1795000000000);

static void setup(void)
{
	const char *error;
	char *directory;

	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_ + 1);
	db = check_database(ctx, check_config(ctx, "gatehouse_check_resource"), SRCDIR "/sql/migrations");
	db_memory(db, ctx);
	directory = check_directory(ctx);
	ck_assert(keys_load(talloc_asprintf(ctx, "%s/key", directory), true, &error));
	ck_assert(site_key_add(db, key_print(0), NOW));
}

static void teardown(void)
{
	talloc_free(ctx);
}

static struct noun_view view_of(const struct resource *r)
{
	return (struct noun_view){ &resource_made(r)->noun, 0 };
}

/* As somebody has it; owner matters where the noun has one. */
static struct noun_view owned(const char *path, int64_t owner)
{
	return (struct noun_view){ view_of(resource_meant("customer", path)).noun, owner };
}

static struct noun_view noun(const char *path)
{
	return owned(path, 0);
}

/* One path below two mounts is two nouns. */
static bool declared_twice(const struct resource *r)
{
	for (const struct resource *other = resource_all(); other != r; other++)
		if (!strcmp(other->path, r->path) &&
		    (other->mount == r->mount || (other->mount && r->mount && !strcmp(other->mount, r->mount))))
			return true;
	return false;
}

static const struct field *field_named(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (!strcmp(fields->name, name))
			return fields;
	return NULL;
}

/* What is made belongs to what the maker has alone. */
static bool made_of_own(const struct resource *r)
{
	const struct resource_column *tie = r->parent ? resource_column(r, r->parent) : NULL;
	const struct resource *of = tie ? resource_referred(r, tie) : NULL;

	return of && (tie->flags & (CREATED | REQUIRED)) == (CREATED | REQUIRED) && !(tie->flags & EDITED) &&
	       (of->owner || of->scope);
}

static bool has_column(const struct resource *r, const char *name)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (!strcmp(c->name, name))
			return true;
	return !strcmp(name, "id");
}

START_TEST(declarations_are_sound)
{
	for (const struct resource *r = resource_all(); r->path; r++) {
		ck_assert_msg(has_column(r, r->title), "%s: title", r->path);
		ck_assert_msg(has_column(r, r->order + (*r->order == '-')), "%s: order", r->path);
		ck_assert_msg(!r->key || has_column(r, r->key), "%s: key", r->path);
		ck_assert_msg(!r->parent || has_column(r, r->parent), "%s: parent", r->path);
		ck_assert_msg(r->readers && !resource_fault(r), "%s", resource_fault(r));
		ck_assert_msg(!declared_twice(r), "%s is declared twice", r->path);
		ck_assert_msg(!r->scope || (!r->owner && (r->insert || r->writers == NOBODY || made_of_own(r))),
			      "%s: scope", r->path);
		ck_assert_msg(!r->owner || !(r->readers & (r->readers - 1)), "%s: whose id its owner is", r->path);
		ck_assert_msg(!r->open || r->stamps & STAMP_UPDATED, "%s: open", r->path);
		for (const struct act *act = r->acts; act && act->name; act++) {
			ck_assert_msg(act->who ? !(act->who & ~r->readers) : r->writers != NOBODY, "%s %s: who",
				      r->path, act->name);
			/* or what it does is seen in the column that keeps it from being done again */
			ck_assert_msg(act->to ? !word_among(act->to, act->from) || (act->unless && act->also)
					      : act->also || act->instead,
				      "%s %s leads nowhere", r->path, act->name);
			ck_assert_msg(!act->to || r->stamps & STAMP_UPDATED, "%s %s: its UPDATE must be seen", r->path,
				      act->name);
		}
		for (const struct resource_column *c = r->columns; c->name; c++) {
			const struct resource *other = resource_referred(r, c);

			ck_assert_msg(!r->owner || strcmp(c->name, r->owner), "%s: its owner is not asked for",
				      r->path);
			ck_assert_msg(!other || !other->owner || r->readers == other->readers, "%s.%s is whose",
				      r->path, c->name);
			ck_assert_msg(!c->refers || other, "%s.%s refers", r->path, c->name);
			ck_assert_msg(c->type != F_CHOICE || c->choices, "%s.%s choices", r->path, c->name);
			ck_assert_msg(!(c->flags & (CREATED | EDITED)) || c->help, "%s.%s help", r->path, c->name);
			ck_assert_msg(!c->guard || (c->kept && c->flags & EDITED && r->stamps & STAMP_UPDATED),
				      "%s.%s guard", r->path, c->name);
		}
	}
}
END_TEST

/* What a path means depends on where it is said. */
START_TEST(a_path_names_the_noun_of_its_mount)
{
	const struct resource *staff = resource_named(NULL, "users"), *campus = resource_named("campus", "users");
	const struct resource_column to_users = { .name = "user_id", .refers = "users" },
				     to_events = { .name = "event_id", .refers = "events" };
	const struct resource near = { .path = "badges", .mount = "campus" }, here = { .path = "badges" };

	ck_assert_str_eq(staff->label, "Users");
	ck_assert_str_eq(campus->label, "Members");
	ck_assert_str_eq(resource_named("people", "users")->label, "People");
	ck_assert_ptr_eq(resource_named("staff", "users"), staff);
	ck_assert_ptr_null(resource_named("customer", "users"));
	ck_assert_ptr_eq(resource_referred(&here, &to_users), staff);
	ck_assert_ptr_eq(resource_referred(&near, &to_users), campus);
	ck_assert_ptr_eq(resource_referred(&near, &to_events), resource_named(NULL, "events"));
	ck_assert_ptr_null(resource_referred(&near, &(struct resource_column){ .name = "name" }));
}
END_TEST

/* Refused before anything is served, rather than by the worker that meets it. */
START_TEST(a_declaration_that_would_stop_a_worker_is_refused)
{
	const struct resource_column none[] = { { .name = NULL } };
	const struct resource_column owned[] = { { .name = "dependent_id", .refers = "dependents" }, { .name = NULL } },
				     scoped[] = { { .name = "incident_id", .refers = "incidents" }, { .name = NULL } },
				     nothing[] = { { .name = "x_id", .refers = "nowhere" }, { .name = NULL } };
	const struct act support[] = { { .name = "approve", .who = SUPPORT }, { .name = NULL } };
	struct resource r = {
		.path = "badges", .mount = "customer", .columns = none, .readers = CUSTOMER, .writers = CUSTOMER
	};

	ck_assert_ptr_null(resource_fault(&r));
	r.columns = owned;
	ck_assert_ptr_null(resource_fault(&r));
	r.readers = CUSTOMER | ADMIN;
	ck_assert_str_eq(resource_fault(&r), "badges: dependent_id refers to what not all of its readers have");
	r.readers = ORGANIZER | ADMIN;
	r.writers = NOBODY;
	r.mount = "organizer";
	r.columns = scoped;
	ck_assert_str_eq(resource_fault(&r), "badges: incident_id refers to what not all of its readers have");
	r.readers = HR | SUPERVISOR;
	r.mount = "campus";
	r.columns = nothing;
	ck_assert_str_eq(resource_fault(&r), "badges: x_id refers to nothing");
	r.columns = none;
	r.writers = ADMIN;
	ck_assert_str_eq(resource_fault(&r), "badges: who writes does not read");
	r.writers = HR;
	ck_assert_ptr_null(resource_fault(&r));
	r.shown_to = SUPERVISOR;
	ck_assert_str_eq(resource_fault(&r), "badges: who sees one does not read, or who writes does not see");
	r.shown_to = HR;
	ck_assert_ptr_null(resource_fault(&r));
	r.acts = support;
	ck_assert_str_eq(resource_fault(&r), "badges: who may approve does not read");
}
END_TEST

START_TEST(fields_follow)
{
	const struct resource_made *made = resource_made(resource_named(NULL, "events"));

	ck_assert(field_named(made->create, "title")->required);
	ck_assert(!field_named(made->put, "title")->required);
	ck_assert(field_named(made->form, "title")->required);
	ck_assert_ptr_null(field_named(made->create, "updated_at"));
	ck_assert_ptr_nonnull(field_named(made->put, "updated_at"));
	/* A box that is not ticked is not sent: its default would tick it again. */
	ck_assert_str_eq(field_named(made->create, "re_entry")->otherwise, "true");
	ck_assert_ptr_null(field_named(made->create_form, "re_entry")->otherwise);
	ck_assert_ptr_null(field_named(made->put, "re_entry")->otherwise);
	ck_assert_ptr_null(field_named(made->put, "status"));
	ck_assert_ptr_nonnull(field_named(made->list, "starts_at_from"));
	ck_assert_ptr_nonnull(field_named(resource_made(resource_named(NULL, "expenses"))->list, "spent_on_to"));
	ck_assert_ptr_null(field_named(resource_made(resource_named(NULL, "expenses"))->list, "spent_on"));
	ck_assert_ptr_nonnull(field_named(made->list, "format"));
	/* Taken, never answered. */
	for (const struct noun_column *c = noun("users").noun->columns; c->name; c++)
		ck_assert_str_ne(c->name, "password");
	ck_assert_ptr_nonnull(field_named(resource_made(resource_named(NULL, "users"))->create, "password"));
}
END_TEST

static void ask_ok(const struct resource *r, const struct noun_ask *ask, const char *what)
{
	struct noun_view n = view_of(r);
	bool estimated;

	ck_assert_msg(noun_list(db, n, ask) != NULL, "%s by %s: %s", r->path, what, db_message(db));
	noun_count(db, n, ask, &estimated);
	ck_assert_msg(db_error(db) == DB_OK, "%s counted by %s: %s", r->path, what, db_message(db));
}

/* Every filter, every order, the search, the export and the detail of every noun. */
START_TEST(the_schema_takes_it_all)
{
	for (const struct resource *r = resource_all(); r->path; r++) {
		const struct resource_made *made = resource_made(r);
		struct noun_ask ask = { .order = made->order, .page = 1, .limit = 5, .search = "a_%b" };
		struct row_source *source;
		struct row_list *list;

		ask_ok(r, &ask, "search");
		ask.search = NULL;
		for (size_t i = 0; i < made->n_filters; i++) {
			ask.n_filters = 1;
			ask.filters[0] = (struct noun_filter){
				made->filters[i].condition, made->filters[i].joined, 1, { arg_int(1) }
			};
			ask_ok(r, &ask, made->filters[i].name);
			if (!made->filters[i].each)
				continue;
			ask.filters[0] = (struct noun_filter){ made->filters[i].each,
							       made->filters[i].each_joined,
							       2,
							       { arg_time(0),
								 arg_text("{\"-\":\"2026-01-01T00:00:00.000\"}") } };
			ask_ok(r, &ask, made->filters[i].name);
		}
		ask.n_filters = 0;
		for (const struct resource_column *c = r->columns; c->name; c++) {
			if (!(c->flags & SORTED))
				continue;
			ask.order = resource_expression(r, c->name);
			ask_ok(r, &ask, c->name);
		}
		list = noun_rows(db, view_of(r), &ask);
		source = list->source(list);
		source->next(source);
		noun_get(db, view_of(r), 1);
		noun_lock(db, view_of(r), 1);
		noun_choices(db, view_of(r), resource_expression(r, r->key ? r->key : "id"),
			     resource_expression(r, r->title), NULL, 5);
		ck_assert_msg(db_error(db) == DB_OK, "%s: %s", r->path, db_message(db));
	}
}
END_TEST

static int64_t make_venue(const char *name)
{
	const struct noun_value values[] = { { .column = "name", .value = arg_text(name) },
					     { .column = "city", .value = arg_text("Riga") },
					     { .column = "country", .value = arg_text("LV") },
					     { .column = "time_zone", .value = arg_text("Europe/Riga") } };
	int64_t id;

	ck_assert_int_eq(noun_insert(db, noun("venues"), values, 4, NOW, &id), NOUN_OK);
	return id;
}

START_TEST(a_row_is_made_changed_and_goes)
{
	int64_t id = make_venue("Blue Hall");
	const struct noun_value change[] = { { .column = "capacity", .value = arg_int(500) } };
	const struct row *row = noun_get(db, noun("venues"), id);

	ck_assert_int_eq(row_time(row, "updated_at"), NOW);
	ck_assert(row_null(row, "capacity"));
	ck_assert_int_eq(noun_update(db, noun("venues"), id, &(struct noun_change){ change, 1, NULL }, NOW + 5),
			 NOUN_OK);
	row = noun_get(db, noun("venues"), id);
	ck_assert_int_eq(row_int(row, "capacity"), 500);
	ck_assert_int_eq(row_time(row, "updated_at"), NOW + 5);
	ck_assert_int_eq(row_time(row, "created_at"), NOW);
	ck_assert_int_eq(noun_delete(db, noun("venues"), id, NULL, NOW), NOUN_OK);
	ck_assert_ptr_null(noun_get(db, noun("venues"), id));
	ck_assert(!noun_exists(db, noun("venues"), "t.id = ?", id));
	ck_assert_int_eq(noun_delete(db, noun("venues"), id, NULL, NOW), NOUN_REFUSED);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM venue WHERE id = ?", args(id)), 1);
}
END_TEST

static int64_t make_event(int64_t venue)
{
	int64_t account = account_insert(db, &(struct account_new){ .name = "Otto" }, NOW);
	int64_t organizer = profile_open(db, "organizer", account, "Opera", NOW);
	const struct noun_value values[] = { { .column = "organizer_id", .value = arg_int(organizer) },
					     { .column = "venue_id", .value = arg_int(venue) },
					     { .column = "category_id", .value = arg_int(1) },
					     { .column = "title", .value = arg_text("Tosca") },
					     { .column = "description", .value = arg_text("") },
					     { .column = "starts_at", .value = arg_time(NOW + 400 * 365 * MS_DAY) },
					     { .column = "ends_at", .value = arg_time(NOW + 401 * 365 * MS_DAY) },
					     { .column = "time_zone", .value = arg_text("Europe/Riga") },
					     { .column = "currency", .value = arg_text("EUR") } };
	int64_t id;

	ck_assert_int_eq(noun_insert(db, noun("events"), values, 9, NOW, &id), NOUN_OK);
	return id;
}

START_TEST(what_is_in_use_stays)
{
	const struct noun_value twice[] = { { .column = "slug", .value = arg_text("music") },
					    { .column = "name", .value = arg_text("More music") } };
	const struct noun_value backwards[] = { { .column = "ends_at", .value = arg_time(NOW) } };
	int64_t venue = make_venue("Blue Hall"), event = make_event(venue), id;

	ck_assert_int_eq(noun_delete(db, noun("venues"), venue, NULL, NOW), NOUN_REFUSED);
	ck_assert_int_eq(noun_delete(db, noun("event-categories"), 1, NULL, NOW), NOUN_REFUSED);
	ck_assert_int_eq(noun_insert(db, noun("event-categories"), twice, 2, NOW, &id), NOUN_DUPLICATE);
	ck_assert_str_eq(noun_clash(ctx, db, "event_category"), "slug");
	ck_assert_ptr_null(noun_clash(ctx, db, "venue"));
	ck_assert_int_eq(noun_update(db, noun("events"), event, &(struct noun_change){ backwards, 1, NULL }, NOW),
			 NOUN_REFUSED);
	ck_assert_int_eq(db_error(db), DB_OK);
	db_exec(db, "UPDATE event SET status = 'cancelled' WHERE id = ?", args(event));
	ck_assert_int_eq(noun_delete(db, noun("venues"), venue, NULL, NOW), NOUN_OK);
	db_exec(db, "UPDATE event SET status = 'draft' WHERE id = ?", args(event));
	db_exec(db, "UPDATE venue SET deleted_at = NULL WHERE id = ?", args(venue));
	ck_assert_int_eq(noun_delete(db, noun("venues"), venue, NULL, NOW + 401 * 365 * MS_DAY - 1), NOUN_REFUSED);
	ck_assert_int_eq(noun_delete(db, noun("venues"), venue, NULL, NOW + 401 * 365 * MS_DAY), NOUN_OK);
}
END_TEST

START_TEST(a_guard_stands_in_the_update)
{
	const struct noun_value rename = { .column = "name", .value = arg_text("Red Hall") };
	const struct noun_value few[] = { rename, { .column = "capacity", .value = arg_int(5), .guard = "? > 10" } };
	const struct noun_value many[] = { rename, { .column = "capacity", .value = arg_int(50), .guard = "? > 10" } };
	const struct noun_change too_few = { few, 2, NULL }, enough = { many, 2, NULL };
	int64_t id = make_venue("Blue Hall");

	ck_assert_int_eq(noun_update(db, noun("venues"), id, &too_few, NOW), NOUN_GUARDED);
	ck_assert_ptr_eq(noun_guarded(db, noun("venues"), id, &too_few), &few[1]);
	ck_assert_ptr_null(noun_guarded(db, noun("venues"), id, &enough));
	ck_assert_str_eq(row_text(noun_get(db, noun("venues"), id), "name"), "Blue Hall");
	/* The second changes nothing, and is an edit all the same. */
	for (int i = 1; i <= 2; i++) {
		ck_assert_int_eq(noun_update(db, noun("venues"), id, &enough, NOW), NOUN_OK);
		ck_assert_int_eq(row_time(noun_get(db, noun("venues"), id), "updated_at"), NOW + i);
	}
	ck_assert_str_eq(row_text(noun_get(db, noun("venues"), id), "name"), "Red Hall");
}
END_TEST

static int64_t make_customer(const char *name)
{
	return profile_open(db, "customer", account_insert(db, &(struct account_new){ .name = name }, NOW), NULL, NOW);
}

static int64_t make_dependent(int64_t customer, const char *name)
{
	const struct noun_value values[] = { { .column = "name", .value = arg_text(name) },
					     { .column = "relationship", .value = arg_text("niece") } };
	int64_t id;

	ck_assert_int_eq(noun_insert(db, owned("dependents", customer), values, 2, NOW, &id), NOUN_OK);
	return id;
}

/* No question and no write reaches another owner's row, whatever id it names. */
START_TEST(an_owner_has_their_own_alone)
{
	int64_t ann = make_customer("Ann"), bob = make_customer("Bob");
	int64_t id = make_dependent(ann, "Lou"), other = make_dependent(bob, "Mo");
	struct noun_view hers = owned("dependents", ann), his = owned("dependents", bob);
	const struct noun_value rename[] = { { .column = "name", .value = arg_text("Max") } };
	const struct noun_change change = { rename, 1, NULL };
	struct noun_ask ask = { .order = "t.id", .page = 1, .limit = 20 };
	struct row_list *list = noun_rows(db, his, &ask);
	struct row_source *source = list->source(list);
	const struct rows *rows;
	struct row row;
	bool estimated;

	rows = source->next(source);
	ck_assert_uint_eq(rows->n, 1);
	row = row_at(rows, 0);
	ck_assert_int_eq(row_int(&row, "id"), other);
	ck_assert_uint_eq(noun_list(db, hers, &ask)->n, 1);
	ck_assert_int_eq(noun_count(db, hers, &ask, &estimated), 1);
	ck_assert_uint_eq(noun_choices(db, his, "t.id", "t.name", NULL, 5)->n, 1);
	ck_assert(noun_exists(db, hers, "t.id = ?", id) && !noun_exists(db, his, "t.id = ?", id));
	ck_assert(noun_lock(db, hers, id) && !noun_lock(db, his, id));
	ck_assert_ptr_null(noun_get(db, his, id));
	noun_update(db, his, id, &change, NOW);
	ck_assert_str_eq(row_text(noun_get(db, hers, id), "name"), "Lou");
	ck_assert_int_eq(noun_delete(db, his, id, NULL, NOW), NOUN_REFUSED);
	ck_assert_int_eq(noun_update(db, hers, id, &change, NOW), NOUN_OK);
	ck_assert_str_eq(row_text(noun_get(db, hers, id), "name"), "Max");
	ck_assert_int_eq(noun_delete(db, hers, id, NULL, NOW), NOUN_OK);
}
END_TEST

/* A row that another column names, within its owner. */
START_TEST(a_row_named_by_what_it_is_of)
{
	int64_t ann = make_customer("Ann"), bob = make_customer("Bob"), event = make_event(make_venue("Blue Hall")), id;
	const struct noun_value values[] = { { .column = "event_id", .value = arg_int(event) } };

	ck_assert_int_eq(noun_insert(db, owned("favorites", ann), values, 1, NOW, &id), NOUN_OK);
	ck_assert_int_eq(id, event);
	ck_assert_int_eq(noun_insert(db, owned("favorites", ann), values, 1, NOW, &id), NOUN_DUPLICATE);
	ck_assert_int_eq(id, event);
	ck_assert_int_eq(row_int(noun_get(db, owned("favorites", ann), event), "id"), event);
	ck_assert_ptr_null(noun_get(db, owned("favorites", bob), event));
	ck_assert_int_eq(noun_insert(db, owned("favorites", bob), values, 1, NOW, &id), NOUN_OK);
	ck_assert_int_eq(noun_delete(db, owned("favorites", ann), event, NULL, NOW), NOUN_OK);
	ck_assert_ptr_nonnull(noun_get(db, owned("favorites", bob), event));
}
END_TEST

/* The states that a change may start from stand in its own UPDATE. */
START_TEST(a_move_starts_from_its_states)
{
	const struct noun_value to[] = { { .column = "status", .value = arg_text("approved") } };
	int64_t ann = make_customer("Ann"), id;
	struct noun_view request = noun("card-requests");

	ck_assert_int_eq(noun_insert(db, owned("nfc-cards/request", ann), NULL, 0, NOW, &id), NOUN_OK);
	ck_assert_int_eq(noun_update(db, request, id, &(struct noun_change){ to, 1, "sent" }, NOW), NOUN_GUARDED);
	ck_assert_int_eq(noun_update(db, request, id, &(struct noun_change){ to, 1, "sent,requested" }, NOW), NOUN_OK);
	ck_assert_int_eq(noun_update(db, request, id, &(struct noun_change){ to, 1, "requested" }, NOW), NOUN_GUARDED);
	ck_assert_str_eq(row_text(noun_get(db, request, id), "status"), "approved");
	ck_assert_int_eq(noun_delete(db, request, id, "requested", NOW), NOUN_REFUSED);
}
END_TEST

START_TEST(an_export_has_every_row_once)
{
	struct noun_ask ask = { .order = "t.id", .page = 1, .limit = 20 };
	struct row_source *source;
	struct row_list *list;
	const struct rows *rows;
	int64_t last = 0, n = 0;

	for (int i = 0; i < 1203; i++)
		make_venue(i % 2 ? "Odd" : "Even");
	ask.search = "odd";
	list = noun_rows(db, noun("venues"), &ask);
	source = list->source(list);
	while ((rows = source->next(source)))
		for (size_t i = 0; i < rows->n; i++, n++) {
			struct row row = row_at(rows, i);

			ck_assert_int_gt(row_int(&row, "id"), last);
			last = row_int(&row, "id");
		}
	ck_assert_int_eq(n, 601);
}
END_TEST

START_TEST(accounts_have_roles_and_profiles)
{
	struct account_new ada = { .name = "Ada", .email = "ada@example.com", .mobile_number = "+3712000000" };
	int64_t id = account_insert(db, &ada, NOW), profile;

	ck_assert_int_gt(id, 0);
	ck_assert_int_eq(account_insert(db, &(struct account_new){ .name = "B", .mobile_number = "+3712000000" }, NOW),
			 0);
	ck_assert_int_eq(db_last(db), DB_DUPLICATE);
	ck_assert_int_eq(account_insert(db, &(struct account_new){ .name = "B", .email = "ADA@example.com" }, NOW), 0);
	ck_assert_int_eq(row_int(account_by_email(db, "ada@example.com"), "id"), id);
	ck_assert_ptr_null(account_by_username(db, "ada"));
	profile = profile_open(db, "merchant", id, "Ada's", NOW);
	ck_assert_int_gt(profile, 0);
	ck_assert_int_eq(profile_open(db, "merchant", id, "Other", NOW), profile);
	ck_assert(account_has_role(db, id, "merchant") && account_roles(db, id)->n == 1);
	profile_open(db, "finance", id, NULL, NOW);
	profile_open(db, "admin", id, NULL, NOW);
	ck_assert_uint_eq(account_roles(db, id)->n, 3);
	role_revoke(db, id, "admin");
	ck_assert_uint_eq(account_roles(db, id)->n, 2);
	ck_assert(!account_has_role(db, id, "admin") && account_has_role(db, id, "finance"));
	ck_assert(account_rename(db, id, "Ada B", NULL, "+3712000001", "ada", NOW));
	ck_assert(row_null(account_by_id(db, id), "email"));
	ck_assert_int_eq(db_error(db), DB_OK);
}
END_TEST

START_TEST(an_event_key_signs)
{
	int64_t event = make_event(make_venue("Blue Hall")), id = event_key_insert(db, event, NOW);
	const struct row *key = event_key_active(db, event);
	struct ticket_code code = {
		.key_id = id, .event_id = event, .ticket_id = 3, .category_id = 1, .generation = 1
	};
	uint8_t secret[EVENT_SECRET];
	char text[TICKET_CODE_SIZE];

	ck_assert_int_eq(row_int(key, "id"), id);
	ck_assert_uint_eq(row_cell(key, "sealed_secret")->len, EVENT_SEALED);
	ck_assert(unseal((const uint8_t *)row_cell(key, "sealed_secret")->s, EVENT_SEALED, secret));
	ck_assert(ticket_code_signed(ticket_code_make(&code, secret, text),
				     (const uint8_t *)row_cell(key, "public_key")->s));
	ck_assert_ptr_null(event_key_active(db, event + 1));
}
END_TEST

static void gate_key_is_of(int64_t event, int64_t id)
{
	uint8_t secret[EVENT_SECRET], wanted[TURNING_KEY], given[TURNING_KEY];

	ck_assert(event_key_open(event_key_active(db, event), secret));
	turning_gate_key(secret, wanted);
	ck_assert(event_gate_key(db, id, given));
	ck_assert_mem_eq(given, wanted, TURNING_KEY);
}

/* It is kept once it was opened; of two whose numbers share a place each is still its own. */
START_TEST(a_gate_key_is_of_its_event)
{
	int64_t event = make_event(make_venue("Blue Hall")), other = make_event(make_venue("Red Hall"));
	int64_t id = event_key_insert(db, event, NOW), far = 0;
	uint8_t none[TURNING_KEY];

	do {
		far = event_key_insert(db, other, NOW);
		ck_assert_int_gt(far, 0);
	} while ((far - id) % 64);
	for (int i = 0; i < 3; i++) {
		gate_key_is_of(event, id);
		gate_key_is_of(event, id);
		gate_key_is_of(other, far);
	}
	ck_assert(!event_gate_key(db, far + 64, none));
	ck_assert(!event_gate_key(db, 0, none));
	gate_key_is_of(event, id);
	ck_assert_int_eq(db_error(db), DB_OK);
}
END_TEST

/* A key that the database does not know seals nothing in it, however it came to be there. */
START_TEST(nothing_is_sealed_under_an_unknown_key)
{
	int64_t event = make_event(make_venue("Blue Hall"));
	struct account_new new = { .name = "Ada", .email = "sealed@example.org" };
	int64_t account = account_insert(db, &new, NOW);
	static const uint8_t SEALED[20 + SEAL_EXTRA];

	ck_assert(site_key_retire(db, key_print(0), NOW));
	ck_assert_int_eq(event_key_insert(db, event, NOW), 0);
	ck_assert(!second_factor_offer(db, account, SEALED, sizeof SEALED, NOW));
	ck_assert_int_eq(db_error(db), DB_OK);
	ck_assert_ptr_null(event_key_active(db, event));
	ck_assert(site_key_add(db, key_print(0), NOW));
	ck_assert_int_gt(event_key_insert(db, event, NOW), 0);
	ck_assert(second_factor_offer(db, account, SEALED, sizeof SEALED, NOW));
}
END_TEST

/* ---- OpenAPI ---- */

static struct json_object *follow(struct json_object *document, const char *reference)
{
	struct json_object *at = document;
	char *path = talloc_strdup(ctx, reference + 2), *save = NULL;

	for (char *key = strtok_r(path, "/", &save); key && at; key = strtok_r(NULL, "/", &save))
		at = json_object_object_get(at, key);
	return at;
}

static void check_references(struct json_object *document, struct json_object *at)
{
	if (json_object_is_type(at, json_type_array))
		for (size_t i = 0; i < json_object_array_length(at); i++)
			check_references(document, json_object_array_get_idx(at, i));
	if (!json_object_is_type(at, json_type_object))
		return;
	json_object_object_foreach(at, key, value)
	{
		if (!strcmp(key, "$ref"))
			ck_assert_msg(follow(document, json_object_get_string(value)) != NULL, "%s leads nowhere",
				      json_object_get_string(value));
		check_references(document, value);
	}
}

/* A schema that allows anything, where it is not said that it may be: what an answer left open would look like. */
static void check_said(struct json_object *at, const char *where)
{
	if (json_object_is_type(at, json_type_array))
		for (size_t i = 0; i < json_object_array_length(at); i++)
			check_said(json_object_array_get_idx(at, i), where);
	if (!json_object_is_type(at, json_type_object))
		return;
	json_object_object_foreach(at, key, value)
	{
		if (!strcmp(key, "schema") || !strcmp(key, "data") || !strcmp(key, "items"))
			ck_assert_msg(json_object_object_length(value) > 0, "%s: %s says nothing", where, key);
		check_said(value, where);
	}
}

/* Papers and calendars, wherever they lie, are no tree. */
static bool answers_no_tree(const char *path)
{
	static const char *const PAPERS[] = { "/pdf",	  ".pdf",	  ".ics",      "/calendar",
					      "/invoice", "/credit-note", "/door-list" };
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof PAPERS / sizeof *PAPERS; i++)
		if (len > strlen(PAPERS[i]) && !strcmp(path + len - strlen(PAPERS[i]), PAPERS[i]))
			return true;
	return false;
}

START_TEST(every_route_says_what_it_answers)
{
	size_t n;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; i < n; i++) {
		const struct route *r = &all[i];
		bool page = r->page || r->then, program = !strncmp(r->path, "/api/", 5) || r->flags & BARE;

		ck_assert_msg(!(r->answers && r->items), "%s %s answers two things", r->method, r->path);
		if (page)
			ck_assert_msg(!r->answers && !r->items && !r->media, "%s %s is a page", r->method, r->path);
		else if (answers_no_tree(r->path))
			ck_assert_msg(!r->answers && !r->items && r->media, "%s %s", r->method, r->path);
		else if (program && !(r->flags & DEMO_ONLY))
			ck_assert_msg(r->answers || r->items || r->media || route_success(r) == 204,
				      "%s %s does not say what it answers", r->method, r->path);
		if (r->flags & MAKES)
			ck_assert_msg(!page && !strcmp(r->method, "POST"), "%s %s makes nothing", r->method, r->path);
	}
}
END_TEST

/* names: of answers, each with the address of its fields, so that no two are called alike. */
static void check_answer(const struct field *answer, const char *path, struct json_object *names)
{
	struct json_object *keys = json_object_new_object(), *known;
	const char *name = answer_name(answer);

	if (name && json_object_object_get_ex(names, name, &known)) {
		ck_assert_msg(json_object_get_int64(known) == (int64_t)(intptr_t)answer,
			      "%s: two answers are called %s", path, name);
		json_object_put(keys);
		return;
	}
	if (name)
		json_object_object_add(names, name, json_object_new_int64((int64_t)(intptr_t)answer));
	for (const struct field *f = answer; f->name; f++) {
		ck_assert_msg(f->help && *f->help, "%s: what is %s?", path, f->name);
		ck_assert_msg(schema_type(f->type) != NULL, "%s: %s has no type", path, f->name);
		ck_assert_msg((f->type == F_CHOICE) == (f->choices != NULL), "%s: %s's choices", path, f->name);
		ck_assert_msg(!f->of || f->type == F_OBJECT || f->type == F_LIST, "%s: %s", path, f->name);
		ck_assert_msg(!json_object_object_get_ex(keys, f->name, NULL), "%s: %s twice", path, f->name);
		json_object_object_add(keys, f->name, NULL);
		if (f->of)
			check_answer(f->of, path, names);
	}
	json_object_put(keys);
}

START_TEST(answers_are_sound)
{
	struct json_object *names = json_object_new_object();
	size_t n;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; i < n; i++)
		if (all[i].answers || all[i].items)
			check_answer(all[i].answers ? all[i].answers : all[i].items, all[i].path, names);
	json_object_put(names);
}
END_TEST

/* A page row and an API row may share an action, so a status is the row's. */
START_TEST(what_is_made_is_201)
{
	size_t n;
	const struct route *all = routes_all(&n);

	ck_assert_int_eq(route_success(NULL), 200);
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].method, "DELETE"))
			ck_assert_int_eq(route_success(&all[i]), all[i].flags & MAKES ? 201 : 200);
}
END_TEST

/* A noun that can be changed and deleted, as it would be in each mount: changed by PATCH as by PUT, and gone without a word, where
 * the apps of that mount know it so. */
START_TEST(verbs_are_the_mounts)
{
	static const struct {
		int line;
		const char *mount;
		bool patched;
		int gone;
		const char *told; /* the name of what a deletion answers */
	} cases[] = {
		{ __LINE__, "staff", false, 200, "deleted" },
		{ __LINE__, "campus", true, 204, NULL },
		{ __LINE__, "people", true, 200, "nothing" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct route rows[RESOURCE_ROWS];
		const struct route *put = NULL, *patch = NULL, *gone = NULL;
		size_t n = resource_rows(resource_named(NULL, "venues"), mount_named(MOUNTS, cases[i].mount), rows);

		for (size_t r = 0; r < n; r++) {
			route_complete(&rows[r]);
			put = strcmp(rows[r].method, "PUT") ? put : &rows[r];
			patch = strcmp(rows[r].method, "PATCH") ? patch : &rows[r];
			gone = strcmp(rows[r].method, "DELETE") ? gone : &rows[r];
		}
		ck_assert_msg(put && gone && !patch == !cases[i].patched, "line %d", cases[i].line);
		if (patch)
			ck_assert_msg(!strcmp(put->path, patch->path) && put->action == patch->action &&
					      put->fields == patch->fields && put->answers == patch->answers &&
					      put->who == patch->who && put->flags == patch->flags,
				      "line %d", cases[i].line);
		ck_assert_msg(route_success(gone) == cases[i].gone, "line %d", cases[i].line);
		if (cases[i].told)
			ck_assert_str_eq(answer_name(gone->answers), cases[i].told);
		else
			ck_assert_ptr_null(gone->answers);
	}
}
END_TEST

START_TEST(every_group_has_a_description)
{
	const char *error;
	struct json_object *document = openapi_document(config_load(ctx, NULL, &error)),
			   *tags = json_object_object_get(document, "tags");

	ck_assert_uint_gt(json_object_array_length(tags), 0);
	for (size_t i = 0; i < json_object_array_length(tags); i++) {
		struct json_object *tag = json_object_array_get_idx(tags, i);

		ck_assert_msg(json_object_object_get(tag, "description") != NULL, "%s has no description",
			      json_object_get_string(tag));
	}
	json_object_put(document);
}
END_TEST

START_TEST(the_document_is_whole)
{
	const char *error;
	struct config *config = config_load(ctx, NULL, &error);
	struct json_object *document = openapi_document(config), *ids = json_object_new_object(), *paths;
	size_t n = 0, n_routes, wanted = 0;
	const struct route *routes = routes_all(&n_routes);

	for (size_t i = 0; i < n_routes; i++)
		wanted += !strncmp(routes[i].path, "/api/", 5) && !routes[i].page;
	check_references(document, document);
	paths = json_object_object_get(document, "paths");
	json_object_object_foreach(paths, path, item)
	{
		ck_assert_msg(!strchr(path, ':'), "%s", path);
		json_object_object_foreach(item, method, operation)
		{
			const char *id = json_object_get_string(json_object_object_get(operation, "operationId"));

			ck_assert_msg(!json_object_object_get_ex(ids, id, NULL), "%s %s: %s twice", method, path, id);
			check_said(json_object_object_get(operation, "responses"), path);
			json_object_object_add(ids, id, NULL);
			n += !strncmp(path, "/api/", 5);
		}
	}
	ck_assert_uint_eq(n, wanted);
	json_object_put(ids);
	json_object_put(document);
}
END_TEST

Suite *resource_suite(void);

Suite *resource_suite(void)
{
	Suite *suite = suite_create("resource");
	TCase *plain = tcase_create("declared"), *stored = tcase_create("stored");
	size_t n;

	routes_all(&n); /* the declarations are taken up with the site map */
	tcase_add_test(plain, declarations_are_sound);
	tcase_add_test(plain, a_path_names_the_noun_of_its_mount);
	tcase_add_test(plain, a_declaration_that_would_stop_a_worker_is_refused);
	tcase_add_test(plain, fields_follow);
	tcase_add_checked_fixture(stored, setup, teardown);
	tcase_set_timeout(stored, 60);
	tcase_add_test(stored, the_schema_takes_it_all);
	tcase_add_test(stored, a_row_is_made_changed_and_goes);
	tcase_add_test(stored, what_is_in_use_stays);
	tcase_add_test(stored, a_guard_stands_in_the_update);
	tcase_add_test(stored, an_owner_has_their_own_alone);
	tcase_add_test(stored, a_row_named_by_what_it_is_of);
	tcase_add_test(stored, a_move_starts_from_its_states);
	tcase_add_test(stored, an_export_has_every_row_once);
	tcase_add_test(stored, accounts_have_roles_and_profiles);
	tcase_add_test(stored, an_event_key_signs);
	tcase_add_test(stored, a_gate_key_is_of_its_event);
	tcase_add_test(stored, nothing_is_sealed_under_an_unknown_key);
	tcase_add_test(plain, every_route_says_what_it_answers);
	tcase_add_test(plain, answers_are_sound);
	tcase_add_test(plain, verbs_are_the_mounts);
	tcase_add_test(plain, what_is_made_is_201);
	tcase_add_test(stored, the_document_is_whole);
	tcase_add_test(stored, every_group_has_a_description);
	suite_add_tcase(suite, plain);
	suite_add_tcase(suite, stored);
	return suite;
}

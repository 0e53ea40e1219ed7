/* RFC 5545 by libical, which folds, escapes and orders; what it is given is ours.
 *
 * The zone's rules come along, as §3.6.5 wants, but those alone that the entry lies under: the last moves of its clocks up to
 * the event's end. A program that knows the zone by its name reads its own table anyway, and one that does not gets the moment
 * right. libical's own table is not asked, for it writes a zone's whole history since 1893. */
#include "render/paper.h"
#include <libical/ical.h>
#include <string.h>

enum { SHIFTS = 4 };

static struct icaltimetype utc_time(ms_t at)
{
	return icaltime_from_timet_with_zone((time_t)(at / MS_SECOND), 0, icaltimezone_get_utc_timezone());
}

/* What the clocks show, as a time without a zone: TZID says which. */
static struct icaltimetype wall_time(ms_t wall)
{
	struct icaltimetype time = utc_time(wall);

	time.zone = NULL;
	return time;
}

/* One move of the clocks, from one distance to UTC to another. */
static void add_shift(icalcomponent *zone, const char *name, ms_t begins, const struct clock_shift *shift,
		      const struct clock_shift *before)
{
	bool ahead = shift->ahead > before->ahead;
	icalcomponent *rule = icalcomponent_new(ahead ? ICAL_XDAYLIGHT_COMPONENT : ICAL_XSTANDARD_COMPONENT);
	char short_name[16] = "";

	icalcomponent_add_property(rule, icalproperty_new_dtstart(wall_time(begins)));
	icalcomponent_add_property(rule, icalproperty_new_tzoffsetfrom(before->ahead));
	icalcomponent_add_property(rule, icalproperty_new_tzoffsetto(shift->ahead));
	if (clock_format(shift->from, name, "%Z", short_name, sizeof short_name))
		icalcomponent_add_property(rule, icalproperty_new_tzname(short_name));
	icalcomponent_add_component(zone, rule);
}

static icalcomponent *zone_of(const char *name, ms_t until)
{
	struct clock_shift shifts[SHIFTS];
	icalcomponent *zone = icalcomponent_new_vtimezone();
	size_t n = 1;

	icalcomponent_add_property(zone, icalproperty_new_tzid(name));
	if (!clock_shifts(until, name, shifts, SHIFTS))
		shifts[0] = (struct clock_shift){ 0, 0 };
	else
		while (n < SHIFTS && shifts[n].from < shifts[n - 1].from)
			n++;
	/* Before the oldest of them it is as if it had always been so. */
	add_shift(zone, name, 0, &shifts[n - 1], &shifts[n - 1]);
	for (size_t i = n - 1; i-- > 0;)
		add_shift(zone, name, shifts[i].from + shifts[i + 1].ahead * MS_SECOND, &shifts[i], &shifts[i + 1]);
	return zone;
}

static icalproperty *in_zone(icalproperty *property, const char *zone)
{
	icalproperty_add_parameter(property, icalparameter_new_tzid(zone));
	return property;
}

static icalcomponent *entry_of(const struct calendar_paper *p, const char *zone)
{
	icalcomponent *entry = icalcomponent_new_vevent();
	ms_t begins = p->starts_at, ends = p->ends_at;

	clock_wall(p->starts_at, zone, &begins);
	clock_wall(p->ends_at, zone, &ends);
	icalcomponent_add_property(entry, icalproperty_new_uid(p->uid));
	icalcomponent_add_property(entry, icalproperty_new_dtstamp(utc_time(p->changed_at)));
	icalcomponent_add_property(entry, icalproperty_new_lastmodified(utc_time(p->changed_at)));
	icalcomponent_add_property(entry, icalproperty_new_sequence(p->sequence));
	icalcomponent_add_property(entry,
				   icalproperty_new_status(p->off ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
	icalcomponent_add_property(entry, in_zone(icalproperty_new_dtstart(wall_time(begins)), zone));
	icalcomponent_add_property(entry, in_zone(icalproperty_new_dtend(wall_time(ends)), zone));
	icalcomponent_add_property(entry, icalproperty_new_summary(p->title));
	icalcomponent_add_property(entry, icalproperty_new_location(p->place));
	icalcomponent_add_property(entry, icalproperty_new_description(p->text));
	icalcomponent_add_property(entry, icalproperty_new_url(p->head.url));
	return entry;
}

bool paper_draw_calendar(struct buf *out, const struct calendar_paper *p)
{
	const char *zone = clock_zone_known(p->zone) ? p->zone : "UTC";
	icalcomponent *calendar = icalcomponent_new_vcalendar();
	char *text;

	icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
	icalcomponent_add_property(calendar, icalproperty_new_prodid("-//Gatehouse//Gatehouse//EN"));
	icalcomponent_add_property(calendar, icalproperty_new_calscale("GREGORIAN"));
	icalcomponent_add_property(calendar,
				   icalproperty_new_method(p->off ? ICAL_METHOD_CANCEL : ICAL_METHOD_PUBLISH));
	icalcomponent_add_component(calendar, zone_of(zone, p->ends_at));
	icalcomponent_add_component(calendar, entry_of(p, zone));
	text = icalcomponent_as_ical_string_r(calendar);
	if (text)
		buf_text(out, text);
	icalmemory_free_buffer(text);
	icalcomponent_free(calendar);
	return text && !buf_over(out);
}

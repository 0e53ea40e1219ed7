/* Attendance in numbers. Who asks is answered of what is in their scope, whatever they ask for. */
#include "app/actions/campus_figures.h"
#include "routes/family.h"

#define STAFF_OF_CAMPUS (SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN)

/* clang-format off */
#define REFRESH(method)                                                                                                \
	{ method, AT_CAMPUS "/analytics/dashboard/refresh", campus_dashboard_refresh, CAMPUS, RATE_USUAL, WRITES,      \
	  FIGURES_ASK, .answers = CAMPUS_DASHBOARD, .refuses = { 429 },                                                \
	  .summary = "What you look at first, counted anew; once in five seconds" }
#define PAGE(path, action, who, takes, file, of) \
	{ "GET", "/campus/analytics" path, action, who, RATE_USUAL, READS, takes, .page = "campus/" file ".html", .summary = of }
/* clang-format on */

const struct route ROUTES_CAMPUS_FIGURES[] = {
	{ "GET", AT_CAMPUS "/analytics/histograms/attendance-hourly", histogram_hourly, CAMPUS, RATE_USUAL, READS,
	  FIGURES_ASK, .answers = HISTOGRAM, .summary = "Who came, by the hour of the day" },
	{ "GET", AT_CAMPUS "/analytics/histograms/weekly-pattern", histogram_weekly, CAMPUS, RATE_USUAL, READS,
	  FIGURES_ASK, .answers = HISTOGRAM_WEEKLY, .summary = "Who came, by the day of the week" },
	{ "GET", AT_CAMPUS "/analytics/histograms/department-comparison", histogram_departments, CAMPUS, RATE_USUAL,
	  READS, HISTOGRAM_DEPARTMENTS_ASK, .answers = HISTOGRAM_DEPARTMENTS,
	  .summary = "Departments beside one another" },
	{ "GET", AT_CAMPUS "/analytics/histograms/verification-time", histogram_time, CAMPUS, RATE_USUAL, READS,
	  HISTOGRAM_TIME_ASK, .answers = HISTOGRAM_TIME, .summary = "How long attendance takes people" },
	{ "GET", AT_CAMPUS "/analytics/attendance-trends", attendance_trends, CAMPUS, RATE_USUAL, READS,
	  ATTENDANCE_TRENDS_ASK, .answers = ATTENDANCE_TRENDS, .summary = "Who came, over time" },
	{ "GET", AT_CAMPUS "/analytics/department-summary", department_summary, CAMPUS, RATE_USUAL, READS | ENTIRE,
	  DEPARTMENT_SUMMARY_ASK, .items = DEPARTMENT_SUMMARY, .summary = "Each department in numbers" },
	{ "GET", AT_CAMPUS "/analytics/dashboard", campus_dashboard, CAMPUS, RATE_USUAL, READS, FIGURES_ASK,
	  .answers = CAMPUS_DASHBOARD, .summary = "What you look at first" },
	REFRESH("GET"),
	REFRESH("POST"),
	{ "GET", AT_CAMPUS "/analytics/anomaly-detection", campus_anomalies, STAFF_OF_CAMPUS, RATE_USUAL, READS,
	  CAMPUS_ANOMALIES_ASK, .answers = CAMPUS_ANOMALIES,
	  .summary = "What is out of the ordinary, and flags of records" },
	{ "POST", AT_CAMPUS "/analytics/anomaly-detection/:id:word", campus_anomaly_decide, STAFF_OF_CAMPUS, RATE_USUAL,
	  WRITES, CAMPUS_ANOMALY_DECIDE, .answers = CAMPUS_ANOMALY_STATE, .refuses = { 400, 404 },
	  .summary = "Say whether there is something to it" },
	{ "GET", AT_CAMPUS "/events/:id:word/analytics", campus_event_figures, STAFF_OF_CAMPUS, RATE_USUAL, READS,
	  .answers = CAMPUS_EVENT_FIGURES, .summary = "An event in numbers" },
	{ "GET", AT_CAMPUS "/analytics/realtime/:event_id:word", attendance_now, CAMPUS, RATE_USUAL, READS,
	  .answers = ATTENDANCE_NOW, .summary = "How an event stands now" },
	{ "POST", AT_CAMPUS "/analytics/realtime/ticket", realtime_ticket, CAMPUS, RATE_USUAL, WRITES | SECRET,
	  .answers = REALTIME_TICKET, .summary = "A ticket that opens one socket" },

	/* ---- pages ---- */
	PAGE("", campus_dashboard, STAFF_OF_CAMPUS, FIGURES_ASK, "dashboard", "What you look at first"),
	PAGE("/trends", attendance_trends, STAFF_OF_CAMPUS, ATTENDANCE_TRENDS_ASK, "trends", "Who came, over time"),
	PAGE("/hours", histogram_hourly, STAFF_OF_CAMPUS, FIGURES_ASK, "histogram", "Who came, by the hour of the day"),
	PAGE("/weekdays", histogram_weekly, STAFF_OF_CAMPUS, FIGURES_ASK, "histogram",
	     "Who came, by the day of the week"),
	PAGE("/departments", histogram_departments, STAFF_OF_CAMPUS, HISTOGRAM_DEPARTMENTS_ASK, "histogram",
	     "Departments beside one another"),
	PAGE("/times", histogram_time, STAFF_OF_CAMPUS, HISTOGRAM_TIME_ASK, "histogram",
	     "How long attendance takes people"),
	{ "GET", "/campus/events/:id:uuid/analytics", campus_event_figures, STAFF_OF_CAMPUS, RATE_USUAL, READS,
	  .page = "campus/event-figures.html", .beside = campus_event_figures_beside,
	  .summary = "An event in numbers" },
	PAGE("/anomalies", campus_anomalies, STAFF_OF_CAMPUS, CAMPUS_ANOMALIES_ASK, "anomalies",
	     "What is out of the ordinary, and flags of records"),
	PAGE("/anomalies/:id", campus_anomaly_show, STAFF_OF_CAMPUS, NULL, "anomaly",
	     "One of what is out of the ordinary"),
	{ "POST", "/campus/analytics/anomalies/:id", campus_anomaly_decide, STAFF_OF_CAMPUS, RATE_USUAL, WRITES,
	  CAMPUS_ANOMALY_DECIDE, .page = "campus/anomaly.html", .then = "/campus/analytics/anomalies",
	  .again = campus_anomaly_show, .summary = "Say whether there is something to it" },
	ROUTES_END,
};

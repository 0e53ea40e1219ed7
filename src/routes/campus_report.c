/* Reports of attendance: as files at once, or made by jobs where they are long, and whether a document was issued. */
#include "app/actions/attendance.h"
#include "app/actions/report.h"
#include "routes/family.h"

#define REPORTERS (SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN)
#define AT_REPORTS AT_CAMPUS "/reports"
#define FILES "text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,application/pdf"
#define PHOTO_FILES "application/pdf,application/zip,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

const struct route ROUTES_CAMPUS_REPORT[] = {
	{ "GET", AT_REPORTS "/attendance", report_attendance, REPORTERS, RATE_USUAL, WRITES | LATER, REPORT_ATTENDANCE,
	  .items = ATTENDANCE_ROW, .later = REPORT_LATER, .summary = "Records of attendance, as a file too" },
	{ "GET", AT_REPORTS "/official-format", report_official, REPORTERS, RATE_USUAL, WRITES | DRAWS | LATER,
	  REPORT_OFFICIAL, .later = REPORT_LATER, .media = FILES,
	  .summary = "The register of an event, or of all in some days, as it is filed" },
	{ "GET", AT_REPORTS "/export-with-photos", report_photos, REPORTERS, RATE_USUAL, WRITES | DRAWS | LATER,
	  REPORT_PHOTOS, .later = REPORT_LATER, .media = PHOTO_FILES,
	  .summary = "Records of attendance with their photos" },
	{ "GET", AT_REPORTS "/lms", report_lms, REPORTERS, RATE_USUAL, WRITES | LATER, REPORT_LMS,
	  .later = REPORT_LATER, .media = "text/csv",
	  .summary = "Points for attendance, as programs for learning read them" },
	{ "GET", AT_REPORTS "/individual/:user_id", report_individual, CAMPUS, RATE_USUAL, WRITES | LATER,
	  REPORT_INDIVIDUAL, .answers = REPORT_PERSON, .later = REPORT_LATER,
	  .summary = "How one person stands, with their records" },
	{ "GET", AT_CAMPUS "/auth/export", report_export, CAMPUS, RATE_USUAL, WRITES | LATER | OWN | SECRET,
	  .later = REPORT_LATER, .media = "application/zip", .refuses = { 429 },
	  .summary = "All that is held on you, once a day" },
	{ "GET", AT_REPORTS "/jobs", report_job_index, CAMPUS, RATE_USUAL, READS, .answers = REPORT_JOBS,
	  .summary = "Your reports that are being made, or were in the last day" },
	{ "GET", AT_REPORTS "/jobs/:id:word", report_job_show, CAMPUS, RATE_USUAL, READS, .answers = REPORT_JOB,
	  .summary = "How far a report of yours is" },
	{ "GET", AT_REPORTS "/jobs/:id:word/download", report_job_download, CAMPUS, RATE_USUAL, WRITES | SECRET,
	  .media = FILES ",application/zip", .summary = "A report of yours that is done" },
	{ "GET", AT_REPORTS "/verify/:code:word", report_verify, ANYONE, RATE_USUAL, READS, .answers = REPORT_ISSUED,
	  .summary = "Was a document issued under this code" },
	{ "POST", AT_REPORTS "/verify/:code:word", report_verify_file, ANYONE, RATE_USUAL, READS, REPORT_VERIFY_FILE,
	  .answers = REPORT_COMPARED, .summary = "Is a file the document that was issued under this code" },

	/* ---- their pages ---- */
	{ "GET", "/campus/reports", report_job_index, CAMPUS, RATE_USUAL, READS, .page = "campus/reports.html",
	  .beside = report_page_beside, .summary = "Reports: to have one made, and those that were" },
	{ "GET", "/campus/reports/attendance", report_attendance_page, REPORTERS, RATE_USUAL, WRITES | LATER,
	  REPORT_ATTENDANCE_FILE, .media = FILES, .summary = "Records of attendance as a file" },
	{ "GET", "/campus/reports/official-format", report_official_page, REPORTERS, RATE_USUAL, WRITES | DRAWS | LATER,
	  REPORT_OFFICIAL, .media = FILES, .summary = "The register of an event, as it is filed" },
	{ "GET", "/campus/reports/export-with-photos", report_photos_page, REPORTERS, RATE_USUAL,
	  WRITES | DRAWS | LATER, REPORT_PHOTOS, .media = PHOTO_FILES,
	  .summary = "Records of attendance with their photos, as a file" },
	{ "GET", "/campus/reports/lms", report_lms_page, REPORTERS, RATE_USUAL, WRITES | LATER, REPORT_LMS,
	  .media = "text/csv", .summary = "Points for attendance, as a file" },
	{ "GET", "/campus/reports/individual", report_numbered_page, REPORTERS, RATE_USUAL, WRITES | LATER,
	  REPORT_NUMBERED_FILE, .media = FILES, .summary = "How a person stands whom their number names, as a file" },
	{ "GET", "/campus/reports/individual/:user_id", report_individual_page, CAMPUS, RATE_USUAL, WRITES | LATER,
	  REPORT_INDIVIDUAL_FILE, .media = FILES, .summary = "How one person stands, as a file" },
	{ "GET", "/campus/reports/jobs/:id:word/download", report_job_download, CAMPUS, RATE_USUAL, WRITES | SECRET,
	  .media = FILES ",application/zip", .summary = "A report of yours that is done" },
	{ "GET", "/campus/account/export", report_export_page, CAMPUS, RATE_USUAL, WRITES | LATER | OWN | SECRET,
	  .media = "application/zip", .summary = "All that is held on you, once a day" },
	{ "GET", "/campus/verify/:code:word", report_verify, ANYONE, RATE_USUAL, READS, .page = "campus/verify.html",
	  .summary = "Was a document issued under this code" },
	{ "POST", "/campus/verify/:code:word", report_verify_file, ANYONE, RATE_USUAL, READS, REPORT_VERIFY_FILE,
	  .page = "campus/verify.html", .again = report_verify,
	  .summary = "Is a file the document that was issued under this code" },
	ROUTES_END,
};

#ifndef APP_ACTIONS_REPORT_H
#define APP_ACTIONS_REPORT_H
/* The actions of routes/campus_report.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

int report_attendance(struct request *rq);
int report_official(struct request *rq);
int report_lms(struct request *rq);
int report_lti(struct request *rq);
extern const struct field REPORT_LTI[];
int lti_jwks(struct request *rq); /* lti.c */
extern const struct field LTI_KEYS[];
int report_photos(struct request *rq);
int report_individual(struct request *rq);
int report_numbered(struct request *rq);
extern const struct field REPORT_ATTENDANCE[], REPORT_OFFICIAL[], REPORT_PHOTOS[], REPORT_LMS[], REPORT_INDIVIDUAL[],
	REPORT_PERSON[], REPORT_LATER[];
int report_page_beside(struct request *rq); /* report_page.c */
int report_attendance_page(struct request *rq);
int report_official_page(struct request *rq);
int report_photos_page(struct request *rq);
int report_lms_page(struct request *rq);
int report_scores(struct request *rq);
int report_lti_page(struct request *rq);
int report_numbered_page(struct request *rq);
int report_individual_page(struct request *rq);
int report_export(struct request *rq);
int report_export_page(struct request *rq);
extern const struct field REPORT_ATTENDANCE_FILE[], REPORT_INDIVIDUAL_FILE[], REPORT_NUMBERED_FILE[];
int report_job_show(struct request *rq); /* report_job.c */
int report_job_index(struct request *rq);
int report_job_download(struct request *rq);
extern const struct field REPORT_JOB[], REPORT_JOBS[];
int report_verify(struct request *rq); /* report_verify.c */
int report_verify_file(struct request *rq);
extern const struct field REPORT_VERIFY_FILE[], REPORT_ISSUED[], REPORT_COMPARED[];

#endif

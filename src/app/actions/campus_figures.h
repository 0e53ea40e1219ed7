#ifndef APP_ACTIONS_CAMPUS_FIGURES_H
#define APP_ACTIONS_CAMPUS_FIGURES_H
/* The actions of routes/campus_figures.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

int histogram_hourly(struct request *rq);
int histogram_weekly(struct request *rq);
int histogram_departments(struct request *rq);
int histogram_time(struct request *rq);
int attendance_trends(struct request *rq);
int department_summary(struct request *rq);
int campus_dashboard(struct request *rq);
int campus_dashboard_refresh(struct request *rq);
int campus_home_beside(struct request *rq);
int campus_event_figures(struct request *rq);
int campus_event_figures_beside(struct request *rq);
int campus_anomalies(struct request *rq);
int campus_anomaly_decide(struct request *rq);
int campus_anomaly_show(struct request *rq);
int attendance_now(struct request *rq); /* campus_live.c */
int realtime_ticket(struct request *rq);
extern const struct field FIGURES_ASK[], HISTOGRAM[], HISTOGRAM_WEEKLY[], HISTOGRAM_DEPARTMENTS_ASK[],
	HISTOGRAM_DEPARTMENTS[], HISTOGRAM_TIME_ASK[], HISTOGRAM_TIME[];
extern const struct field ATTENDANCE_TRENDS_ASK[], ATTENDANCE_TRENDS[], DEPARTMENT_SUMMARY_ASK[], DEPARTMENT_SUMMARY[],
	ATTENDANCE_NOW[], REALTIME_TICKET[], CAMPUS_DASHBOARD[], CAMPUS_EVENT_FIGURES[], CAMPUS_ANOMALIES_ASK[],
	CAMPUS_ANOMALIES[], CAMPUS_ANOMALY_DECIDE[], CAMPUS_ANOMALY_STATE[];

#endif

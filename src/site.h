#ifndef SITE_H
#define SITE_H
/* The actions of routes/site.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

int site_health(struct request *rq);
int site_ready(struct request *rq);
int site_metrics(struct request *rq);
int site_openapi(struct request *rq);
int site_docs(struct request *rq);
int site_permissions(struct request *rq);
int demo_page(struct request *rq);
int demo_outbox(struct request *rq);
int demo_attachment(struct request *rq);
extern const struct field DEMO_OUTBOX[], SITE_DOCS[], SITE_ALIVE[], SITE_READY[], SITE_OPENAPI[], SITE_PERMISSIONS[];

#endif

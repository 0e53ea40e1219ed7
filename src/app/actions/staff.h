#ifndef APP_ACTIONS_STAFF_H
#define APP_ACTIONS_STAFF_H
/* The actions of routes/staff.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* event_office.c */
int event_statistics(struct request *rq);
int event_usher_index(struct request *rq);
int event_usher_assign(struct request *rq);
int event_usher_remove(struct request *rq);
extern const struct field USHER_ASSIGN[], FIGURE_ANSWER[], EVENT_STATISTICS[], USHER_OF_EVENT[], USHER_ASSIGNMENT[],
	USHER_REMOVED[];

/* account_office.c */
int customer_status(struct request *rq);
int customer_bookings(struct request *rq);
int user_reset_password(struct request *rq);
int user_act(struct request *rq);
int user_verify(struct request *rq);
int user_grant_role(struct request *rq);
int user_revoke_role(struct request *rq);
extern const struct field CUSTOMER_STATUS[], CUSTOMER_BOOKINGS[], RESET_PASSWORD[], USER_ROLE[], CUSTOMER_STANDS[],
	PASSWORD_SET[], USER_VERIFIED[], ROLE_CHANGED[];

/* dashboard.c */
int dashboard_stats(struct request *rq);
int setting_index(struct request *rq);
int setting_change(struct request *rq);
extern const struct field SETTINGS[], SETTINGS_ANSWER[], DASHBOARD[];

/* event_ready.c */
int event_checklist(struct request *rq);
int event_link_show(struct request *rq);
int event_link_picture(struct request *rq);
int event_preview_show(struct request *rq);
extern const struct field EVENT_CHECKLIST[], EVENT_LINK[];

/* office_search.c, status.c */
int office_search(struct request *rq);
int office_status(struct request *rq);
extern const struct field OFFICE_SEARCH[], OFFICE_FOUND[], STATUS[];

/* card_office.c */
int cards_bulk(struct request *rq);
int cards_bulk_beside(struct request *rq);
int card_office_transfer(struct request *rq);
int card_office_transfer_page(struct request *rq);
extern const struct field CARDS_BULK[], CARDS_BULK_DONE[], CARD_TRANSFER[], CARD_TRANSFER_FORM[], CARD_TRANSFERRED[];

/* transfer.c */
int ticket_office_transfer(struct request *rq);

#endif

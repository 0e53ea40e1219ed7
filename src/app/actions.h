#ifndef APP_ACTIONS_H
#define APP_ACTIONS_H
/* Every action and the fields it takes, by noun, for routes.c. What each does stands at its definition in app/<noun>.c. */
#include "http/request.h"

/* site.c */
int site_health(struct request *rq);
int site_ready(struct request *rq);
int site_metrics(struct request *rq);
int site_openapi(struct request *rq);
int site_docs(struct request *rq);
int demo_page(struct request *rq);
int demo_outbox(struct request *rq);
extern const struct field DEMO_OUTBOX[], SITE_DOCS[];

/* event.c */
int event_index(struct request *rq);
int event_featured(struct request *rq);
int event_category_index(struct request *rq);
int event_show(struct request *rq);
int event_home(struct request *rq);
int event_poster(struct request *rq);
extern const struct field EVENT_LIST[], LIST_ONLY[];

/* order.c, payment.c, ticket.c */
int order_book(struct request *rq);
bool order_books(struct request *const rqs[], size_t n);
int order_show(struct request *rq);
int order_index(struct request *rq);
int order_give_up(struct request *rq);
int payment_process(struct request *rq);
int payment_confirm(struct request *rq);
int payment_webhook(struct request *rq);
int ticket_index(struct request *rq);
int ticket_show(struct request *rq);
int ticket_qr(struct request *rq);
extern const struct field ORDER_BOOK[], ORDER_CHOICE[], PAYMENT_PROCESS[], PAYMENT_CONFIRM[], TICKET_LIST[];

/* organizer.c */
int organizer_dashboard(struct request *rq);
int organizer_event_index(struct request *rq);
int organizer_event_show(struct request *rq);
extern const struct field ORGANIZER_EVENTS[];
extern const struct field ORGANIZER_EVENT[];

/* merchant.c */
int merchant_dashboard(struct request *rq);
int merchant_card_index(struct request *rq);
int merchant_customer_show(struct request *rq);
int merchant_code_send(struct request *rq);
int merchant_card_assign(struct request *rq);
int merchant_card_verify(struct request *rq);
int merchant_hand_out(struct request *rq);
int merchant_assignment_show(struct request *rq);
int merchant_assignment_verify(struct request *rq);
int merchant_assignment_send(struct request *rq);
int merchant_assignment_cancel(struct request *rq);
extern const struct field MERCHANT_CARDS[], MERCHANT_CUSTOMER[], CARD_ASSIGN[], CARD_VERIFY[], HAND_OUT_PAGE[],
	HAND_OUT_CODE[];

/* scan.c */
int scan_result(struct request *rq);
bool scan_results(struct request *const rqs[], size_t n);
int gate_page(struct request *rq);
int gate_scan(struct request *rq);
int scan_verify_card(struct request *rq);
int scan_card_show(struct request *rq);
int scan_card_validate(struct request *rq);
int scan_attendee(struct request *rq);
int scan_log_index(struct request *rq);
int scan_log_show(struct request *rq);
int usher_event_index(struct request *rq);
int usher_event_show(struct request *rq);
int usher_event_status(struct request *rq);
int usher_event_assignment(struct request *rq);
int nfc_status(struct request *rq);
int nfc_test(struct request *rq);
extern const struct field SCAN_RESULT[], SCAN_CARD[], SCAN_VALIDATE[], SCAN_ATTENDEE[], SCAN_LOGS[];

/* event_office.c */
int event_publish(struct request *rq);
int event_cancel(struct request *rq);
int event_act(struct request *rq);
int event_statistics(struct request *rq);
int event_usher_index(struct request *rq);
int event_usher_assign(struct request *rq);
int event_usher_remove(struct request *rq);
extern const struct field USHER_ASSIGN[];

/* account_office.c */
int customer_status(struct request *rq);
int customer_bookings(struct request *rq);
int user_reset_password(struct request *rq);
int user_act(struct request *rq);
int user_verify(struct request *rq);
int user_grant_role(struct request *rq);
int user_revoke_role(struct request *rq);
extern const struct field CUSTOMER_STATUS[], CUSTOMER_BOOKINGS[], RESET_PASSWORD[], USER_ROLE[];

/* dashboard.c */
int dashboard_stats(struct request *rq);
int setting_index(struct request *rq);
int setting_change(struct request *rq);
extern const struct field SETTINGS[];

/* sign_in.c, login.c, sign_in_staff.c, second_factor.c, profile.c */
int token_refresh(struct request *rq);
int token_logout(struct request *rq);
int session_sign_out(struct request *rq);
int locale_choose(struct request *rq);
int sign_in_page(struct request *rq);
int sign_in_code_page(struct request *rq);
int register_code_page(struct request *rq);
int reset_page(struct request *rq);
int account_register(struct request *rq);
int account_register_verify(struct request *rq);
int account_login(struct request *rq);
int account_login_verify(struct request *rq);
int account_forgot(struct request *rq);
int account_reset(struct request *rq);
int account_change_password(struct request *rq);
int usher_login(struct request *rq);
int usher_sign_in_page(struct request *rq);
int staff_login(struct request *rq);
int staff_login_verify(struct request *rq);
int second_factor_enroll(struct request *rq);
int second_factor_confirm(struct request *rq);
int second_factor_remove(struct request *rq);
int second_factor_page(struct request *rq);
int profile_show(struct request *rq);
int profile_update(struct request *rq);
int file_show(struct request *rq);
extern const struct field TOKEN_REFRESH[], NEXT_PAGE[], REGISTER_API[], REGISTER_PAGE[], LOGIN_MOBILE[],
	LOGIN_CONTACT[], SIGN_IN_MOBILE[], SIGN_IN_CONTACT[], OTP_MOBILE[], OTP_CONTACT[], FORGOT_MOBILE[],
	FORGOT_CONTACT[], FORGOT_MOBILE_PAGE[], FORGOT_CONTACT_PAGE[], RESET_MOBILE[], RESET_CONTACT[], CODE_PAGE[],
	CODE_FORM[], RESET_FORM[], LOGIN_USHER[], SIGN_IN_USHER[], LOGIN_STAFF[], SIGN_IN_STAFF[], OTP_STAFF[],
	SECOND_FACTOR_CONFIRM[], SECOND_FACTOR_DISABLE[], PROFILE_CUSTOMER[], PROFILE_ORGANIZER[], PROFILE_MERCHANT[],
	PROFILE_PLAIN[], CHANGE_PASSWORD[];

#endif

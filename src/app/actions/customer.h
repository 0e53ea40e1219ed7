#ifndef APP_ACTIONS_CUSTOMER_H
#define APP_ACTIONS_CUSTOMER_H
/* The actions of routes/customer.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* order.c, payment.c, ticket.c */
int order_book(struct request *rq);
bool order_books(struct request *const rqs[], size_t n);
int order_choose(struct request *rq);
int order_show(struct request *rq);
int order_beside(struct request *rq);
int order_index(struct request *rq);
int order_give_up(struct request *rq);
int payment_process(struct request *rq);
int payment_confirm(struct request *rq);
int payment_cancel(struct request *rq);
int payment_return(struct request *rq);
int payment_webhook(struct request *rq);
int ticket_index(struct request *rq);
int ticket_show(struct request *rq);
int ticket_beside(struct request *rq);
int ticket_qr(struct request *rq);
int ticket_picture(struct request *rq);
/* paper.c */
int order_paper(struct request *rq);
int ticket_paper(struct request *rq);
int order_calendar(struct request *rq);
int ticket_calendar(struct request *rq);
int event_calendar(struct request *rq);
extern const struct field PAPER_PAGE[];
/* invoice.c, analytics.c */
int payment_index(struct request *rq);
int payment_invoice(struct request *rq);
int payment_credit_note(struct request *rq);
int payment_invoice_signed(struct request *rq);
int payment_credit_note_signed(struct request *rq);
int analytics_show(struct request *rq);
extern const struct field PAYMENT_HISTORY[], PAYMENT_HISTORY_ROW[], ANALYTICS[];
/* privacy.c */
int session_index(struct request *rq);
int session_end_one(struct request *rq);
int session_end_others(struct request *rq);
int own_export(struct request *rq);
int own_export_file(struct request *rq);
int account_delete(struct request *rq);
int account_delete_page(struct request *rq);
extern const struct field SESSION_ANSWER[], SESSIONS_ANSWER[], EXPORT_ANSWER[], ACCOUNT_DELETE[];

/* transfer.c, refund.c, offline.c */
int ticket_transfer(struct request *rq);
int ticket_gift(struct request *rq);
int ticket_rename(struct request *rq);
int transfer_index(struct request *rq);
int transfer_page(struct request *rq);
int transfer_accept(struct request *rq);
int transfer_decline(struct request *rq);
int transfer_cancel(struct request *rq);
int ticket_worker(struct request *rq);
int push_worker(struct request *rq);
int refund_show(struct request *rq);
int refund_ask(struct request *rq);
int refund_withdraw(struct request *rq);
extern const struct field TICKET_TRANSFER[], TICKET_GIFT[], TICKET_RENAME[], TRANSFER_LIST[], TRANSFER_ANSWER[],
	TRANSFER_GIVEN[], TICKET_RENAMED[], REFUND_ASK[], REFUND_OFFER[], REFUND_ASKED[];
extern const struct field ORDER_BOOK[], SOLD_OUT[], ORDER_CHOICE[], PAYMENT_PROCESS[], PAYMENT_CONFIRM[], TICKET_LIST[],
	TICKET_PAGE[];
extern const struct field ORDER_LIST[], ORDER_BOOKED[], ORDER_ROW_ANSWER[], ORDER_ANSWER[], ORDER_SHOWN[],
	ORDER_GIVEN_UP[], TICKET_ANSWER[], TICKET_CODE[], PAYMENT_ANSWER[], NEXT_ACTION[], PAYMENT_STATE[],
	NOTICE_TAKEN[];

#endif

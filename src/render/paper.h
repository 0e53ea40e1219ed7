#ifndef RENDER_PAPER_H
#define RENDER_PAPER_H
/* What http/paper.h describes, drawn. Each appends to out; false when it could not be drawn, or out ran over. */
#include "base/buf.h"
#include "http/paper.h"

/* A PDF with a page of A4 a ticket, to be folded twice: the code is then on one outer side, what it is for on the other. */
bool paper_draw_tickets(struct buf *out, const struct tickets_paper *paper);
/* A PDF of an invoice or a credit note. */
bool paper_draw_invoice(struct buf *out, const struct invoice_paper *paper);
/* A PDF of the names at a door, written into fd as it is drawn. Where its rows end early only the database knows. */
bool paper_draw_door_list(int fd, const struct door_list_paper *paper);
/* A PDF of a register, written into fd as it is drawn. Where its rows end early only the database knows. */
bool paper_draw_register(int fd, const struct register_paper *paper);
/* A calendar of one event with its time zone (RFC 5545). */
bool paper_draw_calendar(struct buf *out, const struct calendar_paper *paper);

#endif

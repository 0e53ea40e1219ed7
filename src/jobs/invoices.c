/* Numbers the invoices and credit notes that are due. */
#include "jobs/jobs.h"
#include "store/invoice.h"

bool job_invoices(struct job_run *run)
{
	const struct rows *due = invoice_sellers_due(run->db);

	for (size_t i = 0; i < due->n; i++) {
		struct row row = row_at(due, i);
		int64_t n;

		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		n = invoice_number(run->db, row_int(&row, "seller_id"),
				   row_int(&row, "due") == 1 ? INVOICE : CREDIT_NOTE, run->now);
		if (n < 0)
			return false;
		run->more |= n > 0; /* a credit note may be due now */
	}
	return db_error(run->db) == DB_OK;
}

/* The house's books, as far as src/resources/ does not make them. */
#include "app/actions/finance.h"
#include "routes/family.h"

#define SHEETS "text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

const struct route ROUTES_FINANCE[] = {
	{ "GET", API "/finances/company", company_show, TREASURERS, RATE_USUAL, READS, COMPANY,
	  .answers = COMPANY_ANSWER, .media = SHEETS,
	  .summary = "The house's books by month and currency, and what lies on its accounts" },
	{ "GET", "/admin/finances", company_show, TREASURERS, RATE_USUAL, READS, COMPANY, .page = "admin/finances.html",
	  .beside = company_beside, .summary = "The house's books" },
	{ "GET", API "/finances/settlements/:id/pdf", settlement_paper_of_any, STAFF, RATE_USUAL, READS | DRAWS,
	  .media = "application/pdf", .summary = "A settlement's paper as PDF" },
	{ "GET", "/admin/finances/settlements/:id/paper.pdf", settlement_paper_of_any, STAFF, RATE_USUAL, READS | DRAWS,
	  .media = "application/pdf", .summary = "A settlement's paper as PDF" },
	{ "GET", API "/organizer/settlements/:id/pdf", settlement_paper_own, ORGANIZER, RATE_USUAL, READS | DRAWS,
	  .media = "application/pdf", .right = RIGHT_MONEY, .summary = "One of your settlements as PDF" },
	{ "GET", "/organizer/settlements/:id/paper.pdf", settlement_paper_own, ORGANIZER, RATE_USUAL, READS | DRAWS,
	  .media = "application/pdf", .right = RIGHT_MONEY, .summary = "One of your settlements as PDF" },
	ROUTES_END,
};
